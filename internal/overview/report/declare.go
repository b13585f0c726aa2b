package report

import (
	"context"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/measure"
)

// entry is what the log keeps of a figure.
type entry struct {
	Figure string `json:"figure"`
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// written is what the unit says of a figure, its marker before it.
func written(said Figure) string {
	if !said.Set {
		return ""
	}
	return strings.TrimSpace(said.Marker + " " + text.Int(said.Value))
}

// SetFigure declares a figure that has no records. Only Code, Document, Value, Marker and Reason
// are read. Faults: Conflict report.has_records where there are some: they are mended, not
// written over; Invalid by field, Missing for an unknown figure.
func (s *Service) SetFigure(ctx context.Context, who access.Actor, of, unit id.ID, f Figure) error {
	return s.say(ctx, who, of, unit, f, func(was Figure) error {
		switch {
		case was.Computed != nil:
			return HasRecords(who.Lang, f.Code)
		case measure.Own(f.Code):
			return Beside(f)
		}
		return Set(f)
	})
}

// Declare lets the unit say a number of its own beside what records say; it is never added to
// them. Only Code, Document, Value, Marker and Reason are read. Faults: as SetFigure; Conflict
// report.no_records for a figure without any.
func (s *Service) Declare(ctx context.Context, who access.Actor, of, unit id.ID, f Figure) error {
	return s.say(ctx, who, of, unit, f, func(was Figure) error {
		if was.Computed == nil {
			return fault.New(fault.Conflict, "report.no_records")
		}
		return Beside(f)
	})
}

// say stores what the unit says of a figure if may allows it, given what stands by now.
func (s *Service) say(ctx context.Context, who access.Actor, of, unit id.ID, f Figure, may func(was Figure) error) error {
	return s.change(ctx, who, of, unit, "report.declare", func(tx db.Tx, v *View) (any, bool, error) {
		was, err := v.settable(f)
		if err == nil {
			err = may(was)
		}
		if c, own := v.column(f.Code); err == nil && own && c.Closed != 0 {
			err = fault.New(fault.Conflict, "report.column_closed")
		}
		if err != nil {
			return nil, false, err
		}
		old := was.Said()
		said := Figure{Value: f.Value, Marker: f.Marker, Reason: f.Reason, Set: true}
		if old.Summed == 0 && old.Set && old.Value == said.Value && old.Marker == said.Marker && old.Reason == said.Reason {
			return nil, false, nil
		}
		was.Code, was.Document, was.Kept = f.Code, f.Document, ""
		return entry{v.name("vi", f.Code), written(old), written(said), f.Reason}, true, s.put(ctx, tx, who, v.Report.ID, was.say(said))
	})
}

// settable finds what stands for a figure now; a figure of a document the campaign does not
// have is Missing.
func (v View) settable(f Figure) (Figure, error) {
	if err := known(f); err != nil {
		return Figure{}, err
	}
	_, there := v.Study(f.Document)
	_, own := v.column(f.Code)
	if f.Document != 0 && !there || measure.Own(f.Code) && !own {
		return Figure{}, fault.Gone()
	}
	was, _ := v.Figures.Of(f.Code, f.Document)
	return was, nil
}

// put stores a figure; the sums it is part of are asked about again.
func (s *Service) put(ctx context.Context, tx db.Tx, who access.Actor, report id.ID, f Figure) error {
	if err := forgetSums(ctx, tx, report, f.Code, f.Document); err != nil {
		return err
	}
	f.At, f.By = s.Now.Ms(), who.Name
	return putFigure(ctx, tx, report, f, who.Account)
}

func forgetSums(ctx context.Context, tx db.Tx, report id.ID, code string, document id.ID) error {
	for _, d := range Defs {
		if slices.Contains(d.Parts, code) || slices.Contains(d.Less, code) {
			if err := forget(ctx, tx, report, d.Code, document); err != nil {
				return err
			}
		}
	}
	return nil
}

// ClearFigure takes back what the unit declared.
func (s *Service) ClearFigure(ctx context.Context, who access.Actor, of, unit id.ID, code string, document id.ID) error {
	return s.change(ctx, who, of, unit, "report.declare", func(tx db.Tx, v *View) (any, bool, error) {
		was, err := v.settable(Figure{Code: code, Document: document})
		if err != nil || was.By == "" {
			return nil, false, err
		}
		if err := forgetSums(ctx, tx, v.Report.ID, code, document); err != nil {
			return nil, false, err
		}
		e := entry{Figure: v.name("vi", code), Old: written(was.Said())}
		return e, true, dropFigure(ctx, tx, v.Report.ID, code, document)
	})
}

// AnswerGap settles a sum that does not hold: with use a declared figure becomes the sum of its
// parts, otherwise it stays for the reason given and the report is not verified. A question
// that is settled already is left alone. Faults: Invalid reason, Missing, Conflict.
func (s *Service) AnswerGap(ctx context.Context, who access.Actor, of, unit id.ID, code string, document id.ID, use bool, reason string) error {
	return s.change(ctx, who, of, unit, "report.declare", func(tx db.Tx, v *View) (any, bool, error) {
		f, err := v.settable(Figure{Code: code, Document: document})
		if err != nil {
			return nil, false, err
		}
		i := slices.IndexFunc(v.Gaps, func(g Gap) bool { return g.Code == code && g.Document == document })
		if i < 0 {
			return nil, false, nil
		}
		g, was := v.Gaps[i], f
		switch {
		case use && f.Computed != nil:
			return nil, false, HasRecords(who.Lang, code)
		case use && g.Sum < 0:
			return nil, false, fault.At("value", "report.value_range")
		case use:
			f.Value, f.Marker, f.Kept, f.Reason = g.Sum, "", "", words.T("vi", "report.sum_taken", "sum", g.Written())
		case reason == "":
			return nil, false, fault.At("reason", "report.reason_needed")
		case f.Kept == reason:
			return nil, false, nil
		default:
			f.Kept = reason
		}
		return entry{v.name("vi", code), written(was), written(f), f.Kept + f.Reason}, true, s.put(ctx, tx, who, v.Report.ID, f)
	})
}
