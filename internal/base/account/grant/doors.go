package grant

import (
	"net/http"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is every door of the room.
func (s *Service) Routes() []web.Route {
	return slices.Concat([]web.Route{
		web.Page("GET /accounts/{account}/grants/new", access.AccountEdit, s.pageNew),
		web.Page("POST /accounts/{account}/grants", access.AccountEdit, s.pageGive),
		web.Page("POST /grants/{grant}/revoke", access.Signed, s.pageRevoke),
		web.Page("POST /grants/{grant}/confirm", access.AccountEdit, s.pageConfirm),
		web.Page("GET /grants/{grant}/delegate", access.Signed, s.pageDelegate),
		web.Page("POST /grants/{grant}/delegate", access.Signed, s.pageDelegated),
		web.Page("GET /rights", access.AccountEdit, s.pageRights),
		web.Page("GET /rights/handover", access.AccountEdit, s.pageHandover),
		web.Page("POST /rights/handover", access.AccountEdit, s.pageHandedOver),
		web.Page("GET /me/rights", access.Signed, s.pageMine),
		web.Page("GET /units/{unit}/rights", access.UnitRead, s.pageHere),
		web.Page("POST /units/{unit}/posts", access.AccountEdit, s.pageNewPost),
		web.Page("GET /posts/{post}/appoint", access.AccountEdit, s.pageAppoint),
		web.Page("POST /posts/{post}/appoint", access.AccountEdit, s.pageAppointed),
		web.Page("POST /posts/{post}/end", access.AccountEdit, s.pageEndPost),
	}, s.api())
}

// again is the status with which a form is shown again; false when the door should answer.
func again(err error) (status int, ok bool) {
	status, ok = map[fault.Kind]int{fault.Invalid: http.StatusUnprocessableEntity, fault.Denied: http.StatusForbidden,
		fault.Conflict: http.StatusConflict}[fault.Of(err)]
	return status, ok && err != nil
}

// draft is what was typed into a form of a right, a part of one, or a turn at a post.
type draft struct {
	Grant    id.ID
	Unit     string
	Role     access.Role
	From, To string
	Whom     string
	Acting   bool
	Errors   ui.Errors
	Units    []org.Unit
	Roles    []access.Role
}

func (s *Service) fresh() draft {
	return draft{Grant: id.New(), Role: access.UnitOfficer, From: s.Now.Day()}
}

func readDraft(f *web.Form) draft {
	return draft{Grant: f.ID("grant", true), Unit: f.Line("unit", 1, 400), Role: access.Role(f.Line("role", 1, 40)),
		From: f.Date("from", true), To: f.Date("to", false)}
}

func (d draft) right(unit id.ID) New {
	return New{ID: d.Grant, Role: d.Role, Unit: unit, From: d.From, To: d.To}
}

// Given are the roles that who may give somewhere, in the order of the select box.
func Given(who access.Actor) (out []access.Role) {
	var own []access.Role
	for _, g := range who.Grants {
		own = append(own, g.Role)
	}
	for _, r := range access.Roles {
		if May(who, own, r) {
			out = append(out, r)
		}
	}
	return out
}

type newView struct {
	Holder
	draft
	Own bool
}

func (s *Service) holder(r *http.Request, who access.Actor) (h Holder, err error) {
	account, err := web.ID(r, "account")
	if err != nil {
		return h, err
	}
	err = s.DB.Read(r.Context(), func(tx db.Tx) error {
		h, err = s.Visible(r.Context(), tx, who, account)
		return err
	})
	if err != nil {
		return h, err
	}
	return h, s.Looked(r.Context(), who, account)
}

func (s *Service) renderNew(w http.ResponseWriter, r *http.Request, who access.Actor, status int, h Holder, d draft) (err error) {
	d.Roles = Given(who)
	if d.Units, err = s.Units(r.Context(), who.Scope(access.AccountEdit)); err != nil {
		return err
	}
	p := web.At(r, web.T(r, "grant.give_to", "name", h.Name), "account", ui.Crumb{Text: web.T(r, "grant.accounts"), Href: "/accounts"},
		ui.Crumb{Text: h.Name, Href: "/accounts/" + h.ID.String()})
	return web.Render(w, r, status, newPage(p, newView{Holder: h, draft: d}))
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	h, err := s.holder(r, who)
	if err != nil {
		return err
	}
	return s.renderNew(w, r, who, http.StatusOK, h, s.fresh())
}

func (s *Service) pageGive(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	h, err := s.holder(r, who)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	d := readDraft(f)
	if err = f.Err(); err == nil {
		var unit id.ID
		if unit, err = s.UnitAt(r.Context(), who.Scope(access.AccountEdit), d.Unit); err == nil {
			_, err = s.Give(r.Context(), who, h.ID, d.right(unit))
		}
	}
	if status, ok := again(err); ok {
		d.Errors = web.Errors(r, err)
		return s.renderNew(w, r, who, status, h, d)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/accounts/"+h.ID.String(), "grant.given")
}

// back is the page a small form was sent from, as far as it is one of ours.
func back(f *web.Form, usual string) string {
	if to := web.Local(f.Raw("back")); to != "/" {
		return to
	}
	return usual
}

func (s *Service) pageRevoke(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return withWhy(r, "grant", func(grant id.ID, f *web.Form, why string) error {
		account, err := s.Revoke(r.Context(), who, grant, why)
		if err != nil {
			return err
		}
		to := back(f, "/accounts/"+account.String())
		err = s.DB.Read(r.Context(), func(tx db.Tx) error {
			_, err := s.Visible(r.Context(), tx, who, account)
			return err
		})
		if fault.Of(err) == fault.Missing && to == "/accounts/"+account.String() {
			to = "/accounts" // that was the last thing that put it in sight
		}
		return web.Redirect(w, r, to, "grant.revoked")
	})
}

func (s *Service) pageConfirm(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return withWhy(r, "grant", func(grant id.ID, _ *web.Form, why string) error {
		if err := s.Confirm(r.Context(), who, grant, why); err != nil {
			return err
		}
		return web.Redirect(w, r, "/rights", "grant.confirmed")
	})
}

func withWhy(r *http.Request, name string, do func(row id.ID, f *web.Form, why string) error) error {
	row, err := web.ID(r, name)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	why := f.Line("why", 0, 500)
	if err := f.Err(); err != nil {
		return err
	}
	return do(row, f, why)
}

type partView struct {
	Whole Grant
	draft
	Today string
}

func (s *Service) renderPart(w http.ResponseWriter, r *http.Request, who access.Actor, status int, whole Grant, d draft) (err error) {
	d.Roles = parts(whole.Role)
	scope := access.Actor{Grants: []access.Grant{{Role: whole.Role, Unit: whole.Unit}}}.Scope(whole.Role.Needs()[0])
	if d.Units, err = s.Units(r.Context(), scope); err != nil {
		return err
	}
	p := web.At(r, web.T(r, "grant.delegate"), "account", ui.Crumb{Text: web.T(r, "grant.mine"), Href: "/me/rights"})
	return web.Render(w, r, status, partPage(p, partView{Whole: whole, draft: d, Today: s.Now.Day()}))
}

func (s *Service) whole(r *http.Request, who access.Actor) (Grant, error) {
	grant, err := web.ID(r, "grant")
	if err != nil {
		return Grant{}, err
	}
	return s.Own(r.Context(), who, grant)
}

func (s *Service) pageDelegate(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	whole, err := s.whole(r, who)
	if err != nil {
		return err
	}
	d := s.fresh()
	d.Role, d.Unit, d.To = whole.Role, whole.UnitName, whole.To
	return s.renderPart(w, r, who, http.StatusOK, whole, d)
}

func (s *Service) pageDelegated(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	whole, err := s.whole(r, who)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	d := readDraft(f)
	d.Whom = f.Line("to_whom", 1, 100)
	if err = f.Err(); err == nil {
		var unit id.ID
		if unit, err = s.UnitAt(r.Context(), who.Scope(whole.Role.Needs()[0]), d.Unit); err == nil {
			_, err = s.Delegate(r.Context(), who, whole.ID, Part{New: d.right(unit), Typed: d.Whom})
		}
	}
	if status, ok := again(err); ok {
		d.Errors = web.Errors(r, err)
		return s.renderPart(w, r, who, status, whole, d)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/rights", "grant.delegated")
}

type mineView struct {
	Name   string
	Own    []Grant
	Passed []Line
	Today  string
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	v := mineView{Name: who.Name, Today: s.Now.Day()}
	err = s.DB.Read(r.Context(), func(tx db.Tx) error {
		of, err := Of(r.Context(), tx, who, []id.ID{who.Account}, true, v.Today)
		v.Own = of[who.Account]
		return err
	})
	if err == nil {
		v.Passed, err = s.Passed(r.Context(), who)
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, minePage(web.At(r, web.T(r, "grant.mine"), "me", ui.Crumb{Text: web.T(r, "grant.me"), Href: "/me"}), v))
}

func (s *Service) pageRights(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	list, err := s.Moved(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "grant.after_moves"), "account", ui.Crumb{Text: web.T(r, "grant.accounts"), Href: "/accounts"})
	return web.Render(w, r, http.StatusOK, rightsPage(p, list, s.Now.Day()))
}

func (s *Service) pageHandover(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	h, err := s.Founding(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "grant.handover"), "account", ui.Crumb{Text: web.T(r, "grant.accounts"), Href: "/accounts"})
	return web.Render(w, r, http.StatusOK, handoverPage(p, h))
}

func (s *Service) pageHandedOver(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	if err := s.HandOver(r.Context(), who); err != nil {
		return err
	}
	return web.Redirect(w, r, "/", "grant.handed_over")
}
