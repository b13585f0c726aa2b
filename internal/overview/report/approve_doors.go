package report

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
)

func (s *Service) pageDeclared(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "figure", "report.figure_saved", func(f *web.Form, of, unit id.ID) error {
		fig, err := readFigure(f)
		if err != nil {
			return err
		}
		return s.Declare(r.Context(), who, of, unit, fig)
	})
}

// readFigure is a number as a form brings it.
func readFigure(f *web.Form) (Figure, error) {
	fig := Figure{Code: f.Raw("code"), Document: f.ID("of", false), Value: f.Int("value", 0, 1_000_000_000_000, -1),
		Marker: f.Choice("marker", Markers...), Reason: f.Text("reason", 1000)}
	if fig.Value < 0 && f.Raw("value") == "" {
		f.Blame("value", "web.required")
	}
	return fig, f.Err()
}

func (s *Service) pageReply(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "reply", "report.question_answered", func(f *web.Form, of, unit id.ID) error {
		code, figure, document, body := f.Raw("code"), f.Raw("figure"), f.ID("of", false), f.Text("body", 1000)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Reply(r.Context(), who, of, unit, code, figure, document, body)
	})
}

func (s *Service) pageRemark(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "remark", "report.remark_noted", func(f *web.Form, of, unit id.ID) error {
		m := Remark{Figure: f.Raw("figure"), Document: f.ID("of", false), Section: f.Raw("section"), Body: f.Text("body", 2000)}
		version := f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Remark(r.Context(), who, of, unit, m, version)
	})
}

func (s *Service) pageAsk(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "ask", "report.was_asked", func(f *web.Form, of, unit id.ID) error {
		why := f.Text("why", 2000)
		if err := f.Err(); err != nil {
			return err
		}
		return s.RequestReopen(r.Context(), who, of, unit, why)
	})
}

func (s *Service) pageReopen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "reopen", "report.was_decided", func(f *web.Form, of, unit id.ID) error {
		grant, remark := f.Choice("decision", "grant", "refuse") == "grant", f.Text("remark", 2000)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Reopen(r.Context(), who, of, unit, grant, remark)
	})
}

func (s *Service) apiDeclared(ctx context.Context, who access.Actor, in *struct {
	Place
	Body figureIn
}) (View, error) {
	f, err := in.Body.figure()
	if err == nil {
		err = s.Declare(ctx, who, in.Campaign.ID, in.Unit.ID, f)
	}
	return s.after(ctx, who, in.Place, err)
}

// figureIn is a number as an operation brings it.
type figureIn struct {
	Code     string `json:"code" maxLength:"40"`
	Document id.ID  `json:"document,omitempty"`
	Value    int64  `json:"value"`
	Marker   string `json:"marker,omitempty" maxLength:"20"`
	Reason   string `json:"reason,omitempty" maxLength:"1000"`
}

func (b figureIn) figure() (Figure, error) {
	reason, err := clean(b.Reason, "reason")
	return Figure{Code: b.Code, Document: b.Document, Value: b.Value, Marker: b.Marker, Reason: reason}, err
}

func (s *Service) apiReply(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Code     string `json:"code" maxLength:"60"`
		Figure   string `json:"figure,omitempty" maxLength:"40"`
		Document id.ID  `json:"document,omitempty"`
		Answer   string `json:"answer" maxLength:"1000" doc:"empty takes it back"`
	}
}) (View, error) {
	b := in.Body
	return s.after(ctx, who, in.Place, s.Reply(ctx, who, in.Campaign.ID, in.Unit.ID, b.Code, b.Figure, b.Document, b.Answer))
}

// remarkIn is a remark as an operation brings it.
type remarkIn struct {
	Figure   string `json:"figure,omitempty" maxLength:"40"`
	Document id.ID  `json:"document,omitempty"`
	Section  string `json:"section,omitempty" maxLength:"40"`
	Body     string `json:"body" maxLength:"2000" doc:"empty takes it away"`
}

func (r remarkIn) remark() Remark {
	return Remark{Figure: r.Figure, Document: r.Document, Section: r.Section, Body: r.Body}
}

func (s *Service) apiRemark(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		On      remarkIn `json:"on"`
		Version *int64   `json:"version,omitempty"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Place, s.Remark(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.On.remark(), versionOf(in.Body.Version)))
}

func (s *Service) apiAsk(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Why string `json:"why" maxLength:"2000"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Place, s.RequestReopen(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.Why))
}

func (s *Service) apiReopen(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Grant  bool   `json:"grant"`
		Remark string `json:"remark,omitempty" maxLength:"2000" doc:"a refusal says why"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Place, s.Reopen(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.Grant, in.Body.Remark))
}
