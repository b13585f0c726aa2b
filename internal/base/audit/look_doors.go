package audit

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/ui"
)

func (s *Service) lookRoutes() []web.Route {
	return []web.Route{
		web.Page("GET /me/looks", access.Self, s.pageMine),
		web.Page("GET /audit/looks", access.AuditRead, s.pageLooks),
		web.Op("GET /api/v1/me/looks", access.Self, "list-my-looks", "Who read one's own record, the newest first", s.apiMine),
		web.Op("GET /api/v1/audit/looks", access.AuditRead, "list-looks", "Who read personal data within the scope, the newest first", s.apiLooks),
	}
}

type lookView struct {
	Rows        db.Rows[Looked]
	Path, After string
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	v := lookView{Path: "/me/looks", After: r.URL.Query().Get("after")}
	if v.Rows, err = s.Mine(r.Context(), who, db.Page{After: v.After}); err != nil {
		return err
	}
	p := web.At(r, web.T(r, "audit.mine"), "me", ui.Crumb{Text: web.T(r, "audit.me"), Href: "/me"})
	return web.Render(w, r, http.StatusOK, minePage(p, v))
}

func (s *Service) pageLooks(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v := lookView{Path: "/audit/looks", After: r.URL.Query().Get("after")}
	account, err := web.Query(r, "account")
	if err != nil {
		return err
	}
	if v.Rows, err = s.Looks(r.Context(), who, account, db.Page{After: v.After}); err != nil {
		return err
	}
	p := web.At(r, web.T(r, "audit.looks"), "audit", ui.Crumb{Text: web.T(r, "audit.title"), Href: "/audit"})
	return web.Render(w, r, http.StatusOK, looksPage(p, v))
}

type lookIn struct {
	Account web.Ref `query:"account"`
	After   string  `query:"after" maxLength:"2000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}

// LookedList is a piece of a list of readings.
type LookedList struct {
	Items []Looked `json:"items"`
	Next  string   `json:"next" doc:"give it as after; empty at the end"`
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, in *lookIn) (LookedList, error) {
	rows, err := s.Mine(ctx, who, db.Page{After: in.After, Limit: in.Limit})
	return lookedList(rows), err
}

func (s *Service) apiLooks(ctx context.Context, who access.Actor, in *lookIn) (LookedList, error) {
	rows, err := s.Looks(ctx, who, in.Account.ID, db.Page{After: in.After, Limit: in.Limit})
	return lookedList(rows), err
}

func lookedList(rows db.Rows[Looked]) LookedList {
	if rows.Items == nil {
		rows.Items = []Looked{}
	}
	return LookedList{rows.Items, rows.Next}
}
