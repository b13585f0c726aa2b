package grant

import (
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// telling are needs in the order in which a sentence names them.
var telling = []access.Need{
	access.AccountEdit, access.SettingEdit, access.CampaignEdit, access.ReportAccept, access.ReportEdit, access.MeetingEdit,
	access.AttendanceTake, access.PersonEdit, access.PlanEdit, access.AuditRead, access.PersonRead, access.ReportRead, access.DocumentRead,
}

const most = 3 // deeds that a sentence names before it counts

// Deeds are what the role may do, as people read it, the telling ones first.
func Deeds(lang string, role access.Role) []string {
	needs := role.Needs()
	place := func(n access.Need) int {
		if i := slices.Index(telling, n); i >= 0 {
			return i
		}
		return len(telling)
	}
	slices.SortStableFunc(needs, func(a, b access.Need) int { return place(a) - place(b) })
	out := make([]string, len(needs))
	for i, n := range needs {
		out[i] = Deed(lang, n)
	}
	return out
}

// Deed is one thing that may be done, as people read it.
func Deed(lang string, n access.Need) string { return words.T(lang, "access.need."+string(n)) }

// Say is the grant as a sentence about name, on a civil day: what, of how many units, till
// when, and how it came. need "" names what the role is for, another that one thing alone.
func Say(lang, name string, g Grant, need access.Need, today string) string {
	t := func(key string, kv ...any) string { return words.T(lang, key, kv...) }
	say := t("grant.say", "name", name, "deeds", deeds(lang, g.Role, need), "units", reach(lang, g))
	switch {
	case g.From > today && g.To != "":
		say += " " + t("grant.say_span", "from", text.Date(g.From), "to", text.Date(g.To))
	case g.From > today:
		say += " " + t("grant.say_from", "from", text.Date(g.From))
	case g.To != "":
		say += " " + t("grant.say_till", "to", text.Date(g.To))
	}
	return say + how(lang, g)
}

func deeds(lang string, role access.Role, need access.Need) string {
	if need != "" {
		return Deed(lang, need)
	}
	all := Deeds(lang, role)
	if len(all) <= most+1 {
		return strings.Join(all, ", ")
	}
	return words.T(lang, "grant.say_more", "deeds", strings.Join(all[:most], ", "), "n", len(all)-most)
}

// reach says of which units: one by its name, more by their number.
func reach(lang string, g Grant) string {
	if g.Units > 1 {
		return words.T(lang, "grant.say_many", "n", text.For(lang).Int(g.Units))
	}
	return g.UnitName
}

// how says by what right: the role at its unit, a post, in whose place, passed on by whom.
func how(lang string, g Grant) string {
	role := words.T(lang, "access.role."+string(g.Role))
	switch {
	case g.Kind == access.Delegated:
		return words.T(lang, "grant.how_delegated", "by", g.By, "role", role, "unit", g.UnitName)
	case g.Kind == access.Acting:
		return words.T(lang, "grant.how_acting", "title", g.Title, "unit", g.UnitName)
	case g.Kind == access.ByPost:
		return words.T(lang, "grant.how_post", "title", g.Title, "unit", g.UnitName)
	}
	return words.T(lang, "grant.how_own", "role", role, "unit", g.UnitName)
}
