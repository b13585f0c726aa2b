package factor

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

type stateView struct {
	State
	Row    id.ID // of the reset being typed
	Why    string
	Mine   bool // who asks is who asked for the reset
	Own    bool // it is who's own account
	Errors ui.Errors
}

func (s *Service) renderState(w http.ResponseWriter, r *http.Request, who access.Actor, status int, account id.ID, v stateView) (err error) {
	if v.State, err = s.Look(r.Context(), who, account); err != nil {
		return err
	}
	if v.Row == 0 {
		v.Row = id.New()
	}
	v.Own, v.Mine = account == who.Account, v.Open != nil && v.Open.AskedBy == who.Account
	p := web.At(r, web.T(r, "factor.of_account"), "account", ui.Crumb{Text: web.T(r, "account.accounts"), Href: "/accounts"},
		ui.Crumb{Text: v.State.Name, Href: "/accounts/" + account.String()})
	return web.Render(w, r, status, statePage(p, v))
}

func (s *Service) pageState(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	account, err := web.ID(r, "account")
	if err != nil {
		return err
	}
	return s.renderState(w, r, who, http.StatusOK, account, stateView{})
}

func (s *Service) pageAsk(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	account, err := web.ID(r, "account")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	row, why := f.ID("id", true), f.Line("why", 1, maxWhy)
	if err = f.Err(); err == nil {
		err = s.AskReset(r.Context(), who, row, account, why)
	}
	if status, ok := refused(err); ok {
		return s.renderState(w, r, who, status, account, stateView{Row: row, Why: why, Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/accounts/"+account.String()+"/factors", "factor.reset_asked")
}

func (s *Service) pageConfirm(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.decide(w, r, who, s.Confirm, "factor.reset_done")
}

func (s *Service) pageWithdraw(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.decide(w, r, who, s.Withdraw, "factor.reset_withdrawn")
}

func (s *Service) decide(w http.ResponseWriter, r *http.Request, who access.Actor, do func(context.Context, access.Actor, id.ID) (id.ID, error), notice string) error {
	reset, err := web.ID(r, "reset")
	if err != nil {
		return err
	}
	account, err := do(r.Context(), who, reset)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/accounts/"+account.String()+"/factors", notice)
}

type accountRef struct {
	Account web.Ref `path:"account"`
}

func (s *Service) apiState(ctx context.Context, who access.Actor, in *accountRef) (State, error) {
	return s.Look(ctx, who, in.Account.ID)
}

type askIn struct {
	Account web.Ref `path:"account"`
	Body    struct {
		ID  id.ID  `json:"id,omitempty" doc:"key against asking twice; made when left out"`
		Why string `json:"why" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) apiAsk(ctx context.Context, who access.Actor, in *askIn) (State, error) {
	row := in.Body.ID
	if row == 0 {
		row = id.New()
	}
	if err := s.AskReset(ctx, who, row, in.Account.ID, in.Body.Why); err != nil {
		return State{}, err
	}
	return s.Look(ctx, who, in.Account.ID)
}

type resetRef struct {
	Reset web.Ref `path:"reset"`
}

func (s *Service) apiConfirm(ctx context.Context, who access.Actor, in *resetRef) (web.Empty, error) {
	_, err := s.Confirm(ctx, who, in.Reset.ID)
	return web.Empty{}, err
}

func (s *Service) apiWithdraw(ctx context.Context, who access.Actor, in *resetRef) (web.Empty, error) {
	_, err := s.Withdraw(ctx, who, in.Reset.ID)
	return web.Empty{}, err
}
