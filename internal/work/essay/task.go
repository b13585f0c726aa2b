package essay

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Kinds of tasks.
var Kinds = []string{"essay", "scenario"}

// Levels of model answers.
var Levels = []string{"good", "fair", "weak"}

// Task is what an audience has to write. Instants are Unix milliseconds UTC.
type Task struct {
	ID           id.ID       `json:"id"`
	Campaign     id.ID       `json:"campaign"`
	Title        string      `json:"title"`
	CampaignName string      `json:"campaign_title"`
	Over         bool        `json:"over" doc:"the campaign is closed: nothing is handed in any more"`
	Unit         id.ID       `json:"unit" doc:"that set it; it binds the people below"`
	UnitName     string      `json:"unit_name"`
	Audience     id.ID       `json:"audience" doc:"empty: every member"`
	AudienceName string      `json:"audience_name"`
	Kind         string      `json:"kind" enum:"essay,scenario"`
	Prompt       string      `json:"prompt"`
	Facts        string      `json:"facts" doc:"local facts of a scenario"`
	State        string      `json:"state" enum:"draft,open,closed"`
	Due          int64       `json:"due" doc:"Unix milliseconds UTC; later is late"`
	Least        int64       `json:"min_syllables"`
	Handwritten  bool        `json:"handwritten" doc:"photographs of handwriting are taken"`
	Grouped      bool        `json:"grouped" doc:"people of one cell may write together"`
	InvitedAge   int64       `json:"invited_age" doc:"from this age one is invited, not obliged; 0 none"`
	Pass         int64       `json:"pass" doc:"points of the rubric's sum"`
	Bound        int64       `json:"bound" doc:"points by which two markers may differ"`
	Twice        int64       `json:"second_rate" doc:"share read by a second marker, hundredths of a percent"`
	Opened       int64       `json:"opened_at"`
	Released     int64       `json:"released_at" doc:"results are shown to members from then; 0 not yet"`
	Questions    []Question  `json:"questions"`
	Criteria     []Criterion `json:"criteria"`
	Seed         string      `json:"-"`
}

// Question is one question of an essay or one step of a scenario. Models are answers by level,
// as Levels has them.
type Question struct {
	Ord          int64    `json:"ord"`
	Text         string   `json:"text"`
	Contribution bool     `json:"contribution" doc:"answers are proposals to the action programme"`
	Models       []string `json:"models,omitempty" doc:"model answers: good, fair, weak"`
}

// Model is the model answer of a level; "" for none.
func (q Question) Model(level int) string {
	if level < len(q.Models) {
		return q.Models[level]
	}
	return ""
}

// Criterion is one line of the rubric.
type Criterion struct {
	Ord    int64  `json:"ord"`
	Title  string `json:"title"`
	Points int64  `json:"points" doc:"most that can be had"`
}

// Bounds of a task.
const (
	questionsMost = 12
	criteriaMost  = 8
	promptMost    = 12_000
	questionMost  = 2_000
	modelMost     = 6_000
)

// DueLast bounds a due time, Unix milliseconds: the end of the year 2199.
const DueLast = 7_258_118_400_000

// Sum is the most points of the rubric.
func (t Task) Sum() (n int64) {
	for _, c := range t.Criteria {
		n += c.Points
	}
	return n
}

// For is the task as who reads it: model answers are for those who set or mark.
func (t Task) For(who access.Actor) Task {
	if who.Holds(access.EssayMark) || who.Holds(access.EssayEdit) {
		return t
	}
	t.Questions = slices.Clone(t.Questions)
	for i := range t.Questions {
		t.Questions[i].Models = nil
	}
	return t
}

