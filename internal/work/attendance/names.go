package attendance

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Figures are the codes of the figures behind which there are names, as reports call them,
// and the grades of evidence.
var Figures = []string{"members", "exempt", "exempt_came", "obliged", "studied", "form_in_person", "form_online", "form_relay", "form_self_study", "form_make_up",
	"form_higher", "grade_1", "grade_2", "grade_3", "grade_4", "grade_5", "absent", "absent_excused", "absent_unexcused", "absent_unknown", "civil", "civil_studied"}

const (
	noted    = `exists (select 1 from attendance_absence a join meeting_document md on md.meeting = a.meeting and md.document = $2 where a.campaign = p.campaign and a.person = p.person`
	isAbsent = `p.kind = 'member' and not p.exempt and st.person is null`
)

// behind is the condition that somebody belongs to a figure; false for an unknown code.
func behind(code string) (string, bool) {
	if form, ok := strings.CutPrefix(code, "form_"); ok {
		_, known := formIndex[form]
		return `p.kind = 'member' and r.form = '` + form + `'`, known
	}
	if grade, ok := strings.CutPrefix(code, "grade_"); ok {
		return `p.kind = 'member' and r.grade = ` + grade, len(grade) == 1 && grade >= "1" && grade <= "5"
	}
	cond, ok := map[string]string{
		"members":          `p.kind = 'member'`,
		"exempt":           `p.kind = 'member' and p.exempt`,
		"exempt_came":      `p.kind = 'member' and p.exempt and st.person is not null`,
		"obliged":          `p.kind = 'member' and not p.exempt`,
		"studied":          `p.kind = 'member' and st.person is not null`,
		"absent":           isAbsent,
		"absent_excused":   isAbsent + ` and ` + noted + ` and a.reason <> '')`,
		"absent_unexcused": isAbsent + ` and ` + noted + `) and not ` + noted + ` and a.reason <> '')`,
		"absent_unknown":   isAbsent + ` and not ` + noted + `)`,
		"civil":            `p.kind = 'civil'`,
		"civil_studied":    `p.kind = 'civil' and st.person is not null`,
	}[code]
	return cond, ok
}

// Name is one person behind a figure, with the record that counts or the reason of the absence.
type Name struct {
	Person       id.ID  `json:"person"`
	Name         string `json:"name"`
	Position     string `json:"position"`
	Unit         id.ID  `json:"unit"`
	UnitName     string `json:"unit_name"`
	Exempt       bool   `json:"exempt"`
	Form         string `json:"form" doc:"how the person studied; empty: has not"`
	Grade        int64  `json:"grade" doc:"evidence of the record that counts; 0: none"`
	At           int64  `json:"at" doc:"Unix milliseconds UTC"`
	ByName       string `json:"by"`
	Meeting      id.ID  `json:"meeting"`
	MeetingTitle string `json:"meeting_title"`
	Reason       string `json:"reason" doc:"of an absence; empty: none given; unknown: nothing noted"`
}

// Behind asks for the people behind a figure of a unit's subtree. Document zero is the
// campaign's first.
type Behind struct {
	Campaign, Unit, Document id.ID
	Figure                   string
	Page                     db.Page
}

// Answer is a figure and the names behind it that the actor may see, in the order of the
// tree and of names. All says that the actor may see every one of them.
type Answer struct {
	Campaign  string        `json:"campaign_title"`
	Unit      string        `json:"unit_name"`
	Document  id.ID         `json:"document"`
	Figure    string        `json:"figure"`
	Total     int64         `json:"total" doc:"the figure itself, also where names are not shown"`
	All       bool          `json:"all" doc:"false: only the names within the actor's scope are shown"`
	Rows      db.Rows[Name] `json:"rows"`
	documents []paper
}

// paper is a document that a page offers.
type paper struct {
	ID    id.ID
	Name  string
	Title string
}

// Names goes from a figure to its evidence. Those who may not read the people of the unit get
// the number alone. Faults: Missing outside the scope or for an unknown figure.
func (s *Service) Names(ctx context.Context, who access.Actor, q Behind) (v Answer, err error) {
	cond, ok := behind(q.Figure)
	if !ok {
		return Answer{}, fault.Gone()
	}
	v.Figure = q.Figure
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.AttendanceRead, q.Unit); err != nil {
			return err
		}
		lo, hi, err := place(ctx, tx, &v, q)
		if err != nil {
			return err
		}
		if v.Total, err = total(ctx, tx, q.Campaign, v.Document, lo, hi, q.Figure); err != nil {
			return err
		}
		v.All = access.Check(ctx, tx, who, access.PersonRead, q.Unit) == nil
		v.Rows, err = names(ctx, tx, who, q, v.Document, lo, hi, cond)
		return err
	})
	if err != nil {
		return Answer{}, fmt.Errorf("names behind %s of %s: %w", q.Figure, q.Unit, err)
	}
	units, err := audit.OfCampaign(ctx, s.DB, q.Campaign)
	if err != nil {
		return Answer{}, err
	}
	seen := audit.Sight{Units: units, Purpose: "attendance.names", Why: v.Unit}
	for _, n := range v.Rows.Items {
		seen.People = append(seen.People, n.Person)
	}
	return v, audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// place finds the unit in the frozen tree and the document in the campaign.
