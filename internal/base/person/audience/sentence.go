package audience

import (
	"context"
	"strings"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Names are what a sentence calls units and levels.
type Names struct {
	Units  map[id.ID]string
	Levels map[string]string
	Same   string // name of the level that all the units have; "" when they differ
}

// Say reads a query back: "đảng viên chính thức, cấp ủy viên, của 12 xã". Equal queries give
// equal sentences.
func (q Query) Say(lang string, names Names) string {
	t := func(key string, kv ...any) string { return words.T(lang, key, kv...) }
	or := t("audience.or")
	list := func(prefix string, codes []string) string {
		out := make([]string, len(codes))
		for i, c := range codes {
			out[i] = t(prefix + c)
		}
		return join(out, or)
	}
	if q.ByHead() {
		return t("audience.say.groups", "groups", list("audience.group.", q.Groups))
	}
	var parts []string
	add := func(s string) { parts = append(parts, s) }
	switch {
	case len(q.Kinds) > 0:
		add(q.kinds(lang))
	case !q.KeyCadre:
		add(t("audience.say.people"))
	}
	if q.KeyCadre {
		add(t("audience.say.key_cadre"))
	}
	if len(q.Positions) > 0 {
		add(t("audience.say.positions", "positions", "“"+join(q.Positions, "”"+or+"“", "”, “")+"”"))
	}
	if q.Sex != "" {
		add(t("audience.sex." + q.Sex))
	}
	q.years(lang, "age", q.AgeFrom, q.AgeTo, add)
	q.years(lang, "party", q.PartyFrom, q.PartyTo, add)
	if q.Relief != "" {
		add(t("audience.relief." + q.Relief))
	}
	if len(q.Levels) > 0 {
		out := make([]string, len(q.Levels))
		for i, l := range q.Levels {
			out[i] = names.level(l)
		}
		add(t("audience.say.levels", "levels", join(out, or)))
	}
	if len(q.Units) > 0 {
		add(q.where(lang, names))
	}
	return strings.Join(parts, ", ")
}

func (n Names) level(code string) string {
	if name := n.Levels[code]; name != "" {
		return name
	}
	return code
}

// kinds says members in one word when both kinds are meant.
func (q Query) kinds(lang string) string {
	var out []string
	rest := q.Kinds
	if len(rest) > 1 && rest[0] == "official" && rest[1] == "probationary" {
		out, rest = append(out, words.T(lang, "audience.say.members")), rest[2:]
	}
	for _, k := range rest {
		out = append(out, words.T(lang, "audience.kind."+k))
	}
	return join(out, words.T(lang, "audience.or"))
}

func (q Query) years(lang, what string, from, to int64, add func(string)) {
	switch {
	case from > 0 && to > 0:
		add(words.T(lang, "audience.say."+what+"_between", "from", text.Int(from), "to", text.Int(to)))
	case from > 0:
		add(words.T(lang, "audience.say."+what+"_from", "n", text.Int(from)))
	case to > 0:
		add(words.T(lang, "audience.say."+what+"_to", "n", text.Int(to)))
	}
}

// where names up to three units; more are counted, by their level when they share one.
func (q Query) where(lang string, names Names) string {
	key := "audience.say.below"
	if q.Only {
		key = "audience.say.only"
	}
	var out []string
	for _, u := range q.Units {
		if name := names.Units[u]; name != "" {
			out = append(out, name)
		}
	}
	sitting := ""
	if q.Sitting {
		sitting = words.T(lang, "audience.say.sitting")
	}
	if len(q.Units) <= 3 {
		return words.T(lang, key, "units", join(out, words.T(lang, "audience.and"))) + sitting
	}
	what := words.T(lang, "audience.say.units")
	if names.Same != "" {
		r := []rune(names.Same)
		what = strings.ToLower(string(r[:1])) + string(r[1:])
	}
	return words.T(lang, key, "units", text.Int(int64(len(q.Units)))+" "+what) + sitting
}

// join is "a, b or c".
func join(list []string, last string, between ...string) string {
	sep := ", "
	if len(between) > 0 {
		sep = between[0]
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], sep) + last + list[len(list)-1]
}

// Sentence is Say with the names that units and levels have today.
func Sentence(ctx context.Context, tx db.Tx, lang string, q Query) (string, error) {
	names, err := namesOf(ctx, tx, lang, q)
	return q.Say(lang, names), err
}

func namesOf(ctx context.Context, tx db.Tx, lang string, q Query) (n Names, err error) {
	column := "name"
	if lang == "en" {
		column = "name_en"
	}
	type pair struct{ code, name string }
	n = Names{Units: map[id.ID]string{}, Levels: map[string]string{}}
	if len(q.Levels) == 0 && len(q.Units) == 0 {
		return n, nil
	}
	levels, err := db.All(ctx, tx, func(scan func(...any) error) (p pair, err error) { return p, scan(&p.code, &p.name) }, `select code, `+column+` from org_level`)
	for _, l := range levels {
		n.Levels[l.code] = l.name
	}
	shared := map[string]bool{}
	for some := range batch.Chunks(q.Units) {
		in, args := batch.In(some)
		type unit struct {
			id          id.ID
			name, level string
		}
		list, err := db.All(ctx, tx, func(scan func(...any) error) (u unit, err error) { return u, scan(&u.id, &u.name, &u.level) },
			`select id, name, level from org_unit where id in (`+in+`)`, args...)
		if err != nil {
			return n, err
		}
		for _, u := range list {
			n.Units[u.id], shared[u.level] = u.name, true
		}
	}
	if len(shared) == 1 {
		for l := range shared {
			n.Same = n.Levels[l]
		}
	}
	return n, err
}
