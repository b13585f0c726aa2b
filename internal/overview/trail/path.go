package trail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

// Paper is a document of the campaign.
type Paper struct {
	ID     id.ID  `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

// Step is the figure of one unit on the way.
type Step struct {
	Unit   id.ID   `json:"unit"`
	Name   string  `json:"name"`
	Counts []int64 `json:"counts" doc:"see counted"`
	Stated Stated  `json:"stated" doc:"what the unit's report says"`
}

// View is one person's way from their own record to the figure at the top.
type View struct {
	Campaign id.ID   `json:"campaign"`
	Title    string  `json:"title"`
	Papers   []Paper `json:"papers"`
	Document id.ID   `json:"document" doc:"0: nothing that counts the person was sent yet"`
	Trail    Trail   `json:"trail"`
	Mark     Mark    `json:"mark"`
	Steps    []Step  `json:"steps" doc:"units, the own first"`
	Waiting  bool    `json:"waiting" doc:"its place in the log comes within a second"`
	Broken   bool    `json:"broken" doc:"what is stored is no longer what was sealed"`
	Path     Path    `json:"path" doc:"for quantriet-verify"`
	Size     int64   `json:"size" doc:"of the head that holds the root"`
	Signed   int64   `json:"signed" doc:"when it was signed"`
	Root     string  `json:"root" doc:"of that head, base64"`
}

// Shown reports whether there is a way to show.
func (v View) Shown() bool { return v.Document != 0 }

// Path is a file that quantriet-verify follows without anything else: the own leaf, the steps
// to the root of the tree of sums, what was sealed of it, and its place in the signed log.
type Path struct {
	Path     string      `json:"path"`
	Log      string      `json:"log"`
	Key      string      `json:"key"`
	Campaign id.ID       `json:"campaign"`
	Document id.ID       `json:"document"`
	Person   id.ID       `json:"person"`
	Mark     Mark        `json:"mark"`
	Salt     string      `json:"salt"`
	Steps    []tlog.Step `json:"steps"`
	Root     tlog.Sum    `json:"root"`
	Seal     proof.Stand `json:"seal"`

	Heads []proof.Beside `json:"heads,omitempty"` // other heads that somebody may hold; see beside
}

// sealed reports whether the way ends at a root that was sealed.
func (v View) sealed(body string) bool {
	var r root
	if json.Unmarshal([]byte(body), &r) != nil {
		return false
	}
	return slices.ContainsFunc(r.Roots, func(t top) bool {
		return t.Document == v.Document && t.Hash == v.Path.Root.Hash && slices.Equal(t.Counts, v.Path.Root.Counts)
	})
}

// Version of the file.
const pathVersion = "quantriet path 1"

// follow fills in the way of a person through the tree of a trail.
func (s *Service) follow(ctx context.Context, tx db.Tx, at place, person, document id.ID, v *View) error {
	way, err := at.wayUp(ctx, tx)
	if err != nil {
		return err
	}
	v.Document, v.Trail = document, at.Trail
	v.Path = Path{Path: pathVersion, Log: s.Log.Name(), Key: s.Log.Public(), Campaign: at.Campaign, Document: document, Person: person, Salt: s.grove(at.Trail, document).salt(person)}
	if err := s.climb(ctx, tx, at, way, v); err != nil {
		return err
	}
	says, err := stated(ctx, tx, at.Campaign, document, way)
	if err != nil {
		return err
	}
	for i := range v.Steps {
		v.Steps[i].Stated = says[v.Steps[i].Unit]
	}
	v.Broken = v.Broken || !v.sealed(at.body)
	var head proof.Head
	v.Path.Seal, head, err = proof.StandOf(ctx, tx, at.row(at.body))
	if fault.Key(err) == "proof.waiting" {
		v.Waiting, err = true, nil
	}
	v.Size, v.Root, v.Signed = head.Size, head.Root, head.At
	return err
}

// climb joins step by step from the person's leaf to the top.
func (s *Service) climb(ctx context.Context, tx db.Tx, at place, way []unit, v *View) error {
	g, sum := s.grove(at.Trail, v.Document), tlog.Sum{}
	for i, u := range way {
		parts, mine, err := s.parts(ctx, tx, at, g, u, i == 0, v)
		if err != nil {
			return err
		}
		if i > 0 {
			mine = slices.IndexFunc(parts, func(p tlog.Sum) bool { return p.Hash == sum.Hash })
		}
		if mine < 0 {
			v.Broken = true
			return nil
		}
		total, steps, err := tlog.Total(parts, mine)
		if err != nil {
			return err
		}
		sum = tlog.Named(u.called(), total)
		v.Path.Steps = append(append(v.Path.Steps, steps...), tlog.Step{Name: u.called()})
		v.Steps = append(v.Steps, Step{Unit: u.ID, Name: u.Name, Counts: sum.Counts})
	}
	v.Path.Root = sum
	return nil
}

// parts are what a unit's sum is made of: its own people, then the units below. For the
// person's own unit the first steps and the mark are filled in.
func (s *Service) parts(ctx context.Context, tx db.Tx, at place, g grove, u unit, home bool, v *View) (parts []tlog.Sum, mine int, err error) {
	k, err := sumAt(ctx, tx, at.Trail, v.Document, u.Lo)
	if err != nil {
		return nil, 0, err
	}
	if k.marks != "" {
		people, err := loadPeople(ctx, tx, at.Trail, u.Lo, u.Lo)
		if err != nil {
			return nil, 0, err
		}
		who := id.ID(0)
		if home {
			who = v.Path.Person
		}
		own, steps, err := g.own(people.people, k.marks, who)
		if err != nil {
			return nil, -1, nil // the marks are not those that were sealed
		}
		if parts = append(parts, own); home {
			v.Path.Steps = steps
			i := slices.Index(people.people, who)
			v.Mark = Mark(k.marks[3*i : 3*i+3])
			v.Path.Mark = v.Mark
		}
	}
	kids, err := below(ctx, tx, at.Trail, v.Document, u.ID)
	for _, kid := range kids {
		parts = append(parts, kid.sum)
	}
	if home && k.marks == "" {
		return nil, 0, errors.Join(err, fmt.Errorf("nobody is counted at %s", u.ID))
	}
	return parts, 0, err
}

// printed is how many versions of a report are looked for on paper.
const printed = 10

// beside fills in the heads that stand at the foot of the reports on the way, as they were sent and as they
// were accepted, and the newest: whoever holds one of these papers can hold it against the file.
func (s *Service) beside(ctx context.Context, v *View) error {
	err := s.DB.Read(ctx, func(tx db.Tx) error {
		var sizes []int64
		for _, step := range v.Steps {
			found, err := papersOf(ctx, tx, v.Campaign, step.Unit)
			if err != nil {
				return err
			}
			sizes = append(sizes, found...)
		}
		var err error
		v.Path.Heads, err = proof.BesideOf(ctx, tx, v.Size, sizes)
		return err
	})
	if err != nil {
		return fmt.Errorf("heads beside the own way: %w", err)
	}
	return nil
}

// papersOf are the sizes of the heads on the papers of a unit's report.
func papersOf(ctx context.Context, tx db.Tx, campaign, unit id.ID) (sizes []int64, err error) {
	type report struct {
		id      id.ID
		version int64
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (r report, err error) {
		return r, scan(&r.id, &r.version)
	}, `select id, version from report where campaign = $1 and unit = $2`, campaign, unit)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		for n := r.version; n > max(0, r.version-printed); n-- {
			for _, kind := range []string{"report.send", "report.accept"} {
				m, err := proof.MarkOf(ctx, tx, kind, r.id, n)
				if err != nil {
					return nil, err
				}
				if m.Shown() {
					sizes = append(sizes, m.Head.Size)
				}
			}
		}
	}
	return sizes, nil
}
