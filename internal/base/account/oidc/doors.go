package oidc

import (
	"net/http"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
)

// Routes is every door of the package; without a provider none of them is there.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /sign-in/outside", access.Anyone, s.pageStart),
		web.Page("GET "+back, access.Anyone, s.pageBack),
		web.Page("GET /me/outside", access.Signed, s.pageOwn),
		web.Page("POST /me/outside", access.Signed, s.pageLink),
		web.Page("POST /me/outside/remove", access.Signed, s.pageUnlink),
	}
}

const cookieName = "__Host-outside"

func carry(w http.ResponseWriter, ticket string, age time.Duration) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: ticket, Path: "/", MaxAge: int(age.Seconds()), Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (s *Service) pageStart(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	address, ticket, err := s.Begin(r.Context(), factor.At(r).Origin, web.Local(r.URL.Query().Get("next")), 0)
	if err != nil {
		return s.say(w, r, err)
	}
	carry(w, ticket, flightFor)
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// say answers what the provider or a stranger did not do.
func (s *Service) say(w http.ResponseWriter, r *http.Request, err error) error {
	code, ok := map[fault.Kind]int{fault.Invalid: http.StatusUnprocessableEntity, fault.Denied: http.StatusForbidden, fault.Conflict: http.StatusConflict}[fault.Of(err)]
	if err == nil || !ok {
		return err
	}
	return web.Render(w, r, code, sorryPage(web.At(r, s.Provider.title(), ""), web.Errors(r, err)[""]))
}

func (s *Service) pageBack(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q := r.URL.Query()
	a := answer{state: q.Get("state"), code: q.Get("code"), fault: q.Get("error")}
	if c, err := r.Cookie(cookieName); err == nil {
		a.ticket = c.Value
	}
	of, f, err := s.identify(r.Context(), a)
	carry(w, "", -time.Second)
	if err != nil {
		return s.say(w, r, err)
	}
	if f.Account != 0 {
		if who.Account != f.Account {
			return fault.New(fault.Signin, "web.sign_in")
		}
		if err := s.Link(r.Context(), who, of); err != nil {
			return s.say(w, r, err)
		}
		return web.Redirect(w, r, "/me/outside", "oidc.linked")
	}
	pass, err := s.Enter(r.Context(), of, s.Account.Entry(r, nil))
	if err != nil {
		return s.say(w, r, err)
	}
	return s.Account.Let(w, r, pass, f.Next, "")
}

func (s *Service) pageOwn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	if !s.Provider.On() {
		return fault.Gone()
	}
	list, err := s.Ties(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, s.Provider.title(), "me", ui.Crumb{Text: web.T(r, "account.me"), Href: "/me"})
	return web.Render(w, r, http.StatusOK, ownPage(p, s.Provider.title(), list, ""))
}

// pageLink shows the way to the provider as a link: a form may lead nowhere but here. It opens to
// who signed in lately: a browser left open gives nobody a way in of their own.
func (s *Service) pageLink(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	if !s.Account.Factor().Fresh(r) {
		return s.say(w, r, fault.New(fault.Denied, "oidc.again"))
	}
	address, ticket, err := s.Begin(r.Context(), factor.At(r).Origin, "/me/outside", who.Account)
	if err != nil {
		return s.say(w, r, err)
	}
	list, err := s.Ties(r.Context(), who)
	if err != nil {
		return err
	}
	carry(w, ticket, flightFor)
	p := web.At(r, s.Provider.title(), "me", ui.Crumb{Text: web.T(r, "account.me"), Href: "/me"})
	return web.Render(w, r, http.StatusOK, ownPage(p, s.Provider.title(), list, address))
}

func (s *Service) pageUnlink(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	if err := s.Unlink(r.Context(), who); err != nil {
		return err
	}
	return web.Redirect(w, r, "/me", "oidc.unlinked")
}
