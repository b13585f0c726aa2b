package report

import (
	"slices"
	"strings"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/rollup"
)

// results are the sentences of part II: each document, then what stands for the whole campaign.
func (d printed) results() (out []paper.Block) {
	n := 0
	for _, s := range d.Studies {
		n++
		key := "study"
		if s.Number != "" {
			key = "study_numbered"
		}
		out = append(out, paper.Heading{Level: 2, Text: phrase(key, "n", text.Int(int64(n)), "title", s.Title, "number", s.Number, "day", shortDay(s.IssuedOn))})
		for _, line := range d.study(s) {
			out = append(out, paper.Plain(line))
		}
	}
	if d.Figures.Value("opinions", 0) > 0 {
		out = append(out, paper.Plain(phrase("opinions", "n", d.num("opinions", 0))))
	}
	if items := d.claims(); len(items) > 0 {
		out = append(out, paper.Heading{Level: 2, Text: phrase("part.declared", "n", text.Int(int64(n)+1))},
			paper.Plain(phrase("declared")), paper.List{Items: items})
	}
	return out
}

// claims are the declared figures, one a line.
func (d printed) claims() (out []string) {
	for _, code := range d.asserted() {
		f := d.of(code, 0)
		if !f.Set {
			continue
		}
		def, _ := DefOf(code)
		key, end := "declared_item", ";"
		if c, own := d.column(code); def.Heads || own && c.Counted == "head" {
			key = "declared_heads"
		}
		out = append(out, phrase(key, "figure", d.name("vi", code), "n", d.noted(f))+end)
	}
	if n := len(out); n > 0 {
		out[n-1] = strings.TrimSuffix(out[n-1], ";") + "."
	}
	return out
}

// study tells one document.
func (d printed) study(s Study) (out []string) {
	of := s.Document
	fs := func(code string) int64 { return d.Figures.Value(code, of) }
	out = append(out, d.gathered(of), d.learned(of))
	if split := d.split(of, "form_in_person", "form_online", "form_relay", "form_self_study", "form_make_up", "form_higher"); split != "" {
		out = append(out, phrase("forms", "split", split))
	}
	if fs("studied") > 0 {
		c := s.Total.Line.Count
		known := phrase("grades", append([]string{"n", text.Int(c.Studied)}, grades(s.Total)...)...)
		if five := c.Grades[4]; five > 0 {
			r := rollup.Rate{Num: five, Den: c.Studied}
			known += " " + phrase("grade_five", "n", text.Int(five), "total", text.Int(c.Studied), "rate", d.percent(r))
		}
		out = append(out, known)
	}
	if split := d.split(of, "absent_excused", "absent_unexcused", "absent_unknown"); split != "" {
		out = append(out, phrase("absent", "n", d.num("absent", of), "split", split))
	} else if fs("obliged") > 0 {
		out = append(out, phrase("absent_none"))
	}
	if fs("civil") > 0 {
		out = append(out, phrase("civil", "n", d.num("civil_studied", of), "total", d.num("civil", of), "rate", d.percent(d.ratio("rate_civil", of))))
	}
	if fs("mass_heads") > 0 {
		out = append(out, phrase("heads", "n", d.num("mass_heads", of)))
	}
	return out
}

func (d printed) gathered(of id.ID) string {
	split := d.split(of, "meetings_key_cadre", "meetings_member", "meetings_mass", "meetings_thematic")
	switch {
	case d.Figures.Value("meetings", of) == 0:
		return phrase("no_meeting")
	case d.Figures.Value("speakers", of) == 0:
		return phrase("meetings", "n", d.num("meetings", of), "split", split)
	}
	return phrase("meetings_speakers", "n", d.num("meetings", of), "split", split, "speakers", d.num("speakers", of))
}

// learned states both rates, each with its numbers.
func (d printed) learned(of id.ID) string {
	all, obliged := d.Rates(of)
	s := phrase("studied", "n", d.num("studied", of), "total", d.num("members", of), "rate", d.percent(all)) + " "
	key := "obliged"
	if d.Figures.Value("exempt", of) == 0 {
		key = "obliged_all"
	}
	return s + phrase(key, "exempt", d.num("exempt", of), "came", d.num("exempt_came", of), "n", text.Int(obliged.Num),
		"total", d.num("obliged", of), "rate", d.percent(obliged))
}

// split lists the parts of a figure that are not zero: "trực tiếp 7.640; học bù 640".
func (d printed) split(of id.ID, codes ...string) string {
	var out []string
	for _, code := range codes {
		if f := d.of(code, of); f.Value != 0 {
			out = append(out, lowered(named(code))+" "+d.noted(f))
		}
	}
	return strings.Join(out, "; ")
}

// lacking are the shortcomings that the figures show.
func (d printed) lacking() (out []paper.Block) {
	var missing, late, claimed []string
	for _, c := range d.Below {
		switch {
		case c.Late && c.FirstSent == 0:
			missing = append(missing, c.Name)
		case c.Late:
			late = append(late, c.Name)
		}
	}
	for _, s := range d.Studies {
		for _, r := range s.Rows {
			if c := r.Line.Count; !r.Own && 2*c.Grades[4] > c.Studied && !slices.Contains(claimed, r.Name) {
				claimed = append(claimed, r.Name)
			}
		}
	}
	if d.provisional() {
		out = append(out, paper.Plain(phrase("waiting", "n", text.Int(d.Waiting()), "total", text.Int(d.Expected))))
	}
	for _, l := range []struct {
		key   string
		units []string
	}{{"overdue", missing}, {"late", late}, {"claimed", claimed}} {
		if len(l.units) > 0 {
			out = append(out, paper.Plain(phrase(l.key, "units", strings.Join(l.units, ", "))))
		}
	}
	return out
}
