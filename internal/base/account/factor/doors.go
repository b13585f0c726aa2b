package factor

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is every door of the package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /me/factors", access.Signed, s.pageOwn),
		web.Page("POST /me/factors/totp", access.Signed, s.pageTOTP),
		web.Page("POST /me/factors/totp/remove", access.Signed, s.pageDropTOTP),
		web.Page("POST /me/factors/passkeys", access.Signed, s.pagePasskey),
		web.Page("POST /me/factors/passkeys/{passkey}/name", access.Signed, s.pageName),
		web.Page("POST /me/factors/passkeys/{passkey}/remove", access.Signed, s.pageDropKey),
		web.Page("POST /me/factors/codes", access.Signed, s.pageCodes),
		web.Page("GET /accounts/{account}/factors", access.AccountEdit, s.pageState),
		web.Page("POST /accounts/{account}/factors/reset", access.AccountEdit, s.pageAsk),
		web.Page("POST /factor-resets/{reset}/confirm", access.AccountEdit, s.pageConfirm),
		web.Page("POST /factor-resets/{reset}/withdraw", access.AccountEdit, s.pageWithdraw),
		web.Op("GET /api/v1/me/factors", access.Signed, "show-factors", "One's own second steps", s.apiOwn),
		web.Op("GET /api/v1/accounts/{account}/factors", access.AccountEdit, "show-account-factors", "The second steps of an account and a reset that waits", s.apiState),
		web.Op("POST /api/v1/accounts/{account}/factors/reset", access.AccountEdit, "ask-factor-reset", "Ask that somebody begins anew; a second person confirms", s.apiAsk),
		web.Op("POST /api/v1/factor-resets/{reset}/confirm", access.AccountEdit, "confirm-factor-reset", "Carry a reset out that somebody else asked for", s.apiConfirm),
		web.Op("POST /api/v1/factor-resets/{reset}/withdraw", access.AccountEdit, "withdraw-factor-reset", "End a reset without doing it", s.apiWithdraw),
	}
}

// At is the site as the visitor of a request addressed it.
func At(r *http.Request) Site {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	scheme := "http://"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https://"
	}
	return Site{Host: strings.Trim(host, "[]"), Origin: scheme + r.Host}
}

// Offered reads a proof from a form.
func Offered(r *http.Request, f *web.Form) Proof {
	return Proof{Code: f.Raw("code"), Ticket: f.Raw("ticket"), Response: f.Raw("response"), Site: At(r)}
}

const (
	sure  = 15 * time.Minute // after signing in, the password is not asked again
	surer = time.Hour        // the same of who came by a link and has no password yet
)

// asks reports whether the password is wanted before a factor is changed.
func (s *Service) asks(r *http.Request) bool {
	return time.Duration(s.Now.Ms()-s.Visit(r).Since)*time.Millisecond >= sure
}

// Fresh reports whether somebody signed in so lately that how they sign in may be changed.
func (s *Service) Fresh(r *http.Request) bool { return !s.asks(r) }

// sure passes when it is still the owner who sits there. Faults: Invalid on "old", TooMany.
func (s *Service) sure(r *http.Request, who access.Actor, f *web.Form) error {
	if !s.asks(r) {
		return nil
	}
	err := s.Prove(r.Context(), who, f.Raw("old"))
	if young := time.Duration(s.Now.Ms()-s.Visit(r).Since)*time.Millisecond < surer; young && fault.Key(err) == "account.no_password" {
		return nil
	}
	return err
}

type ownView struct {
	Held
	Visit
	Offer   Offer
	Passkey Challenge
	Asks    bool // for the password
	Next    string
	Name    string // of the passkey being typed
	Wrong   id.ID  // passkey whose new name was refused
	Form    string // whose errors these are: totp, passkey, name, codes
	Errors  ui.Errors
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, status int, v ownView) (err error) {
	if v.Held, err = s.Of(r.Context(), who.Account); err != nil {
		return err
	}
	if v.Offer.Ticket == "" {
		if v.Offer, err = s.OfferTOTP(r.Context(), who); err != nil {
			return err
		}
	}
	if v.Passkey, err = s.OfferPasskey(r.Context(), who, At(r)); err != nil {
		return err
	}
	v.Visit, v.Asks = s.Visit(r), s.asks(r)
	p := web.At(r, web.T(r, "factor.own"), "me", ui.Crumb{Text: web.T(r, "account.me"), Href: "/me"})
	return web.Render(w, r, status, ownPage(p, v))
}

