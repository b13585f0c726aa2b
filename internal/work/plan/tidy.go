package plan

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
)

const (
	rowsMax   = 60
	numberMax = 60
	shortMax  = 300
	bodyMax   = 20000
)

// measure blames what is no text or has more than most letters.
func measure(field, s string, most int) error {
	_, ok := text.Lines(s)
	switch {
	case !ok:
		return fault.At(field, "web.not_text")
	case utf8.RuneCountInString(s) > most:
		return fault.At(field, "web.too_long", "n", most)
	}
	return nil
}

// short blames what is not one line of at most most letters; it may be empty.
func short(field, s string, most int) error {
	if strings.ContainsAny(s, "\r\n") {
		return fault.At(field, "web.not_text")
	}
	return measure(field, s, most)
}

// line is short for what may not be empty.
func line(field, s string, most int) error {
	if strings.TrimSpace(s) == "" {
		return fault.At(field, "web.required")
	}
	return short(field, s, most)
}

func day(field, s string) error {
	if s == "" {
		return nil
	}
	if d, err := text.ParseDate(s); err != nil || d != s {
		return fault.At(field, "web.not_date")
	}
	return nil
}

func choice(field string, ok bool) error {
	if ok {
		return nil
	}
	return fault.At(field, "web.choose")
}

// check refuses what cannot be kept, even unfinished. Faults: Invalid by field.
func (p Plan) check(g Ground) error {
	errs := []error{
		short("number", p.Number, numberMax), day("issued_on", p.IssuedOn), short("abstract", p.Abstract, 2*shortMax),
		short("authority", p.Authority, shortMax), measure("position", p.Position, shortMax), short("signer", p.Signer, shortMax),
		measure("recipients", p.Recipients, 10*shortMax),
	}
	for _, code := range slices.Sorted(maps.Keys(p.Sections)) {
		errs = append(errs, measure("section_"+code, p.Sections[code], bodyMax), choice("section_"+code, slices.Contains(Codes, code)))
	}
	if len(used(p.Lines)) > rowsMax {
		errs = append(errs, fault.At("lines", "plan.too_many", "n", rowsMax))
	}
	if len(p.Assignments) > rowsMax+spare {
		errs = append(errs, fault.At("assignments", "plan.too_many", "n", rowsMax))
	}
	for i, l := range p.Lines {
		if l.Audience != 0 {
			errs = append(errs, l.check(i, g))
		}
	}
	for i, d := range p.Assignments {
		errs = append(errs, d.check(i))
	}
	return fault.All(errs...)
}

func (l Line) check(i int, g Ground) error {
	at := func(field string) string { return numbered("line", i, field) }
	return fault.All(
		choice(at("audience"), slices.ContainsFunc(g.Audiences, func(a campaign.Audience) bool { return a.ID == l.Audience })),
		choice(at("level"), slices.Contains(g.Below, l.Level)), choice(at("mode"), slices.Contains(Modes, l.Mode)),
		day(at("held_on"), l.HeldOn), day(at("due_on"), l.DueOn), short(at("place"), l.Place, shortMax), short(at("speaker"), l.Speaker, shortMax))
}

func (d Assignment) check(i int) error {
	at := func(field string) string { return numbered("assignment", i, field) }
	return fault.All(short(at("name"), d.Name, shortMax), short(at("position"), d.Position, shortMax),
		short(at("work"), d.Work, 2*shortMax), day(at("due_on"), d.DueOn))
}

// used are the lines that say for whom they are.
func used(lines []Line) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Audience == 0 })
}

// tidy gives every text of a checked plan its one form, drops empty rows and completes a
// number of digits with the unit's symbol: "12" becomes "12-KH/HU".
func (p Plan) tidy(symbol string) Plan {
	one := func(s string) string { s, _ = text.Clean(s); return s }
	many := func(s string) string { s, _ = text.Lines(s); return s }
	p.Number, p.Abstract, p.Authority, p.Signer = strings.ToUpper(one(p.Number)), one(p.Abstract), one(p.Authority), one(p.Signer)
	p.Position, p.Recipients = many(p.Position), many(p.Recipients)
	if symbol != "" && digits(p.Number) {
		p.Number += "-KH/" + symbol
	}
	sections := map[string]string{}
	for _, code := range Codes {
		sections[code] = many(p.Sections[code])
	}
	p.Sections, p.Lines = sections, used(p.Lines)
	for i, l := range p.Lines {
		p.Lines[i].Place, p.Lines[i].Speaker = one(l.Place), one(l.Speaker)
	}
	var assignments []Assignment
	for _, d := range p.Assignments {
		d.Name, d.Position, d.Work = one(d.Name), one(d.Position), one(d.Work)
		if d.Name+d.Position+d.Work != "" {
			assignments = append(assignments, d)
		}
	}
	p.Assignments = assignments
	return p
}

// same reports whether two plans say the same, whenever and under whatever id they were kept.
func same(a, b Plan) bool {
	return a.Number == b.Number && a.IssuedOn == b.IssuedOn && a.Abstract == b.Abstract && a.Authority == b.Authority && a.Position == b.Position &&
		a.Signer == b.Signer && a.Recipients == b.Recipients && maps.Equal(a.Sections, b.Sections) && slices.Equal(a.Lines, b.Lines) && slices.Equal(a.Assignments, b.Assignments)
}
