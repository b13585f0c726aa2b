package prepare

import (
	"slices"

	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Need is a point that has to be ready at every site. Title is "" for the codes of Codes,
// which have a word of their own.
type Need struct {
	Code  string `json:"code" maxLength:"20"`
	Title string `json:"title" maxLength:"200"`
}

// Codes are the points everybody knows, in the order of the list.
var Codes = []string{"hall", "decoration", "sound", "screen", "line", "power", "materials", "roster", "station", "security"}

// usual is the list of each kind of meeting (R008: hall, decoration, assurance work).
var usual = map[string][]string{
	"conference": Codes,
	"speaker":    Codes,
	"class":      {"hall", "decoration", "sound", "line", "materials", "roster", "station"},
	"in_depth":   {"hall", "decoration", "sound", "line", "materials", "roster", "station"},
	"make_up":    {"hall", "sound", "line", "materials", "roster", "station"},
	"thematic":   {"hall", "decoration", "line", "materials", "roster"},
	"cell":       {"hall", "line", "materials", "roster"},
}

// most bounds the points of a list, mostTitle the letters of one.
const (
	most      = 20
	mostTitle = 200
)

// Usual is the list of a meeting of which nobody made one: by its kind, with the line only
// where a picture comes from elsewhere.
func Usual(kind, mode string) (out []Need) {
	if mode == "self_study" {
		return []Need{{Code: "materials"}}
	}
	for _, c := range usual[kind] {
		if (c == "line" || c == "screen") && mode == "in_person" {
			continue
		}
		out = append(out, Need{Code: c})
	}
	return out
}

// checkNeeds refuses a list that cannot be.
func checkNeeds(list []Need) error {
	if len(list) > most {
		return fault.At("needs", "prepare.too_many_needs", "n", most)
	}
	seen := map[string]bool{}
	for _, n := range list {
		known := slices.Contains(Codes, n.Code)
		switch {
		case n.Code == "" || len(n.Code) > 20 || seen[n.Code], !known && n.Title == "":
			return fault.At("needs", "web.choose")
		case len([]rune(n.Title)) > mostTitle:
			return fault.At("needs", "web.too_long", "n", mostTitle)
		}
		seen[n.Code] = true
	}
	return nil
}

// Trial is one test of the line of a site.
type Trial struct {
	ID     id.ID  `json:"id"`
	Site   id.ID  `json:"site"`
	At     int64  `json:"at" doc:"Unix milliseconds UTC"`
	Result string `json:"result" enum:"good,weak,failed"`
	Note   string `json:"note" maxLength:"300"`
	ByName string `json:"by"`
}

// Results of a test of the line.
var Results = []string{"good", "weak", "failed"}

// Check refuses a test that cannot have been: of no result, in the future or a year ago.
func (t Trial) Check(now int64) error {
	switch {
	case t.ID == 0:
		return fault.At("id", "web.choose")
	case !slices.Contains(Results, t.Result):
		return fault.At("result", "web.choose")
	case t.At > now+5*60_000 || t.At < now-365*24*3600_000:
		return fault.At("at", "web.not_time")
	}
	return nil
}

// Progress is how the sites of a meeting stand together.
type Progress struct {
	Sites       int64 `json:"sites"`
	Ready       int64 `json:"ready" doc:"every point done, and the line tested well where there is one"`
	Points      int64 `json:"points" doc:"of all sites"`
	Done        int64 `json:"done" doc:"of them"`
	Untried     int64 `json:"untried" doc:"sites whose line nobody tested"`
	Weak        int64 `json:"weak"`
	Failed      int64 `json:"failed"`
	Unwatched   int64 `json:"unwatched" doc:"without a supervisor on the spot"`
	Uncontacted int64 `json:"uncontacted" doc:"without a technical contact"`
	Crowded     int64 `json:"crowded" doc:"more delegates than seats"`
}

// Shows are the ways to narrow the list of sites.
var Shows = []string{"", "open", "untried", "failed", "unwatched", "uncontacted", "crowded", "ready"}

// lined reports whether a picture comes to the sites from elsewhere.
func lined(m meeting.Meeting) bool {
	return m.Mode == "online" || m.Mode == "hybrid" || m.Mode == "relay"
}