func (s *Service) pageOwn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.show(w, r, who, http.StatusOK, ownView{Next: web.Local(r.URL.Query().Get("next"))})
}

// refused reports whether a form is shown again, and with which status.
func refused(err error) (status int, ok bool) {
	status, ok = map[fault.Kind]int{fault.Invalid: http.StatusUnprocessableEntity, fault.TooMany: http.StatusTooManyRequests,
		fault.Conflict: http.StatusConflict, fault.Denied: http.StatusForbidden}[fault.Of(err)]
	return status, ok && err != nil
}

// added answers a factor that was added: with the recovery codes when they are new.
func (s *Service) added(w http.ResponseWriter, r *http.Request, codes []string, next, notice string) error {
	if len(codes) == 0 {
		return web.Redirect(w, r, "/me/factors", notice)
	}
	p := web.At(r, web.T(r, "factor.codes_new"), "me", ui.Crumb{Text: web.T(r, "account.me"), Href: "/me"})
	return web.Render(w, r, http.StatusOK, codesPage(p, codes, next))
}

func (s *Service) pageTOTP(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	next := web.Local(f.Raw("next"))
	var codes []string
	if err = s.sure(r, who, f); err == nil {
		codes, err = s.AddTOTP(r.Context(), who, s.Visit(r).Session, f.Raw("ticket"), f.Raw("code"))
	}
	if status, ok := refused(err); ok {
		v := ownView{Next: next, Form: "totp", Errors: web.Errors(r, err)}
		if v.Offer, err = s.again(r.Context(), who, f.Raw("ticket")); err != nil {
			return err
		}
		return s.show(w, r, who, status, v)
	}
	if err != nil {
		return err
	}
	return s.added(w, r, codes, next, "factor.totp_added")
}

func (s *Service) pagePasskey(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	next, name := web.Local(f.Raw("next")), f.Line("name", 1, maxName)
	var codes []string
	if err = fault.All(f.Err(), s.sure(r, who, f)); err == nil {
		codes, err = s.AddPasskey(r.Context(), who, s.Visit(r).Session, At(r), f.Raw("ticket"), f.Raw("response"), name)
	}
	if status, ok := refused(err); ok {
		return s.show(w, r, who, status, ownView{Next: next, Name: name, Form: "passkey", Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return s.added(w, r, codes, next, "factor.passkey_added")
}

// change does one thing to who's own factors and leads back.
func (s *Service) change(w http.ResponseWriter, r *http.Request, who access.Actor, form, notice string, do func(*web.Form) error) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	if err = s.sure(r, who, f); err == nil {
		err = do(f)
	}
	if status, ok := refused(err); ok {
		return s.show(w, r, who, status, ownView{Form: form, Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/factors", notice)
}

func (s *Service) pageDropTOTP(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.change(w, r, who, "", "factor.removed", func(*web.Form) error {
		return s.RemoveTOTP(r.Context(), who, s.Visit(r).Required)
	})
}

func (s *Service) pageDropKey(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	passkey, err := web.ID(r, "passkey")
	if err != nil {
		return err
	}
	return s.change(w, r, who, "", "factor.removed", func(*web.Form) error {
		return s.RemovePasskey(r.Context(), who, passkey, s.Visit(r).Required)
	})
}

func (s *Service) pageName(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	passkey, err := web.ID(r, "passkey")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	err = s.Rename(r.Context(), who, passkey, f.Raw("name"))
	if status, ok := refused(err); ok {
		return s.show(w, r, who, status, ownView{Form: "name", Wrong: passkey, Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/factors", "factor.named")
}

func (s *Service) pageCodes(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	var codes []string
	if err = s.sure(r, who, f); err == nil {
		codes, err = s.NewCodes(r.Context(), who)
	}
	if status, ok := refused(err); ok {
		return s.show(w, r, who, status, ownView{Form: "codes", Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return s.added(w, r, codes, "/me/factors", "")
}

func (s *Service) apiOwn(ctx context.Context, who access.Actor, _ *web.Empty) (Held, error) {
	return s.Of(ctx, who.Account)
}