func place(ctx context.Context, tx db.Tx, v *Answer, q Behind) (lo, hi int64, err error) {
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		return none, scan(&v.Campaign, &v.Unit, &lo, &hi)
	}, `select c.title, cu.name, cu.lo, cu.hi from campaign c join campaign_unit cu on cu.campaign = c.id and cu.unit = $2 where c.id = $1`, q.Campaign, q.Unit)
	if err != nil {
		return 0, 0, err
	}
	v.documents, err = db.All(ctx, tx, func(scan func(...any) error) (d paper, err error) {
		err = scan(&d.ID, &d.Name, &d.Title)
		return d, err
	}, `select d.id, d.number, d.title from campaign_document c join document d on d.id = c.document where c.campaign = $1 order by c.ord`, q.Campaign)
	for _, d := range v.documents {
		if q.Document == 0 || q.Document == d.ID {
			v.Document = d.ID
			return lo, hi, err
		}
	}
	if err == nil {
		err = fault.Gone()
	}
	return 0, 0, err
}

//go:embed sql/names.sql
var namesSQL string

// names reads a page along the tree; the cursor is the last person of the page before.
func names(ctx context.Context, tx db.Tx, who access.Actor, q Behind, document id.ID, lo, hi int64, cond string) (out db.Rows[Name], err error) {
	limit := q.Page.Limit
	if limit <= 0 || limit > 500 {
		limit = 60
	}
	args := []any{q.Campaign, document, lo, hi}
	where := ` and p.lo between $3 and $4 and ` + cond + ` and ` + who.Scope(access.PersonRead).Where("p.unit", &args)
	if q.Page.After != "" {
		after, err := id.Parse(q.Page.After)
		if err != nil {
			return out, fault.New(fault.Invalid, "db.cursor")
		}
		args = append(args, after)
		where += ` and (p.lo, p.name_key, p.person) > (select b.lo, b.name_key, b.person from campaign_participant b where b.campaign = $1 and b.person = $` + strconv.Itoa(len(args)) + `)`
	}
	args = append(args, limit+1)
	out.Items, err = db.All(ctx, tx, func(scan func(...any) error) (n Name, err error) {
		err = scan(&n.Person, &n.Name, &n.Position, &n.Unit, &n.UnitName, &n.Exempt, &n.Form, &n.Grade, &n.At, &n.ByName, &n.Meeting, &n.MeetingTitle, &n.Reason)
		return n, err
	}, namesSQL+where+` order by p.lo, p.name_key, p.person limit $`+strconv.Itoa(len(args)), args...)
	if len(out.Items) > limit {
		out.Items = out.Items[:limit]
		out.Next = out.Items[limit-1].Person.String()
	}
	return out, err
}

//go:embed sql/counted.sql
var countedSQL string

// total is a figure of the leaves lo..hi, from the tallies and the frozen roster.
func total(ctx context.Context, tx db.Tx, campaign, document id.ID, lo, hi int64, code string) (int64, error) {
	kind := "member"
	if strings.HasPrefix(code, "civil") {
		kind = "civil"
	}
	var n [tallied]int64
	var members, exempt, civil int64
	none := func(dest ...any) db.Scan[struct{}] {
		return func(scan func(...any) error) (s struct{}, err error) { return s, scan(dest...) }
	}
	if _, err := db.One(ctx, tx, none(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9], &n[10], &n[11], &n[12]), countedSQL, campaign, document, lo, hi, kind); err != nil {
		return 0, err
	}
	if _, err := db.One(ctx, tx, none(&members, &exempt, &civil), `select coalesce(sum(members), 0), coalesce(sum(exempt), 0), coalesce(sum(civil), 0)
		from campaign_unit where campaign = $1 and lo between $2 and $3`, campaign, lo, hi); err != nil {
		return 0, err
	}
	absent := members - exempt - (n[0] - n[1])
	switch code {
	case "absent_excused", "absent_unexcused", "absent_unknown":
		var a Absence
		list, err := Absences(ctx, tx, campaign, document, lo, hi)
		for _, x := range list {
			a.Excused, a.Unexcused = a.Excused+x.Excused, a.Unexcused+x.Unexcused
		}
		return map[string]int64{"absent_excused": a.Excused, "absent_unexcused": a.Unexcused, "absent_unknown": absent - a.Excused - a.Unexcused}[code], err
	}
	return map[string]int64{"members": members, "exempt": exempt, "exempt_came": n[1], "obliged": members - exempt, "studied": n[0], "form_in_person": n[2], "form_online": n[3], "form_relay": n[12],
		"form_self_study": n[4], "form_make_up": n[5], "form_higher": n[6], "grade_1": n[7], "grade_2": n[8], "grade_3": n[9], "grade_4": n[10], "grade_5": n[11],
		"absent": absent, "civil": civil, "civil_studied": n[0]}[code], nil
}

// Absence is how many of a leaf who should have studied a document were noted as absent.
// Of the other absent nothing is known.
type Absence struct {
	Lo        int64 `json:"-"`
	Excused   int64 `json:"excused" doc:"with a reason"`
	Unexcused int64 `json:"unexcused" doc:"without"`
}

//go:embed sql/absence.sql
var absenceSQL string

// Absences are those of the leaves lo..hi of a campaign's frozen tree, in its order; leaves
// without any are left out.
func Absences(ctx context.Context, tx db.Tx, campaign, document id.ID, lo, hi int64) ([]Absence, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (a Absence, err error) {
		err = scan(&a.Lo, &a.Excused, &a.Unexcused)
		return a, err
	}, absenceSQL, campaign, document, lo, hi)
}
