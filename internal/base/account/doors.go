package account

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is every door of the room.
func (s *Service) Routes() []web.Route {
	s.join()
	return slices.Concat(s.factor.Routes(), s.devices.Routes(), []web.Route{
		web.Page("GET /sign-in", access.Anyone, s.pageSignIn),
		web.Page("POST /sign-in", access.Anyone, s.pageEnter),
		web.Page("POST /sign-in/passkey", access.Anyone, s.pagePasskey),
		web.Page("GET /sign-in/second", access.Anyone, s.pageSecond),
		web.Page("POST /sign-in/second", access.Anyone, s.pageProve),
		web.Page("POST /sign-out", access.Anyone, s.pageLeave),
		web.Page("GET /setup/{key}", access.Anyone, s.pageSetup),
		web.Page("POST /setup/{key}", access.Anyone, s.pageFirst),
		web.Page("GET /link/{key}", access.Anyone, s.pageLink),
		web.Page("POST /link/{key}", access.Anyone, s.pageFollow),

		web.Page("GET /me", access.Signed, s.pageMe),
		web.Page("POST /me/password", access.Signed, s.pagePassword),
		web.Page("POST /me/lang", access.Signed, s.pageLang),
		web.Page("POST /me/tokens", access.Signed, s.pageNewToken),
		web.Page("POST /me/tokens/{token}/end", access.Signed, s.pageEndToken),

		web.Page("GET /accounts", access.AccountEdit, s.pageList),
		web.Page("GET /accounts/new", access.AccountEdit, s.pageNew),
		web.Page("POST /accounts", access.AccountEdit, s.pageCreate),
		web.Page("GET /accounts/{account}", access.AccountEdit, s.pageShow),
		web.Page("POST /accounts/{account}/link", access.AccountEdit, s.pageNewLink),
		web.Page("POST /accounts/{account}/password", access.AccountEdit, s.pageNewPassword),
		web.Page("POST /accounts/{account}/disable", access.AccountEdit, s.pageDisable),
		web.Page("POST /accounts/{account}/enable", access.AccountEdit, s.pageEnable),

		web.Op("GET /api/v1/me", access.Signed, "show-me", "One's own account and rights", s.apiMe),
		web.Op("GET /api/v1/accounts", access.AccountEdit, "list-accounts", "Accounts within the scope, by name", s.apiList),
		web.Op("POST /api/v1/accounts", access.AccountEdit, "create-account", "Create an account and its first right", s.apiCreate),
		web.Op("GET /api/v1/accounts/{account}", access.AccountEdit, "show-account", "An account and its rights within the scope", s.apiShow),
		web.Op("POST /api/v1/accounts/{account}/link", access.AccountEdit, "reset-account", "End the password and make a path that signs in once", s.apiLink),
		web.Op("POST /api/v1/accounts/{account}/disable", access.AccountEdit, "disable-account", "Shut an account out at once", s.apiDisable),
		web.Op("POST /api/v1/accounts/{account}/enable", access.AccountEdit, "enable-account", "Let an account in again", s.apiEnable),
		web.Op("GET /api/v1/tokens", access.Signed, "list-tokens", "One's own API tokens", s.apiTokens),
		web.Op("POST /api/v1/tokens", access.Signed, "create-token", "Make an API token; asks for the password", s.apiNewToken),
		web.Op("DELETE /api/v1/tokens/{token}", access.Signed, "revoke-token", "End one of one's own API tokens", s.apiEndToken),
	})
}

// again is the status with which a form is shown again; false when the door should answer.
func again(err error) (status int, ok bool) {
	status, ok = map[fault.Kind]int{fault.Invalid: http.StatusUnprocessableEntity, fault.TooMany: http.StatusTooManyRequests,
		fault.Denied: http.StatusForbidden, fault.Conflict: http.StatusConflict}[fault.Of(err)]
	return status, ok && err != nil
}

type signInView struct {
	Login, Next          string
	Keep                 bool
	Errors               ui.Errors
	Fresh                bool // no account exists
	Passkey              factor.Challenge
	Outside, OutsideHref string
}

func (s *Service) pageSignIn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	next := web.Local(cmp.Or(r.URL.Query().Get("next"), "/"))
	if who.Account != 0 {
		return web.Redirect(w, r, next, "")
	}
	if v, err := s.visitor(r); err != nil || v.limited {
		return cmpErr(err, web.Redirect(w, r, enrolment+"?next="+url.QueryEscape(next), ""))
	}
	any, err := s.any(r.Context())
	if err != nil {
		return err
	}
	return s.renderSignIn(w, r, http.StatusOK, signInView{Next: next, Fresh: !any})
}

