package oidc

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/password"
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// provider is an invented provider of identities on this machine.
type provider struct {
	t       *testing.T
	url     string
	key     *rsa.PrivateKey
	subject string
	asked   int               // calls it got
	nonces  map[string]string // by code
	proofs  map[string]string // PKCE challenges by code
	bend    func(map[string]any)
}

func newProvider(t *testing.T) *provider {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, subject: "mau-001", nonces: map[string]string{}, proofs: map[string]string{}}
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	p.url = srv.URL
	return p
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.asked++
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		json.NewEncoder(w).Encode(map[string]any{"issuer": p.url, "authorization_endpoint": p.url + "/a", "token_endpoint": p.url + "/t", "jwks_uri": p.url + "/k",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	case "/k":
		json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": base64.RawURLEncoding.EncodeToString(p.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(p.key.E)).Bytes())}}})
	case "/t":
		p.token(w, r)
	}
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("code")
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != p.proofs[code] {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	claims := map[string]any{"iss": p.url, "sub": p.subject, "aud": "quantriet", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(),
		"nonce": p.nonces[code], "name": "Đảng viên mẫu 001"}
	if p.bend != nil {
		p.bend(claims)
	}
	body, _ := json.Marshal(claims)
	raw := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + base64.RawURLEncoding.EncodeToString(body)
	hash := sha256.Sum256([]byte(raw))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, hash[:])
	if err != nil {
		p.t.Error(err)
	}
	raw += "." + base64.RawURLEncoding.EncodeToString(sig)
	json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": raw})
}

// consent is somebody who says yes at the provider.
func (p *provider) consent(address string) (state, code string) {
	p.t.Helper()
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, p.url+"/a?") {
		p.t.Fatal(address, err)
	}
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("redirect_uri") != "https://mau.example"+back {
		p.t.Error(address)
	}
	code = id.New().String()
	p.nonces[code], p.proofs[code] = q.Get("nonce"), q.Get("code_challenge")
	return q.Get("state"), code
}

func TestOutside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, p := context.Background(), newProvider(t)
		now := clock.Now(time.Now)
		s := &Service{DB: d, Now: now, Account: &account.Service{DB: d, Now: now, Cost: password.Cost{Memory: 64, Passes: 1, Threads: 1}}}
		refused := func(says string, err error, kind fault.Kind, key string) {
			t.Helper()
			if err == nil || fault.Of(err) != kind || fault.Key(err) != key {
				t.Errorf("%s: got %v, want %s", says, err, key)
			}
		}
		_, _, err := s.Begin(ctx, "https://mau.example", "/", 0)
		refused("without a provider", err, fault.Missing, "fault.missing")
		s.Provider = Provider{Issuer: p.url, Client: "quantriet", Secret: "x"}
		if name, href := s.Offer(); name == "" || href == "" || p.asked != 0 {
			t.Error("asked before anybody used it:", p.asked)
		}
		who := s.officer(t)
		round := func(link id.ID) (answer, Identity, error) {
			t.Helper()
			address, ticket, err := s.Begin(ctx, "https://mau.example", "/units", link)
			if err != nil {
				t.Fatal(err)
			}
			state, code := p.consent(address)
			a := answer{ticket: ticket, state: state, code: code}
			of, f, err := s.identify(ctx, a)
			if err == nil && (f.Next != "/units" || f.Account != link) {
				t.Errorf("%+v", f)
			}
			return a, of, err
		}
		_, of, err := round(0)
		if err != nil || of.Subject != "mau-001" {
			t.Fatal(of, err)
		}
		_, err = s.Enter(ctx, of, account.Entry{})
		refused("nobody's identity makes no account", err, fault.Denied, "oidc.stranger")
		if err := s.Link(ctx, who, of); err != nil {
			t.Fatal(err)
		}
		pass, err := s.Enter(ctx, of, account.Entry{})
		if err != nil || pass.Session == "" {
			t.Fatal(pass, err)
		}
		refused("tied to two accounts", s.Link(ctx, access.Actor{Account: who.Account + 1}, of), fault.Conflict, "oidc.taken")

		a, _, _ := round(0)
		for says, bent := range map[string]answer{
			"another state": {ticket: a.ticket, state: "x", code: a.code}, "no state": {ticket: a.ticket, code: a.code}, "no cookie": {state: a.state, code: a.code},
			"a forged cookie": {ticket: a.ticket[:9] + "A" + a.ticket[10:], state: a.state, code: a.code}, "no code": {ticket: a.ticket, state: a.state},
			"a code of another visit": {ticket: a.ticket, state: a.state, code: "zzz"}, "a refusal": {ticket: a.ticket, state: a.state, code: a.code, fault: "access_denied"},
		} {
			_, _, err := s.identify(ctx, bent)
			refused(says, err, fault.Invalid, "oidc.refused")
		}
		for says, bend := range map[string]func(map[string]any){
			"another nonce":     func(c map[string]any) { c["nonce"] = "x" },
			"for somebody else": func(c map[string]any) { c["aud"] = "other" },
			"over":              func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() },
			"of another issuer": func(c map[string]any) { c["iss"] = "https://evil.example" },
			"nobody":            func(c map[string]any) { c["sub"] = "" },
			"a very long name":  func(c map[string]any) { c["sub"] = strings.Repeat("a", 5000) },
		} {
			p.bend = bend
			_, _, err := round(0)
			refused(says, err, fault.Invalid, "oidc.refused")
		}
		p.bend = nil
		if err := s.Unlink(ctx, who); err != nil {
			t.Fatal(err)
		}
		_, err = s.Enter(ctx, of, account.Entry{})
		refused("after the tie is cut", err, fault.Denied, "oidc.stranger")
		s.client, s.Provider.Issuer = client{}, "http://127.0.0.1:1"
		_, _, err = s.Begin(ctx, "https://mau.example", "/", 0)
		refused("a provider that is away", err, fault.Conflict, "oidc.away")
	})
}

// A browser left open ties no identity: who links signed in lately, and no token does.
func TestLinkingTakesAFreshSignIn(t *testing.T) {
	p, d := newProvider(t), dbtest.One(t)
	now := clock.Now(time.Now)
	s := &Service{DB: d, Now: now, Account: &account.Service{DB: d, Now: now}, Provider: Provider{Issuer: p.url, Client: "quantriet", Secret: "x"}}
	who := s.officer(t)
	site := &web.Site{Now: now, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	r, w := httptest.NewRequest("POST", "http://localhost/me/outside", nil), httptest.NewRecorder()
	site.Handler(s.Routes(), ui.Static()).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || p.asked != 0 || strings.Contains(w.Body.String(), p.url) {
		t.Errorf("%d after %d calls", w.Code, p.asked)
	}
}

// officer makes an account to be tied.
func (s *Service) officer(t *testing.T) access.Actor {
	t.Helper()
	ctx := context.Background()
	units := &org.Service{DB: s.DB, Now: s.Now}
	u, err := units.Create(ctx, access.System("test"), org.Unit{ID: id.New(), Code: "PM", Level: "commune", Name: "Đảng bộ phường mẫu"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Account.Create(ctx, access.System("test"), account.New{ID: id.New(), Login: "can.bo", Name: "Cán bộ mẫu",
		Grants: []account.NewGrant{{ID: id.New(), Role: access.UnitOfficer, Unit: u.ID, From: "2018-01-01"}}})
	if err != nil {
		t.Fatal(err)
	}
	return access.Actor{Account: a.ID, Name: a.Name, Lang: "vi"}
}
