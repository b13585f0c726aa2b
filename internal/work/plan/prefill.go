package plan

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quantriet/internal/core/campaign"
	"quantriet/internal/core/document"
	"quantriet/internal/kit/text"
)

// skeleton is what a plan says before anybody wrote in it, and the fixed words of its
// paper. It is Vietnamese whatever the screen's language is: it becomes an official paper.
var skeleton = func() (s struct {
	BasisAbove       string            `json:"basis_above"`
	BasisOrder       string            `json:"basis_order"`
	Purpose          string            `json:"purpose"`
	Content          string            `json:"content"`
	Outreach         string            `json:"outreach"`
	Programme        string            `json:"programme"`
	Assurance        string            `json:"assurance"`
	Organisation     string            `json:"organisation"`
	OrganisationCell string            `json:"organisation_cell"`
	Assignments      []Assignment      `json:"assignments"`
	Authority        map[string]string `json:"authority"`
	Position         map[string]string `json:"position"`
	RecipientsAbove  string            `json:"recipients_above"`
	Recipients       []string          `json:"recipients"`
	RecipientsCell   []string          `json:"recipients_cell"`
	Paper            map[string]string `json:"paper"`
}) {
	if err := json.Unmarshal(skeletonFile, &s); err != nil {
		panic(err)
	}
	return s
}()

//go:embed skeleton.json
var skeletonFile []byte

// Office is a unit as its papers name it.
type Office struct {
	Name      string
	Committee string // issuing body, in capitals
	Symbol    string
	Place     string
	Above     string // name of the unit above
}

// Source is what a new plan is made from. Above is the nearest sent plan of a unit above,
// nil for none.
type Source struct {
	Title     string // of the campaign
	Office    Office
	Documents []document.Name
	Ground    Ground
	Above     *Plan
	Issuer    string // of Above
	Leaf      bool   // nothing below
}

// propose is a new plan, filled in from the plan above or from the skeleton.
func propose(s Source) Plan {
	p := Plan{Abstract: lowered(s.Title), Sections: map[string]string{}, Authority: pick(skeleton.Authority, s.Ground.Own), Position: pick(skeleton.Position, s.Ground.Own)}
	cited := cite(s.Documents)
	fill := func(body string) string { return strings.ReplaceAll(body, "{documents}", cited) }
	organisation, recipients := skeleton.Organisation, skeleton.Recipients
	if s.Leaf {
		organisation, recipients = skeleton.OrganisationCell, skeleton.RecipientsCell
	}
	for code, body := range map[string]string{"purpose": skeleton.Purpose, "content": skeleton.Content, "outreach": skeleton.Outreach,
		"programme": skeleton.Programme, "assurance": skeleton.Assurance, "organisation": organisation} {
		p.Sections[code] = fill(body)
	}
	basis := skeleton.BasisOrder
	if a := s.Above; a != nil {
		p.Abstract = a.Abstract
		if a.Number != "" && a.IssuedOn != "" {
			basis = skeleton.BasisAbove
		}
		for _, code := range []string{"purpose", "content", "outreach", "programme", "assurance"} {
			p.Sections[code] = a.Sections[code]
		}
		basis = strings.NewReplacer("{number}", a.Number, "{day}", shortDay(a.IssuedOn), "{issuer}", s.Issuer).Replace(basis)
	}
	p.Sections["basis"] = strings.NewReplacer("{documents}", cited, "{unit}", s.Office.Name, "{abstract}", p.Abstract).Replace(basis)
	if s.Office.Above != "" {
		p.Recipients = strings.ReplaceAll(skeleton.RecipientsAbove, "{above}", s.Office.Above) + "\n"
	}
	p.Recipients += strings.Join(recipients, "\n")
	p.Lines, p.Assignments = lineup(s.Ground), slices.Clone(skeleton.Assignments)
	return p
}

func pick(m map[string]string, level string) string {
	if s, ok := m[level]; ok {
		return s
	}
	return m[""]
}

// lineup proposes a line for every audience: those of the plan above that this unit's
// subtree holds, and for the others key cadres at the unit itself, everybody else at the
// lowest level below that has a deadline.
func lineup(g Ground) (out []Line) {
	for _, l := range g.Above {
		if slices.Contains(g.Below, l.Level) {
			out = append(out, Line{Audience: l.Audience, Level: l.Level, Mode: l.Mode, DueOn: g.Last(l.Audience, l.Level)})
		}
	}
	lowest := g.Own
	for _, d := range g.Dues {
		if slices.Contains(g.Below, d.Level) && g.rank(d.Level) > g.rank(lowest) {
			lowest = d.Level
		}
	}
	for _, a := range g.Audiences {
		if slices.ContainsFunc(out, func(l Line) bool { return l.Audience == a.ID }) {
			continue
		}
		level := lowest
		if a.Filter == "key_cadre" {
			level = g.Own
		}
		out = append(out, Line{Audience: a.ID, Level: level, Mode: "in_person", DueOn: g.hope(a, level)})
	}
	order := func(l Line) int {
		return slices.IndexFunc(g.Audiences, func(a campaign.Audience) bool { return a.ID == l.Audience })
	}
	slices.SortStableFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(g.rank(a.Level), g.rank(b.Level)), cmp.Compare(order(a), order(b)))
	})
	return out
}

// hope is the day to propose: the last one allowed, or for a level that nothing binds, such
// as the owner's own, the first deadline below it.
func (g Ground) hope(a campaign.Audience, level string) (day string) {
	if day = g.Last(a.ID, level); day != "" {
		return day
	}
	for _, d := range g.Dues {
		if day == "" || d.Last() < day {
			day = d.Last()
		}
	}
	return day
}

// cite is "Nghị quyết số 26-NQ/TW, Nghị quyết số 27-NQ/TW".
func cite(documents []document.Name) string {
	var out []string
	for _, d := range documents {
		switch kind := paperKind[d.Kind]; {
		case d.Number == "":
			out = append(out, d.Title)
		case kind == "":
			out = append(out, "Văn bản số "+d.Number)
		default:
			out = append(out, kind+" số "+d.Number)
		}
	}
	return strings.Join(out, ", ")
}

var paperKind = map[string]string{"resolution": "Nghị quyết", "directive": "Chỉ thị", "conclusion": "Kết luận", "regulation": "Quy định", "statute": "Quy chế",
	"decision": "Quyết định", "guidance": "Hướng dẫn", "notice": "Thông báo", "plan": "Kế hoạch", "programme": "Chương trình", "scheme": "Đề án", "letter": "Công văn"}

// lowered writes a title as an abstract begins: "học tập, quán triệt …".
func lowered(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[n:])
	if unicode.IsUpper(next) || n == 0 {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// shortDay is "26/6/2018", as papers cite days.
func shortDay(day string) string {
	d, m, y := text.Date(day), "", ""
	if len(d) != 10 {
		return d
	}
	d, m, y = d[:2], d[3:5], d[6:]
	if m > "02" {
		m = strings.TrimPrefix(m, "0")
	}
	return d + "/" + m + "/" + y
}
