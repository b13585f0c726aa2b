package ledger

import (
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/work/attendance/ledger"
)

// Course is a campaign in somebody's or a unit's year. Unit is what it was called in the campaign's own tree.
type Course struct {
	Campaign  id.ID    `json:"campaign"`
	Title     string   `json:"title"`
	Starts    string   `json:"starts_on"`
	Unit      string   `json:"unit" doc:"name in the campaign's own tree"`
	Documents []string `json:"documents"`
}

// Person is somebody's year.
type Person struct {
	Person  id.ID   `json:"person"`
	Name    string  `json:"name"`
	Unit    string  `json:"unit" doc:"of today"`
	Year    int     `json:"year"`
	Courses []Taken `json:"courses"`
	unit    id.ID
}

// Taken is a campaign of a person's year.
type Taken struct {
	Course
	Studied int64         `json:"studied" doc:"documents studied"`
	Exempt  bool          `json:"exempt"`
	Essays  []Essay       `json:"essays"`
	Merits  []Merit       `json:"merits"`
	Rows    []ledger.Took `json:"rows"`
}

// Essay is what became of an essay; points and whether it passed only after results were released.
type Essay struct {
	State    string `json:"state" enum:"writing,handed,returned,marked"`
	Released bool   `json:"released"`
	Passed   bool   `json:"passed"`
	Points   int64  `json:"points" doc:"tenths; 0 until results are released"`
}

// Merit is a decided proposal to commend or criticise.
type Merit struct {
	Kind string `json:"kind" enum:"commend,criticise"`
	What string `json:"what"`
}

// Unit is a unit's year: its campaigns and meetings, and the people of one campaign.
type Unit struct {
	Unit    id.ID           `json:"unit"`
	Name    string          `json:"name" doc:"of today"`
	Year    int             `json:"year"`
	Courses []UnitCourse    `json:"courses"`
	Rows    []ledger.Held   `json:"rows" doc:"meetings, with the unit's own people"`
	Crowded bool            `json:"crowded" doc:"too many people to count each meeting one by one: rows count everybody there"`
	Chosen  id.ID           `json:"chosen" doc:"campaign whose people follow"`
	People  db.Rows[Member] `json:"people" doc:"by name, those whose names the reader may see"`
}

// UnitCourse is a campaign of a unit's year.
type UnitCourse struct {
	Course
	Studies  []Study `json:"studies" doc:"one for each document"`
	Rounding string  `json:"rounding"`
	Report   string  `json:"report" doc:"state; empty: none"`
	Sent     int64   `json:"first_sent" doc:"Unix milliseconds UTC; 0 never"`
	Must     int64   `json:"must_write"`
	Handed   int64   `json:"handed"`
	Merits   []Merit `json:"merits"`
}

// Study is how a unit with all below it studied one document of a campaign.
type Study struct {
	ID       id.ID        `json:"document_id"`
	Document string       `json:"document" doc:"its number, else its title"`
	Count    rollup.Count `json:"count"`
}

// line is a campaign's row in the book: one for each document. What is the campaign's own stands in the first.
type line struct {
	UnitCourse
	Study
	number, essays, sent, merits string
}

// lines are the rows of the unit's campaigns.
func (u Unit) lines(lang string) (out []line) {
	for i, c := range u.Courses {
		for k, s := range c.Studies {
			l := line{UnitCourse: c, Study: s}
			if k == 0 {
				l.number, l.essays, l.sent, l.merits = text.Int(int64(i+1)), ratio(c.Handed, c.Must), day(c.Sent), merits(lang, c.Merits)
			}
			out = append(out, l)
		}
	}
	return out
}

// Member is one person of a unit in one campaign.
type Member struct {
	Person  id.ID   `json:"person"`
	Name    string  `json:"name"`
	Unit    string  `json:"unit" doc:"in the campaign's own tree"`
	Exempt  bool    `json:"exempt"`
	Studied int64   `json:"studied" doc:"documents"`
	Of      int64   `json:"of"`
	Day     int64   `json:"day" doc:"first studied, Unix milliseconds UTC; 0 never"`
	Form    string  `json:"form" doc:"of the first"`
	Grade   int64   `json:"grade" doc:"weakest evidence; 0 none"`
	MadeUp  bool    `json:"made_up" doc:"something in a make-up"`
	Essays  []Essay `json:"essays"`
	Merits  []Merit `json:"merits"`
	key     string
}

// Word says how an essay stands: passed and failed only after results were released.
func (e Essay) Word() string {
	switch {
	case e.State == "marked" && e.Released && e.Passed:
		return "passed"
	case e.State == "marked" && e.Released:
		return "failed"
	case e.State == "marked":
		return "handed"
	}
	return e.State
}
