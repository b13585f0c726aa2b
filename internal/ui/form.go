package ui

import (
	"maps"
	"slices"

	"github.com/a-h/templ"
)

// Field describes one question of a form. ID is made from Name unless given.
type Field struct {
	Name, Label, Hint, Error, Value string
	ID                              string
	Optional                        bool // says so beside the label; others are required in the browser too
	Draft                           bool // may be empty while it is written, not when it is sent: neither mark nor check
	Readonly, Disabled              bool
	Options                         []Option // of Select, Radios, Checks
	Placeholder, Auto, Mode         string   // placeholder, autocomplete, inputmode
	Min, Max, Step                  string   // of Number, Date, DateTime
	Length, Rows                    int      // most characters; lines of Area
	Accept                          string   // of File
	Checked, Many                   bool     // Checkbox; several files
	Unit                            string   // word behind a number: "người", "phút"
}

// Option is one answer; Note is small under it, Right stands at its end, Group opens a group in Select.
type Option struct {
	Value, Text, Note, Right, Group string
	On                              bool // besides Field.Value, for Checks
}

// With is the field with its message out of errs.
func (f Field) With(errs Errors) Field {
	f.Error = errs[f.Name]
	return f
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + f.Name
}

// told names the hint and the error for readers.
func (f Field) told() string {
	s := ""
	if f.Hint != "" {
		s = f.id() + "-hint"
	}
	if f.Error != "" {
		if s != "" {
			s += " "
		}
		s += f.id() + "-err"
	}
	return s
}

func (f Field) required() bool { return !f.Optional && !f.Draft && !f.Readonly && !f.Disabled }

func (f Field) rows() int {
	if f.Rows > 0 {
		return f.Rows
	}
	return 4
}

func (f Field) on(o Option) bool { return o.On || f.Value != "" && o.Value == f.Value }

// run is a stretch of options under one heading.
type run struct {
	group   string
	options []Option
}

func (f Field) runs() []run {
	var out []run
	for _, o := range f.Options {
		if len(out) == 0 || out[len(out)-1].group != o.Group {
			out = append(out, run{group: o.Group})
		}
		last := &out[len(out)-1]
		last.options = append(last.options, o)
	}
	return out
}

// attrs are the attributes an input has only if they say something.
func (f Field) attrs() templ.Attributes {
	a := templ.Attributes{"required": f.required(), "readonly": f.Readonly, "disabled": f.Disabled, "multiple": f.Many}
	for k, v := range map[string]string{"placeholder": f.Placeholder, "autocomplete": f.Auto, "inputmode": f.Mode,
		"min": f.Min, "max": f.Max, "step": f.Step, "accept": f.Accept, "aria-describedby": f.told()} {
		if v != "" {
			a[k] = v
		}
	}
	if f.Length > 0 {
		a["maxlength"] = num(int64(f.Length))
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	return a
}

func (f Field) class() string {
	if f.Error != "" {
		return "inp bad"
	}
	return "inp"
}

func describe(f Field) templ.Attributes {
	a := templ.Attributes{}
	if s := f.told(); s != "" {
		a["aria-describedby"] = s
	}
	return a
}

func yes(f Field) string {
	if f.Value == "" {
		return "1"
	}
	return f.Value
}

func problemCount(p Page, n int) string {
	if n == 1 {
		return p.T("ui.problem_one")
	}
	return p.T("ui.problems", "n", p.Int(int64(n)))
}

// unnamed are messages for fields that the page does not show; they must not get lost.
func unnamed(errs Errors, fields []Field) []string {
	named := map[string]bool{"": true}
	for _, f := range fields {
		named[f.Name] = true
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(errs)) {
		if !named[k] {
			out = append(out, errs[k])
		}
	}
	return out
}

// Roll is one line of a roll call. The box is sent as Box=ID ("absent" unless given) when the
// person is absent, the reason under Reasons.Name; Here and Gone are the two words.
type Roll struct {
	Number          int
	ID, Name        string
	Absent          bool
	Here, Gone, Box string
	Reasons         Field
}

func (r Roll) box() string {
	if r.Box == "" {
		return "absent"
	}
	return r.Box
}
