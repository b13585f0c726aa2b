package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Fact is one thing the entry keeps of what changed, in words; Old is what it was, "" when
// that is not kept or was nothing.
type Fact struct{ Name, Old, New string }

// own are fields that say again whose line it is.
var own = []string{"id", "person"}

// Facts takes the detail apart: an object of values in the order of its names, after what was
// and what is where it holds both, or a list of {field, old, new}.
func (l Line) Facts(lang string) []Fact {
	var object map[string]any
	var changes []struct {
		Field    string
		Old, New any
	}
	var out []Fact
	switch {
	case l.Detail == "":
	case json.Unmarshal([]byte(l.Detail), &object) == nil:
		if was, now := l.plain(lang, "old", object["old"]), l.plain(lang, "new", object["new"]); was != "" && now != "" {
			out = append(out, Fact{label(lang, "changed"), was, now})
			delete(object, "old")
			delete(object, "new")
		}
		for _, k := range slices.Sorted(maps.Keys(object)) {
			if v := l.plain(lang, k, object[k]); v != "" && !slices.Contains(own, k) {
				out = append(out, Fact{Name: label(lang, k), New: v})
			}
		}
	case json.Unmarshal([]byte(l.Detail), &changes) == nil:
		for _, c := range changes {
			if was, now := l.plain(lang, c.Field, c.Old), l.plain(lang, c.Field, c.New); was != now {
				out = append(out, Fact{label(lang, c.Field), was, now})
			}
		}
	default:
		out = []Fact{{New: l.Detail}}
	}
	return out
}

// label is a field as people read it, as far as it has a word.
func label(lang, field string) string {
	if key := "audit.field." + field; words.Has(key) {
		return words.T(lang, key)
	}
	return field
}

// plain is a value as people read it: days, numbers, names for ids, words for codes.
func (l Line) plain(lang, field string, v any) string {
	switch v := v.(type) {
	case string:
		return l.word(lang, field, v)
	case float64:
		if v == float64(int64(v)) {
			return text.Int(int64(v))
		}
	case bool:
		if v {
			return words.T(lang, "audit.yes")
		}
		return words.T(lang, "audit.no")
	case []any:
		var parts []string
		for _, one := range v {
			parts = append(parts, l.plain(lang, field, one))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if one := l.plain(lang, k, v[k]); one != "" {
				parts = append(parts, label(lang, k)+": "+one)
			}
		}
		return strings.Join(parts, "; ")
	case nil:
		return ""
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// word is a text of the detail: a code that the action's room, or the roles, have a word for
// is read in it.
func (l Line) word(lang, field, v string) string {
	if len(v) == len(time.DateOnly) && !clock.Start(v).IsZero() {
		return text.Date(v)
	}
	if name := l.names[lang+field+"."+v]; name != "" {
		return name
	}
	if u, err := id.Parse(v); err == nil {
		switch {
		case l.names[u.String()] != "":
			return l.names[u.String()]
		case slices.Contains(nameless, field):
			return ""
		}
	}
	room, _, _ := strings.Cut(l.Action, ".")
	for _, key := range []string{room + "." + field + "." + v, strings.TrimSuffix(l.Action, "_end") + "." + v, "access." + field + "." + v} {
		if v != "" && words.Has(key) {
			return words.T(lang, key)
		}
	}
	switch {
	case field == "fields":
		return label(lang, v)
	case field == "key_cadre" && v == "x":
		return words.T(lang, "audit.yes")
	}
	return v
}

// nameless are fields whose value is the id of something without a name: it says nothing to people.
var nameless = []string{"contest", "photo", "version"}

var quoted = regexp.MustCompile(`"([0-9A-Za-z]{13})"`)

// namesSQL asks what is called how among the ids of a list.
func namesSQL(in string) string {
	var all []string
	for _, t := range []struct{ table, name string }{{"org_unit", "name"}, {"meeting", "title"}, {"meeting_site", "name"}, {"campaign", "title"}, {"document", "title"}, {"duty", "title"}} {
		all = append(all, "select id, "+t.name+" from "+t.table+" where id in ("+in+")")
	}
	return strings.Join(all, " union all ")
}

// called looks up what the units, levels, meetings, sites, campaigns and documents of the details
// are called: the log keeps ids, so that a unit renamed since is still known.
func called(ctx context.Context, tx db.Tx, lines []Line) error {
	var ids []any
	levels := false
	for _, l := range lines {
		levels = levels || strings.Contains(l.Detail, `"level"`)
		for _, m := range quoted.FindAllStringSubmatch(l.Detail, -1) {
			if u, err := id.Parse(m[1]); err == nil {
				ids = append(ids, u)
			}
		}
	}
	names := map[string]string{}
	for part := range slices.Chunk(ids, 200) {
		in := make([]string, len(part))
		for i := range part {
			in[i] = fmt.Sprintf("$%d", i+1)
		}
		_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			var unit id.ID
			var name string
			err = scan(&unit, &name)
			names[unit.String()] = name
			return none, err
		}, namesSQL(strings.Join(in, ", ")), part...)
		if err != nil {
			return err
		}
	}
	if levels {
		_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			var code, vi, en string
			err = scan(&code, &vi, &en)
			names["vilevel."+code], names["enlevel."+code] = vi, en
			return none, err
		}, `select code, name, name_en from org_level`)
		if err != nil {
			return err
		}
	}
	for i := range lines {
		lines[i].names = names
	}
	return nil
}
