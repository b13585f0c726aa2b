package account

import (
	"net/http"
	"net/url"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/grant"
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

type listView struct {
	Filter Filter
	Rows   db.Rows[Account]
	Total  int64
	Today  string
}

func (v listView) address(after string) string {
	q := url.Values{}
	for k, s := range map[string]string{"q": v.Filter.Text, "role": string(v.Filter.Role), "state": v.Filter.State, "after": after} {
		if s != "" {
			q.Set(k, s)
		}
	}
	if len(q) == 0 {
		return "/accounts"
	}
	return "/accounts?" + q.Encode()
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	q := r.URL.Query()
	v := listView{Today: s.Now.Day(), Filter: Filter{Text: q.Get("q"), Role: access.Role(q.Get("role")), State: q.Get("state"), Page: db.Page{After: q.Get("after")}}}
	if v.Rows, v.Total, err = s.List(r.Context(), who, v.Filter); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "account.accounts"), "account"), v))
}

// draft is what was typed into the form of a new account or of a new right.
type draft struct {
	ID, Grant               id.ID
	Card, Name, Login, Unit string
	Person                  id.ID
	Role                    access.Role
	From, To                string
	Errors                  ui.Errors
	Units                   []org.Unit
	Roles                   []access.Role
}

// offer fills what the form lets choose.
func (s *Service) offer(r *http.Request, who access.Actor, d *draft) (err error) {
	d.Roles = grant.Given(who)
	d.Units, err = s.Grants().Units(r.Context(), who.Scope(access.AccountEdit))
	return err
}

func (s *Service) fresh() draft {
	return draft{ID: id.New(), Grant: id.New(), Role: access.UnitOfficer, From: s.Now.Day()}
}

func (s *Service) renderNew(w http.ResponseWriter, r *http.Request, who access.Actor, status int, d draft) error {
	if err := s.offer(r, who, &d); err != nil {
		return err
	}
	p := web.At(r, web.T(r, "account.new"), "account", crumb(r))
	p.ID = d.ID.String()
	return web.Render(w, r, status, newPage(p, d))
}

func crumb(r *http.Request) ui.Crumb {
	return ui.Crumb{Text: web.T(r, "account.accounts"), Href: "/accounts"}
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	person, err := web.Query(r, "person")
	if err != nil {
		return err
	}
	d := s.fresh()
	if role := access.Role(r.URL.Query().Get("role")); role.Known() {
		d.Role = role
	}
	if person != 0 {
		p, err := s.personOf(r.Context(), who, person)
		if err != nil {
			return err
		}
		d.Person, d.Name = p.id, p.name
	}
	return s.renderNew(w, r, who, http.StatusOK, d)
}

func readDraft(f *web.Form) draft {
	return draft{Grant: f.ID("grant", true), Unit: f.Line("unit", 1, 400), Role: access.Role(f.Line("role", 1, 40)),
		From: f.Date("from", true), To: f.Date("to", false)}
}

func (d draft) right(unit id.ID) NewGrant {
	return NewGrant{ID: d.Grant, Role: d.Role, Unit: unit, From: d.From, To: d.To}
}

func (s *Service) pageCreate(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	d := readDraft(f)
	d.ID, d.Person, d.Card, d.Login = f.ID("id", true), f.ID("person", false), f.Line("card", 0, 40), f.Line("login", 1, maxLogin)
	if d.Name = f.Line("name", 0, maxName); d.Name == "" && d.Card == "" && d.Person == 0 {
		f.Blame("name", "account.name_or_card")
	}
	var a Account
	if err = f.Err(); err == nil {
		a, err = s.createTyped(r, who, d)
	}
	if status, ok := again(err); ok {
		d.Errors = web.Errors(r, err)
		return s.renderNew(w, r, who, status, d)
	}
	if err != nil {
		return err
	}
	if a.HasPassword || a.SeenAt != 0 {
		return web.Redirect(w, r, "/accounts/"+a.ID.String(), "account.made")
	}
	return s.handOut(w, r, who, a)
}

func (s *Service) createTyped(r *http.Request, who access.Actor, d draft) (Account, error) {
	unit, err := s.unitAt(r.Context(), who, d.Unit)
	if err != nil {
		return Account{}, err
	}
	return s.Create(r.Context(), who, New{ID: d.ID, Login: d.Login, Name: d.Name, Person: d.Person, Card: d.Card, Grants: []NewGrant{d.right(unit)}})
}

// handOut makes a one-time link and shows it, once.
func (s *Service) handOut(w http.ResponseWriter, r *http.Request, who access.Actor, a Account) error {
	path, err := s.NewLink(r.Context(), who, a.ID)
	if err != nil {
		return err
	}
	return s.once(w, r, a, origin(r)+path, "")
}

func (s *Service) once(w http.ResponseWriter, r *http.Request, a Account, link, password string) error {
	p := web.At(r, web.T(r, "account.once"), "account", crumb(r), ui.Crumb{Text: a.Name, Href: "/accounts/" + a.ID.String()})
	return web.Render(w, r, http.StatusOK, oncePage(p, a, link, password))
}

// origin is the site as its visitor addressed it.
func origin(r *http.Request) string {
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

type accountView struct {
	Account
	draft
	Own   bool
	Wider bool // reaches further than who asks
	Today string
}

func (s *Service) renderAccount(w http.ResponseWriter, r *http.Request, who access.Actor, status int, account id.ID, d draft) error {
	a, wider, err := s.inHand(r.Context(), who, account)
	if err != nil {
		return err
	}
	if err := s.offer(r, who, &d); err != nil {
		return err
	}
	p := web.At(r, a.Name, "account", crumb(r))
	v := accountView{Account: a, draft: d, Own: a.ID == who.Account, Wider: wider, Today: s.Now.Day()}
	return web.Render(w, r, status, accountPage(p, v))
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	account, err := web.ID(r, "account")
	if err != nil {
		return err
	}
	return s.renderAccount(w, r, who, http.StatusOK, account, s.fresh())
}

func (s *Service) pageNewLink(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.withAccount(r, who, func(a Account) error { return s.handOut(w, r, who, a) })
}

func (s *Service) pageNewPassword(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.withAccount(r, who, func(a Account) error {
		password, err := s.NewPassword(r.Context(), who, a.ID)
		if err != nil {
			return err
		}
		return s.once(w, r, a, "", password)
	})
}

func (s *Service) pageDisable(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.withAccount(r, who, func(a Account) error {
		f, err := web.Read(r)
		if err != nil {
			return err
		}
		why := f.Line("why", 0, 500)
		if err := f.Err(); err != nil {
			return err
		}
		if err := s.Disable(r.Context(), who, a.ID, why); err != nil {
			return err
		}
		return web.Redirect(w, r, "/accounts/"+a.ID.String(), "account.disabled_now")
	})
}

func (s *Service) pageEnable(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.withAccount(r, who, func(a Account) error {
		if err := s.Enable(r.Context(), who, a.ID); err != nil {
			return err
		}
		return web.Redirect(w, r, "/accounts/"+a.ID.String(), "account.enabled_now")
	})
}

func (s *Service) withAccount(r *http.Request, who access.Actor, do func(Account) error) error {
	account, err := web.ID(r, "account")
	if err != nil {
		return err
	}
	a, err := s.Show(r.Context(), who, account)
	if err != nil {
		return err
	}
	return do(a)
}
