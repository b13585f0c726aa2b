package account

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
)

// Entry is what the browser of a request brings along; f is the form it sent, nil for none.
func (s *Service) Entry(r *http.Request, f *web.Form) Entry {
	return Entry{Old: cookieOf(r, cookieName), Device: cookieOf(r, deviceName), Agent: r.UserAgent(), Keep: f != nil && f.Has("keep")}
}

func cookieOf(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// Let gives a browser what it got and leads it on: to next, or to the second step.
func (s *Service) Let(w http.ResponseWriter, r *http.Request, pass Pass, next, notice string) error {
	if pass.Second != "" {
		http.SetCookie(w, cookie(secondName, pass.Second, secondFor))
		return web.Redirect(w, r, "/sign-in/second?next="+url.QueryEscape(next), "")
	}
	age := longest
	if pass.Long {
		age = longestKept
	}
	http.SetCookie(w, cookie(cookieName, pass.Session, age))
	http.SetCookie(w, cookie(deviceName, pass.Device, longestKept))
	if cookieOf(r, secondName) != "" {
		http.SetCookie(w, cookie(secondName, "", -time.Second))
	}
	return web.Redirect(w, r, next, notice)
}

type secondView struct {
	Next    string
	Passkey factor.Challenge
	Errors  ui.Errors
}

func (s *Service) renderSecond(w http.ResponseWriter, r *http.Request, status int, v secondView) (err error) {
	of, ok := s.pending(cookieOf(r, secondName))
	if !ok {
		return web.Redirect(w, r, "/sign-in?next="+url.QueryEscape(v.Next), "account.second_late")
	}
	if v.Passkey, err = s.Factor().Only(r.Context(), of.Account, factor.At(r)); err != nil {
		return err
	}
	return web.Render(w, r, status, secondPage(web.At(r, web.T(r, "account.second"), ""), v))
}

func (s *Service) pageSecond(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return s.renderSecond(w, r, http.StatusOK, secondView{Next: web.Local(r.URL.Query().Get("next"))})
}

func (s *Service) pageProve(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	next := web.Local(f.Raw("next"))
	pass, err := s.Second(r.Context(), cookieOf(r, secondName), factor.Offered(r, f), s.Entry(r, f))
	if status, ok := again(err); ok {
		return s.renderSecond(w, r, status, secondView{Next: next, Errors: web.Errors(r, err)})
	}
	if err != nil && fault.Of(err) == fault.Missing {
		return web.Redirect(w, r, "/sign-in?next="+url.QueryEscape(next), "account.second_late")
	}
	if err != nil {
		return err
	}
	return s.Let(w, r, pass, next, "")
}

func (s *Service) pagePasskey(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	next := web.Local(f.Raw("next"))
	pass, err := s.PasskeyIn(r.Context(), factor.Offered(r, f), s.Entry(r, f))
	if status, ok := again(err); ok {
		return s.renderSignIn(w, r, status, signInView{Next: next, Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return s.Let(w, r, pass, next, "")
}

// needs reports whether a second step is required of those above member today.
func (s *Service) needs(ctx context.Context) (needs bool, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		needs, err = FactorRequired.On(ctx, tx, 0, s.Now.Day())
		return err
	})
	return needs, err
}
