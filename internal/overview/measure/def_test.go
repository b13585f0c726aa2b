package measure

import (
	"strings"
	"testing"
)

// prints holds the meaning of every version that ever was. A line that fails says: you have
// changed what a figure means; leave the version as it was and add a new one.
var prints = map[string]string{
	"meetings 1":            "0f102f274ea82f2c",
	"meetings_key_cadre 1":  "c8edb281c56791ef",
	"meetings_member 1":     "925bf8e5d0caf9ec",
	"meetings_mass 1":       "4f9651fbfa5214c8",
	"meetings_thematic 1":   "dcc4e416c002e089",
	"sites_total 1":         "ed7fa5e90d2ff92c",
	"sites_main 1":          "e86034df101f3360",
	"sites_grassroots 1":    "a343593e5e33e80e",
	"sites_cell 1":          "c9fca0102e7b0df2",
	"members 1":             "a6060ef0f2d03241",
	"exempt 1":              "410d438e43f13c9d",
	"exempt_came 1":         "b531a56b832dc141",
	"obliged 1":             "025e606ac5c3abe7",
	"studied 1":             "1f266e947e88caca",
	"form_in_person 1":      "7c1c83d3ecbc0f3e",
	"form_online 1":         "4b0cbb24c38d2241",
	"form_relay 1":          "94ada13456a9c762",
	"form_self_study 1":     "46684f18e520ed5f",
	"form_make_up 1":        "dee37ed4116acd75",
	"form_higher 1":         "3f07dd5998de53eb",
	"rate_all 1":            "b09d89ce36e1dfab",
	"rate_obliged 1":        "73c8ac912d4fad9e",
	"absent 1":              "bdecc4c2e6d37dc9",
	"absent_excused 1":      "9bae6ab93bb243c4",
	"absent_unexcused 1":    "7091b4226e516ad8",
	"absent_unknown 1":      "c4c80aacedd383c7",
	"civil 1":               "666347afb4297cc0",
	"civil_studied 1":       "c9a4e91796405a93",
	"rate_civil 1":          "c08055e44a460543",
	"mass_heads 1":          "7267a896cd3f0a53",
	"essays_due 1":          "51dd3ebd03efdd03",
	"essays_handed 1":       "af6bcd185846649d",
	"essays_passed 1":       "c5902d179a91f96c",
	"essays_failed 1":       "c93daac55fc24fd3",
	"essays_unmarked 1":     "f0812a5c744065a1",
	"essays_alike 1":        "9b8c0b51a9a29d8d",
	"speakers 1":            "780a21c05950d851",
	"speakers_central 1":    "deeb9a3ed93308cf",
	"speakers_province 1":   "c3da725040ec429f",
	"speakers_local 1":      "65af7aac49c0ba83",
	"opinion_meetings 1":    "637438e43daac60e",
	"opinions 1":            "7b93008e9c6237eb",
	"plans_issued 1":        "148922d7dd7cf040",
	"plans_due 1":           "da89ed4a23a5a3b3",
	"programmes 1":          "ed72093fbf24d72c",
	"papers_other 1":        "7a303f956c608bbe",
	"outreach_broadcasts 1": "1c26d49464fd2659",
	"outreach_hours 1":      "819c5d088c0a2fbb",
	"outreach_articles 1":   "94f6a870b6612dca",
	"outreach_panels 1":     "4099c9c523bc683c",
	"outreach_reach 1":      "6539f3bfb4287745",
}

func TestMeaningIsKept(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Defs {
		key := d.Code + " " + string(rune('0'+d.Version))
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		if got := d.Print()[:16]; got != prints[key] {
			t.Errorf("\t%q: %q,", key, got)
		}
	}
	for key := range prints {
		if !seen[key] {
			t.Errorf("%s is gone: reports that were sent with it can't be explained", key)
		}
	}
}

// A new version leaves the old one where reports find it.
func TestVersions(t *testing.T) {
	defer func(was []Def) { Defs = was }(Defs)
	was, _ := Of("studied")
	next := was
	next.Version, next.Filters = 2, append(next.Filters[:len(next.Filters):len(next.Filters)], notExempt)
	Defs = append(Defs[:len(Defs):len(Defs)], next)
	old, _ := At("studied", 1)
	now, _ := Of("studied")
	if old.Print() != was.Print() || now.Version != 2 || now.Print() == was.Print() || VersionOf("studied") != 2 || len(now.versions()) != 2 {
		t.Error("a new version hides the old, or is not in force:", old.Version, now.Version)
	}
	for _, d := range Current() {
		if d.Code == "studied" && d.Version != 2 {
			t.Error("an old version is in force")
		}
	}
	if _, ok := At("studied", 3); ok {
		t.Error("a version that never was")
	}
}

// Definitions read well: rates stand on figures that exist, conditions have words once.
func TestDefs(t *testing.T) {
	sql := map[string]string{}
	for _, d := range Defs {
		for _, code := range []string{d.Numerator, d.Less, d.Denominator} {
			if _, ok := Of(code); code != "" && !ok {
				t.Errorf("%s stands on %q, which nobody defines", d.Code, code)
			}
		}
		if d.Column < 2 || d.Column > 15 || d.Version < 1 || d.Declared() != (d.Where("") == "" && d.Sum == "" && !d.Rate()) && d.Code != "meetings" {
			t.Errorf("%+v", d)
		}
		for _, f := range d.Filters {
			if before, ok := sql[f.Key]; ok && before != f.SQL {
				t.Errorf("%s is asked in two ways", f.Key)
			}
			sql[f.Key] = f.SQL
		}
		for _, part := range []share{little, most, whole} {
			if q, args := (place{":campaign": 1, ":document": 2, ":lo": 3, ":hi": 4, ":unit": 5}).fill(d.sql(part)); strings.Contains(q, ":") || len(args) == 0 {
				t.Errorf("%s: %s %v", d.Code, q, args)
			}
		}
	}
}