// Check refuses what cannot be a task.
func (t Task) Check() error {
	var errs []error
	bad := func(wrong bool, field, key string, args ...any) {
		if wrong {
			errs = append(errs, fault.At(field, key, args...))
		}
	}
	long := func(s string, most int, field string) {
		bad(utf8.RuneCountInString(s) > most, field, "web.too_long", "n", most)
	}
	bad(t.Title == "", "title", "web.required")
	long(t.Title, 300, "title")
	bad(t.Prompt == "", "prompt", "web.required")
	long(t.Prompt, promptMost, "prompt")
	long(t.Facts, promptMost, "facts")
	bad(t.Kind != "essay" && t.Kind != "scenario", "kind", "web.choose")
	bad(t.Due <= 0 || t.Due > DueLast, "due", "web.not_time")
	bad(t.Least < 0 || t.Least > 20_000, "least", "web.not_number", "min", 0, "max", 20_000)
	bad(t.InvitedAge != 0 && (t.InvitedAge < 40 || t.InvitedAge > 110), "invited_age", "essay.age")
	bad(len(t.Questions) == 0, "question", "essay.no_question")
	bad(len(t.Questions) > questionsMost, "question", "essay.many_questions", "n", questionsMost)
	bad(len(t.Criteria) == 0, "criterion", "essay.no_criterion")
	bad(len(t.Criteria) > criteriaMost, "criterion", "essay.many_criteria", "n", criteriaMost)
	for _, q := range t.Questions {
		bad(q.Text == "", "question", "web.required")
		long(q.Text, questionMost, "question")
		bad(len(q.Models) > len(Levels), "question", "web.choose")
		for _, m := range q.Models {
			long(m, modelMost, "question")
		}
	}
	for _, c := range t.Criteria {
		bad(c.Title == "", "criterion", "web.required")
		long(c.Title, 300, "criterion")
		bad(c.Points < 1 || c.Points > 100, "criterion", "essay.points")
	}
	bad(t.Pass < 0 || t.Pass > t.Sum(), "pass", "essay.pass_above", "sum", t.Sum())
	bad(t.Bound < 0 || t.Bound > t.Sum(), "bound", "essay.pass_above", "sum", t.Sum())
	bad(t.Twice < 0 || t.Twice > 10_000, "twice", "web.not_number", "min", 0, "max", 100)
	return fault.All(errs...)
}

// tidied cleans every text and numbers questions and criteria from 1. Fault: Invalid for what is
// no text.
func (t Task) tidied() (Task, error) {
	var errs []error
	line := func(s *string, field string, clean func(string) (string, bool)) {
		c, ok := clean(*s)
		if !ok {
			errs = append(errs, fault.At(field, "web.not_text"))
		}
		*s = c
	}
	line(&t.Title, "title", text.Clean)
	line(&t.Prompt, "prompt", text.Lines)
	line(&t.Facts, "facts", text.Lines)
	questions, criteria := t.Questions, t.Criteria
	t.Questions, t.Criteria = nil, nil
	for i, q := range questions {
		q.Ord = int64(i + 1)
		line(&q.Text, "question", text.Lines)
		models := q.Models
		q.Models = nil
		for _, m := range models {
			line(&m, "question", text.Lines)
			q.Models = append(q.Models, m)
		}
		t.Questions = append(t.Questions, q)
	}
	for i, c := range criteria {
		c.Ord = int64(i + 1)
		line(&c.Title, "criterion", text.Clean)
		t.Criteria = append(t.Criteria, c)
	}
	return t, fault.All(errs...)
}

// Takes reports whether something may be handed in at an instant, and Late whether it is late:
// due is the essay's own due time after a return, 0 for the task's.
func (t Task) Takes() error {
	switch {
	case t.State == "draft":
		return fault.Gone()
	case t.State == "closed" || t.Over:
		return fault.New(fault.Conflict, "essay.closed")
	}
	return nil
}

// Limit is the due time that binds an essay.
func (t Task) Limit(own int64) int64 {
	if own > 0 {
		return own
	}
	return t.Due
}

// Templates are ready tasks by code, in the words of a language.
var Templates = []string{"reflection", "duty", "scenario_office", "scenario_village"}

// Template is a new task after a template; "" or an unknown code gives an empty one.
func Template(code string, say func(key string) string) Task {
	t := Task{Kind: "essay", Least: 600, InvitedAge: 70, Pass: 5, Bound: 2, Twice: 500, Handwritten: true}
	n := map[string]int{"reflection": 3, "duty": 3, "scenario_office": 3, "scenario_village": 3}[code]
	if n == 0 {
		t.Questions = []Question{{}, {}}
		t.Criteria = []Criterion{{Title: say("essay.criterion.grasp"), Points: 4}, {Title: say("essay.criterion.link"), Points: 4}, {Title: say("essay.criterion.form"), Points: 2}}
		return t
	}
	stem := "essay.template." + code + "."
	t.Title, t.Prompt = say(stem+"title"), say(stem+"prompt")
	for i := 1; i <= n; i++ {
		t.Questions = append(t.Questions, Question{Text: say(fmt.Sprintf("%sq%d", stem, i)), Contribution: i == n})
	}
	t.Criteria = []Criterion{{Title: say("essay.criterion.grasp"), Points: 3}, {Title: say("essay.criterion.link"), Points: 4}, {Title: say("essay.criterion.act"), Points: 3}}
	if code == "scenario_office" || code == "scenario_village" {
		t.Kind, t.Least, t.Facts = "scenario", 250, say(stem+"facts")
		t.Criteria = []Criterion{{Title: say("essay.criterion.judge"), Points: 4}, {Title: say("essay.criterion.steps"), Points: 4}, {Title: say("essay.criterion.ground"), Points: 2}}
	}
	return t
}
