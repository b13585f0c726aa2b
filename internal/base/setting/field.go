package setting

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Kind is how a setting is asked for.
type Kind string

// The kinds; a group is a JSON object of the others.
const (
	KindLine   Kind = "line"
	KindNumber Kind = "number"
	KindFlag   Kind = "flag"
	KindChoice Kind = "choice"
	KindGroup  Kind = "group"
)

// Field is a setting that the page shows. Label is a word key; a choice's answers are
// worded Label+"."+value.
type Field struct {
	Name     string
	Label    string
	Kind     Kind
	Options  []string
	Min, Max int64
	Parts    []Field // of a group; Name is the member
	Default  json.RawMessage
	Source   string
	Whole    bool // of the whole installation only, never of one unit
}

// Line asks for up to 300 letters.
func Line(k Key[string], label string) Field { return field(k, label, KindLine) }

// Flag asks yes or no.
func Flag(k Key[bool], label string) Field { return field(k, label, KindFlag) }

// Number asks for a whole number within bounds.
func Number[T ~int | ~int64](k Key[T], label string, min, max int64) Field {
	f := field(k, label, KindNumber)
	f.Min, f.Max = min, max
	return f
}

// Choice asks for one of the options.
func Choice[T ~string](k Key[T], label string, options ...T) Field {
	f := field(k, label, KindChoice)
	for _, o := range options {
		f.Options = append(f.Options, string(o))
	}
	return f
}

// Group asks for members of the key's JSON object: each label ends with the member's name,
// and the default tells whether it is text, a whole number from 0 to 100,000, or yes and
// no. Other members keep their built-in value.
func Group[T any](k Key[T], label string, members ...string) Field {
	f := field(k, label, KindGroup)
	var object map[string]any
	if err := json.Unmarshal(f.Default, &object); err != nil {
		panic(fmt.Sprintf("setting %s is no group: %v", k.Name, err))
	}
	for _, m := range members {
		part := Field{Name: m[strings.LastIndex(m, ".")+1:], Label: m, Max: 100_000}
		switch v := object[part.Name].(type) {
		case string:
			part.Kind = KindLine
		case float64:
			part.Kind = KindNumber
		case bool:
			part.Kind = KindFlag
		default:
			panic(fmt.Sprintf("setting %s has no %s that can be asked for: %v", k.Name, part.Name, v))
		}
		f.Parts = append(f.Parts, part)
	}
	return f
}

// OfAll makes a field one that no unit may have its own way.
func OfAll(f Field) Field {
	f.Whole = true
	return f
}

func field[T any](k Key[T], label string, kind Kind) Field {
	b, err := json.Marshal(k.Default)
	if err != nil {
		panic(fmt.Sprintf("setting %s: %v", k.Name, err)) // a default that is no JSON is found at start-up
	}
	return Field{Name: k.Name, Label: label, Kind: kind, Default: b, Source: k.Source}
}

// accept checks a value and writes it the way it is stored.
func (f Field) accept(raw json.RawMessage) (json.RawMessage, error) {
	if f.Kind == KindGroup {
		return f.acceptGroup(raw)
	}
	v, err := f.plain(raw)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func (f Field) acceptGroup(raw json.RawMessage) (json.RawMessage, error) {
	var given, out map[string]json.RawMessage
	if json.Unmarshal(raw, &given) != nil {
		return nil, fault.At(f.Name, "setting.bad_value")
	}
	if err := json.Unmarshal(f.Default, &out); err != nil {
		return nil, err
	}
	var errs []error
	for _, p := range f.Parts {
		if v, ok := given[p.Name]; ok {
			clean, err := p.accept(v)
			errs = append(errs, err)
			out[p.Name] = clean
		}
	}
	if err := fault.All(errs...); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

func (f Field) plain(raw json.RawMessage) (any, error) {
	bad := fault.At(f.Name, "setting.bad_value")
	switch f.Kind {
	case KindFlag:
		var v bool
		if json.Unmarshal(raw, &v) != nil {
			return nil, bad
		}
		return v, nil
	case KindNumber:
		var v int64
		if json.Unmarshal(raw, &v) != nil || v < f.Min || v > f.Max {
			return nil, fault.At(f.Name, "web.not_number", "min", f.Min, "max", f.Max)
		}
		return v, nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil, bad
	}
	if f.Kind == KindChoice {
		if !slices.Contains(f.Options, s) {
			return nil, fault.At(f.Name, "web.choose")
		}
		return s, nil
	}
	s, ok := text.Clean(s)
	if !ok || utf8.RuneCountInString(s) > 300 {
		return nil, bad
	}
	return s, nil
}

// Show writes a value as people read it.
func (f Field) Show(lang string, raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	switch v := v.(type) {
	case bool:
		if v {
			return words.T(lang, "setting.yes")
		}
		return words.T(lang, "setting.no")
	case float64:
		return text.For(lang).Int(int64(v))
	case string:
		if f.Kind == KindChoice {
			return words.T(lang, f.Label+"."+v)
		}
		return v
	case map[string]any:
		return f.showGroup(lang, raw)
	}
	return string(raw)
}

func (f Field) showGroup(lang string, raw json.RawMessage) string {
	var parts []string
	for _, p := range f.Parts {
		parts = append(parts, words.T(lang, p.Label)+": "+p.Show(lang, member(raw, p.Name)))
	}
	return strings.Join(parts, "; ")
}

func member(raw json.RawMessage, name string) json.RawMessage {
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil || m[name] == nil {
		return json.RawMessage("null")
	}
	return m[name]
}
