package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Service holds the use cases of reports.
type Service struct {
	DB      *db.DB
	Now     clock.Now
	Version string // of the program, named on paper

	// Sent hears of every sending in its transaction; nil for nobody.
	Sent func(ctx context.Context, tx db.Tx, campaign, unit id.ID) error

	// Around runs a sending, its transaction and nothing else, with what Sent takes long to
	// compute made ready before; it may run it again. nil for nothing to make ready.
	Around func(ctx context.Context, campaign, unit id.ID, send func(context.Context) error) error

	// Questions asks what the unit has to answer before it sends; nil asks nothing.
	Questions func(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]Question, error)

	// Marked tells which figures members contest; nil for none.
	Marked func(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]Mark, error)

	// Frozen tells whether a report may no longer be changed because its time is over; nil for never.
	Frozen func(ctx context.Context, tx db.Tx, campaign, unit id.ID) (bool, error)

	// Leads are what those above a sent report may look into in its words; nil for nothing.
	Leads func(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]Question, error)

	// Sources tells where passages quoted in a report's texts come from; nil for nowhere.
	Sources func(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]Source, error)
}

// change loads a report that who may edit, lets fn write, and logs it. fn answers false when
// there was nothing to do. Faults: Conflict for a report that is on its way or accepted, or
// a campaign that is not open.
func (s *Service) change(ctx context.Context, who access.Actor, of, unit id.ID, action string, fn func(tx db.Tx, v *View) (detail any, changed bool, err error)) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := s.view(ctx, tx, who, of, unit)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.ReportEdit, unit); err != nil {
			return err
		}
		if err := v.writable(); err != nil {
			return err
		}
		if err := s.begin(ctx, tx, who, &v.Report); err != nil {
			return err
		}
		detail, changed, err := fn(tx, &v)
		if err != nil || !changed {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, v.Report.ID, unit, detail, "")
	})
	if err != nil {
		return fmt.Errorf("%s of %s: %w", action, unit, err)
	}
	return nil
}

// writable refuses what the unit may not change any more.
func (v View) writable() error {
	switch {
	case !v.Reports:
		return fault.New(fault.Conflict, "report.owes_none")
	case v.Report.State == "accepted":
		return fault.New(fault.Conflict, "report.is_accepted")
	case !v.Report.Open():
		return fault.New(fault.Conflict, "report.not_open")
	case v.Campaign.State != "open" && !v.Report.Reopened:
		return fault.New(fault.Conflict, "report.campaign_not_open")
	case v.Frozen && !v.Report.Reopened:
		return fault.New(fault.Conflict, "report.frozen")
	}
	return nil
}

// begin makes the row of a report that nobody has touched.
func (s *Service) begin(ctx context.Context, tx db.Tx, who access.Actor, r *Report) error {
	if r.ID != 0 {
		return nil
	}
	r.ID = id.New()
	return insert(ctx, tx, *r, s.Now.Ms(), who.Account)
}

// Written is the sum as a line: "1 + 100 + 573 = 674".
func (g Gap) Written() string {
	var b strings.Builder
	for i, p := range g.Parts {
		switch {
		case p.Less:
			b.WriteString(" − ")
		case i > 0:
			b.WriteString(" + ")
		}
		b.WriteString(text.Int(p.Value))
	}
	return b.String() + " = " + text.Int(g.Sum)
}

// longest bounds a section, in letters.
const longest = 20_000

// SetTexts stores the sections given; those that are not stay as they are.
func (s *Service) SetTexts(ctx context.Context, who access.Actor, of, unit id.ID, texts map[string]string) error {
	return s.change(ctx, who, of, unit, "report.save", func(tx db.Tx, v *View) (any, bool, error) {
		var changed []string
		for _, section := range slices.Sorted(maps.Keys(texts)) {
			clean, ok := text.Lines(texts[section])
			switch {
			case !slices.Contains(Sections, section):
				return nil, false, fault.Gone()
			case !ok:
				return nil, false, fault.At(section, "web.not_text")
			case len([]rune(clean)) > longest:
				return nil, false, fault.At(section, "web.too_long", "n", longest)
			case clean != v.Report.Texts[section]:
				changed = append(changed, words.T("vi", "report.section."+section))
			}
			texts[section] = clean
		}
		if len(changed) == 0 {
			return nil, false, nil
		}
		return map[string]string{"sections": strings.Join(changed, "; ")}, true, putTexts(ctx, tx, v.Report.ID, texts)
	})
}

// Head is how the report is numbered, dated, signed and to whom it goes.
type Head struct {
	Number     string `json:"number" maxLength:"40"`
	IssuedOn   string `json:"issued_on" maxLength:"10" doc:"civil date; empty while it is not signed"`
	Authority  string `json:"authority" maxLength:"100"`
	Position   string `json:"position" maxLength:"200"`
	Signer     string `json:"signer" maxLength:"100"`
	Recipients string `json:"recipients" maxLength:"4000" doc:"one a line"`
}

// SetHead stores them.
func (s *Service) SetHead(ctx context.Context, who access.Actor, of, unit id.ID, h Head) error {
	if err := h.clean(); err != nil {
		return fmt.Errorf("head of report: %w", err)
	}
	return s.change(ctx, who, of, unit, "report.save", func(tx db.Tx, v *View) (any, bool, error) {
		r := v.Report
		r.Number, r.IssuedOn, r.Authority, r.Position, r.Signer, r.Recipients = h.Number, h.IssuedOn, h.Authority, h.Position, h.Signer, h.Recipients
		if r.head() == v.Report.head() {
			return nil, false, nil
		}
		return h, true, update(ctx, tx, r)
	})
}

func (r Report) head() Head {
	return Head{r.Number, r.IssuedOn, r.Authority, r.Position, r.Signer, r.Recipients}
}

func (h *Head) clean() error {
	var errs []error
	for _, f := range []struct {
		name string
		at   *string
		most int
	}{{"number", &h.Number, 40}, {"authority", &h.Authority, 100}, {"position", &h.Position, 200}, {"signer", &h.Signer, 100}} {
		v, ok := text.Clean(*f.at)
		if !ok {
			errs = append(errs, fault.At(f.name, "web.not_text"))
		}
		if len([]rune(v)) > f.most {
			errs = append(errs, fault.At(f.name, "web.too_long", "n", f.most))
		}
		*f.at = v
	}
	var ok bool
	if h.Recipients, ok = text.Lines(h.Recipients); !ok {
		errs = append(errs, fault.At("recipients", "web.not_text"))
	}
	if len([]rune(h.Recipients)) > 4000 {
		errs = append(errs, fault.At("recipients", "web.too_long", "n", 4000))
	}
	if h.IssuedOn != "" {
		day, err := text.ParseDate(h.IssuedOn)
		if err != nil {
			errs = append(errs, fault.At("issued_on", "web.not_date"))
		}
		h.IssuedOn = day
	}
	return fault.All(errs...)
}
