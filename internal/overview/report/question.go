package report

import (
	"context"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Question is asked of the unit before it sends: one sentence (word key and its arguments) about
// a figure. Must: it has to be answered or mended before the report goes up; the others advise.
type Question struct {
	Code     string   `json:"code"`
	Figure   string   `json:"figure" doc:"empty: about the report as a whole"`
	Document id.ID    `json:"document"`
	Key      string   `json:"key"`
	Args     []string `json:"args" doc:"name, value pairs of the sentence"`
	Must     bool     `json:"must"`
	Href     string   `json:"href,omitempty" doc:"where it is shown in full"`
}

// Text is the sentence in a language.
func (q Question) Text(lang string) string {
	var kv []any
	for _, a := range q.Args {
		kv = append(kv, a)
	}
	return words.T(lang, q.Key, kv...)
}

// Mark says that members contest a figure: how many, and where it is decided.
type Mark struct {
	Figure   string `json:"figure"`
	Document id.ID  `json:"document"`
	Count    int64  `json:"count" doc:"members whose contest is open, or upheld and the record not yet put right"`
	Known    int64  `json:"known" doc:"members who were right about a roster that was frozen: the figure stays as it is"`
	Href     string `json:"href"`
}

// Asked is a question with what the unit answered; of a report on its way the question as it was
// asked then, without its key.
type Asked struct {
	Question
	Sentence string `json:"sentence" doc:"as it was asked, in Vietnamese"`
	Answer   string `json:"answer" doc:"empty: not answered yet"`
	At       int64  `json:"at"`
	By       string `json:"by"`
}

// Open reports whether it keeps the report from being sent.
func (a Asked) Open() bool { return a.Must && a.Answer == "" }

// Told is the question as people read it.
func (a Asked) Told(lang string) string {
	if a.Key == "" {
		return a.Sentence
	}
	return a.Question.Text(lang)
}

func (a Asked) is(code, figure string, document id.ID) bool {
	return a.Code == code && a.Figure == figure && a.Document == document
}

// Asks joins what is asked now with what was answered: an answer to other numbers is none.
func Asks(now []Question, answered []Asked) (out []Asked) {
	for _, q := range now {
		a := Asked{Question: q, Sentence: q.Text("vi")}
		i := slices.IndexFunc(answered, func(x Asked) bool { return x.is(q.Code, q.Figure, q.Document) && x.Sentence == a.Sentence })
		if i >= 0 {
			a.Answer, a.At, a.By = answered[i].Answer, answered[i].At, answered[i].By
		}
		out = append(out, a)
	}
	return out
}

// unanswered counts what keeps the report from being sent.
func (v View) unanswered() (n int64) {
	for _, a := range v.Asks {
		if a.Open() {
			n++
		}
	}
	return n
}

// asked fills questions, answers and marks: of an open report as they are now, of one on its way
// as it was sent; marks always as they are now.
func (s *Service) asked(ctx context.Context, tx db.Tx, v *View) (err error) {
	if s.Marked != nil {
		if v.Marks, err = s.Marked(ctx, tx, v.Campaign.ID, v.Unit.Unit); err != nil {
			return err
		}
	}
	if v.Report.ID != 0 {
		if v.Asks, err = answers(ctx, tx, v.Report.ID); err != nil {
			return err
		}
	}
	if !v.Report.Open() && s.Leads != nil {
		return s.leads(ctx, tx, v)
	}
	if !v.Report.Open() || !v.Reports {
		return nil
	}
	var now []Question
	if s.Questions != nil {
		now, err = s.Questions(ctx, tx, v.Campaign.ID, v.Unit.Unit)
	}
	v.Asks = Asks(now, v.Asks)
	return err
}

// leads joins what the unit left unanswered to what it answered.
func (s *Service) leads(ctx context.Context, tx db.Tx, v *View) error {
	now, err := s.Leads(ctx, tx, v.Campaign.ID, v.Unit.Unit)
	for _, q := range now {
		if !slices.ContainsFunc(v.Asks, func(a Asked) bool { return a.is(q.Code, q.Figure, q.Document) }) {
			v.Asks = append(v.Asks, Asked{Question: q, Sentence: q.Text("vi")})
		}
	}
	return err
}

// marked is how many members contest a figure, and where.
func (v View) marked(code string, document id.ID) (Mark, bool) {
	i := slices.IndexFunc(v.Marks, func(m Mark) bool { return m.Figure == code && m.Document == document })
	if i < 0 {
		return Mark{}, false
	}
	return v.Marks[i], true
}

// Reply answers a question that is asked now; an empty answer takes it back. Faults: Missing for
// a question nobody asks, Invalid answer, Conflict.
func (s *Service) Reply(ctx context.Context, who access.Actor, of, unit id.ID, code, figure string, document id.ID, body string) error {
	return s.change(ctx, who, of, unit, "report.reply", func(tx db.Tx, v *View) (any, bool, error) {
		body, err := clean(body, "body")
		if err != nil {
			return nil, false, err
		}
		i := slices.IndexFunc(v.Asks, func(a Asked) bool { return a.is(code, figure, document) })
		if i < 0 {
			return nil, false, fault.Gone()
		}
		a := v.Asks[i]
		body = strings.TrimSpace(body)
		if a.Answer == body {
			return nil, false, nil
		}
		a.Answer, a.At, a.By = body, s.Now.Ms(), who.Name
		return map[string]string{"question": a.Sentence, "answer": body}, true, putAnswer(ctx, tx, v.Report.ID, a, who.Account)
	})
}

func answers(ctx context.Context, tx db.Tx, report id.ID) ([]Asked, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (a Asked, err error) {
		err = scan(&a.Code, &a.Figure, &a.Document, &a.Sentence, &a.Answer, &a.At, &a.By)
		return a, err
	}, `select code, figure, document, asked, body, at, by_name from report_answer where report = $1 order by code, figure, document`, report)
}

func putAnswer(ctx context.Context, tx db.Tx, report id.ID, a Asked, by id.ID) error {
	if err := dropAnswer(ctx, tx, report, a); err != nil || a.Answer == "" {
		return err
	}
	_, err := tx.ExecContext(ctx, `insert into report_answer (report, code, figure, document, asked, body, at, by, by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		report, a.Code, a.Figure, int64(a.Document), a.Sentence, a.Answer, a.At, by, a.By)
	return err
}

func dropAnswer(ctx context.Context, tx db.Tx, report id.ID, a Asked) error {
	_, err := tx.ExecContext(ctx, `delete from report_answer where report = $1 and code = $2 and figure = $3 and document = $4`, report, a.Code, a.Figure, int64(a.Document))
	return err
}

// settle drops the answers to what nobody asks any more, so that those that go up stand by
// their question.
func settle(ctx context.Context, tx db.Tx, v View) error {
	kept, err := answers(ctx, tx, v.Report.ID)
	if err != nil {
		return err
	}
	for _, a := range kept {
		if slices.ContainsFunc(v.Asks, func(x Asked) bool { return x.is(a.Code, a.Figure, a.Document) && x.Answer == a.Answer }) {
			continue
		}
		if err := dropAnswer(ctx, tx, v.Report.ID, a); err != nil {
			return err
		}
	}
	return nil
}