// renderSignIn offers a passkey too where the site can have one.
func (s *Service) renderSignIn(w http.ResponseWriter, r *http.Request, status int, v signInView) (err error) {
	if v.Passkey, err = s.Factor().Anybody(factor.At(r)); err != nil {
		return err
	}
	if s.Outside != nil {
		v.Outside, v.OutsideHref = s.Outside()
	}
	return web.Render(w, r, status, signInPage(web.At(r, web.T(r, "account.sign_in"), ""), v))
}

func (s *Service) pageEnter(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	next := web.Local(cmp.Or(f.Raw("next"), "/"))
	pass, err := s.SignIn(r.Context(), f.Raw("login"), f.Raw("password"), s.Entry(r, f))
	if status, ok := again(err); ok {
		return s.renderSignIn(w, r, status, signInView{Login: clip(f.Raw("login")), Keep: f.Has("keep"), Next: next, Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return s.Let(w, r, pass, next, "")
}

func (s *Service) pageLeave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	if err := s.SignOut(r.Context(), cookieOf(r, cookieName)); err != nil {
		return err
	}
	http.SetCookie(w, cookie(cookieName, "", -1e9))
	return web.Redirect(w, r, "/sign-in", "account.signed_out")
}

type setupView struct {
	Ground
	First  First
	Errors ui.Errors
}

// gone answers a link that is used up: what happened and how to get a new one.
func gone(w http.ResponseWriter, r *http.Request, err error, title, next string) error {
	if k := fault.Key(err); fault.Of(err) != fault.Missing || k == "fault.missing" {
		return err
	}
	return web.Render(w, r, http.StatusNotFound, overPage(web.At(r, title, ""), fault.Key(err), next))
}

func (s *Service) pageSetup(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	title := web.T(r, "account.setup")
	g, err := s.setupGround(r.Context(), r.PathValue("key"))
	if err != nil {
		return gone(w, r, err, title, "account.setup_again")
	}
	v := setupView{Ground: g, First: First{Start: StartAlone, Unit: org.Unit{Level: "province"}}}
	return web.Render(w, r, http.StatusOK, setupPage(web.At(r, title, ""), v))
}

func (s *Service) pageFirst(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	title, key := web.T(r, "account.setup"), r.PathValue("key")
	g, err := s.setupGround(r.Context(), key)
	if err != nil {
		return gone(w, r, err, title, "account.setup_again")
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	first := readFirst(f, g)
	var pass Pass
	if err = fault.All(f.Err(), first.check()); err == nil {
		pass, err = s.Setup(r.Context(), key, first, s.Entry(r, f))
	}
	if status, ok := again(err); ok {
		v := setupView{Ground: g, First: first, Errors: web.Errors(r, err)}
		return web.Render(w, r, status, setupPage(web.At(r, title, ""), v))
	}
	if err != nil {
		return gone(w, r, err, title, "account.setup_again")
	}
	next := s.afterSetup(first.Start)
	if needs, err := s.needs(r.Context()); err != nil || needs {
		next = enrolment + "?next=" + url.QueryEscape(next)
	}
	return s.Let(w, r, pass, next, "account.setup_done")
}

func readFirst(f *web.Form, g Ground) First {
	first := First{Installation: f.Line("installation", 1, maxName), Start: StartAlone,
		Name: f.Line("name", 1, maxName), Login: f.Line("login", 1, maxLogin), Password: f.Raw("password")}
	if g.Units {
		return first
	}
	first.Start = Start(f.Choice("start", string(StartAlone), string(StartSheet), string(StartDemo)))
	if first.Start == StartDemo && g.Demo {
		return first
	}
	first.Unit = org.Unit{Name: f.Line("unit", 1, 300), Short: f.Line("short", 0, 300), Code: f.Line("code", 1, 40), Level: f.Line("level", 1, 40)}
	return first
}

func (s *Service) afterSetup(start Start) string {
	switch {
	case start == StartSheet && s.Import != "":
		return s.Import
	case start == StartAlone:
		return "/units"
	}
	return "/"
}

func (s *Service) pageLink(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	a, err := s.linked(r.Context(), r.PathValue("key"))
	if err != nil {
		return gone(w, r, err, web.T(r, "account.link"), "account.link_again")
	}
	needs, err := s.needs(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, linkPage(web.At(r, web.T(r, "account.link"), ""), a, s.Now.Day(), !needs))
}

func (s *Service) pageFollow(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	pass, fresh, err := s.FollowLink(r.Context(), r.PathValue("key"), s.Entry(r, nil))
	if err != nil {
		return gone(w, r, err, web.T(r, "account.link"), "account.link_again")
	}
	if fresh {
		return s.Let(w, r, pass, "/me", "account.choose_password")
	}
	return s.Let(w, r, pass, "/", "")
}

// here is the device that asks; zero for a token.
func (s *Service) here(r *http.Request) id.ID {
	v, _ := s.visitor(r)
	return v.device
}
