package audit

import (
	"context"
	"net/http"
	"net/url"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Routes is every door of the room.
func (s *Service) Routes() []web.Route {
	return append(s.lookRoutes(),
		web.Page("GET /audit", access.AuditRead, s.page),
		web.Op("GET /api/v1/audit", access.AuditRead, "list-audit", "The log within the scope, the newest first", s.api))
}

type view struct {
	Filter Filter
	Rows   db.Rows[Line]
	Bad    bool // a day that was typed is none
	q      url.Values
}

// with is the address of the same list with one thing changed; "" takes it away.
func (v view) with(name, value string) string {
	q := url.Values{}
	for k, s := range v.q {
		if k != name && k != "after" && len(s) > 0 && s[0] != "" {
			q.Set(k, s[0])
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return "/audit"
	}
	return "/audit?" + q.Encode()
}

func (s *Service) page(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := query(r)
	if err != nil {
		return err
	}
	v := view{Filter: f, q: r.URL.Query()}
	for _, day := range []*string{&v.Filter.From, &v.Filter.To} {
		if *day == "" {
			continue
		}
		if *day, err = text.ParseDate(*day); err != nil {
			v.Bad, *day = true, ""
		}
	}
	if v.Rows, err = s.List(r.Context(), who, v.Filter); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "audit.title"), "audit"), v))
}

func query(r *http.Request) (f Filter, err error) {
	q := r.URL.Query()
	f = Filter{Action: q.Get("action"), From: q.Get("from"), To: q.Get("to"), Page: db.Page{After: q.Get("after")}}
	for name, to := range map[string]*id.ID{"unit": &f.Unit, "account": &f.Account, "subject": &f.Subject} {
		if *to, err = web.Query(r, name); err != nil {
			return f, err
		}
	}
	return f, nil
}

type in struct {
	Action  string  `query:"action" maxLength:"60" doc:"an action, or a room with its dot"`
	From    string  `query:"from" maxLength:"10" doc:"first civil day"`
	To      string  `query:"to" maxLength:"10" doc:"last civil day"`
	Unit    web.Ref `query:"unit" doc:"this unit and all below"`
	Account web.Ref `query:"account"`
	Subject web.Ref `query:"subject"`
	After   string  `query:"after" maxLength:"2000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}

// Lines is a piece of the log.
type Lines struct {
	Items []Line `json:"items"`
	Next  string `json:"next" doc:"give it as after; empty at the end"`
}

func (s *Service) api(ctx context.Context, who access.Actor, in *in) (Lines, error) {
	rows, err := s.List(ctx, who, Filter{in.Action, in.From, in.To, in.Unit.ID, in.Account.ID, in.Subject.ID, db.Page{After: in.After, Limit: in.Limit}})
	if rows.Items == nil {
		rows.Items = []Line{}
	}
	return Lines{rows.Items, rows.Next}, err
}
