package account

import (
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

type meView struct {
	Me
	Errors  ui.Errors
	Token   string // a new secret, shown once
	Name    string // of the token being typed
	TokenID id.ID
	Days    int64
	Today   string
	Outside string // name of the provider that the account can be tied to
}

func (s *Service) showMe(w http.ResponseWriter, r *http.Request, who access.Actor, status int, v meView) (err error) {
	if v.Me, err = s.Me(r.Context(), who); err != nil {
		return err
	}
	if v.TokenID == 0 {
		v.TokenID, v.Days = id.New(), 365
	}
	v.Today = s.Now.Day()
	if s.Outside != nil {
		v.Outside, _ = s.Outside()
	}
	return web.Render(w, r, status, mePage(web.At(r, web.T(r, "account.me"), "me"), v))
}

func (s *Service) pageMe(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.showMe(w, r, who, http.StatusOK, meView{})
}

// done answers a form of one's own page.
func (s *Service) done(w http.ResponseWriter, r *http.Request, who access.Actor, err error, notice string) error {
	if status, ok := again(err); ok {
		return s.showMe(w, r, who, status, meView{Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me", notice)
}

func (s *Service) pagePassword(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err == nil {
		err = s.ChangePassword(r.Context(), who, s.here(r), f.Raw("old"), f.Raw("password"))
	}
	return s.done(w, r, who, err, "account.password_changed")
}

func (s *Service) pageLang(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	lang := f.Choice("lang", "vi", "en")
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.SetLang(r.Context(), who, lang); err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: "lang", Value: "", Path: "/", MaxAge: -1}) // the account's own choice speaks again
	return web.Redirect(w, r, "/me", "account.saved")
}

func (s *Service) pageNewToken(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	v := meView{TokenID: f.ID("id", true), Name: f.Line("name", 1, maxName), Days: f.Int("days", 1, maxDays, 365)}
	if err = f.Err(); err == nil {
		v.Token, err = s.NewToken(r.Context(), who, v.TokenID, v.Name, v.Days, f.Raw("old"))
	}
	if status, ok := again(err); ok {
		v.Errors = web.Errors(r, err)
		if msg, ok := v.Errors["old"]; ok { // the page has two forms that ask for the password
			v.Errors["token_old"] = msg
			delete(v.Errors, "old")
		}
		return s.showMe(w, r, who, status, v)
	}
	if err != nil {
		return err
	}
	return s.showMe(w, r, who, http.StatusOK, meView{Token: v.Token})
}

func (s *Service) pageEndToken(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	token, err := web.ID(r, "token")
	if err != nil {
		return err
	}
	return s.done(w, r, who, s.EndToken(r.Context(), who, token), "account.token_ended")
}
