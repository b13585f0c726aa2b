package oidc

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"quantriet/internal/base/account/secret"
	"quantriet/internal/kit/id"
)

// Provider is what the installation was told of an outside provider; without an issuer there is none.
type Provider struct {
	Issuer string `help:"Outside provider of identities (OpenID Connect), such as https://login.example.vn; none unless given." env:"QUANTRIET_OIDC_ISSUER"`
	Client string `help:"What we are called there." env:"QUANTRIET_OIDC_CLIENT"`
	Secret string `help:"Our secret there." env:"QUANTRIET_OIDC_SECRET"`
	Name   string `help:"Name of the provider on the button." env:"QUANTRIET_OIDC_NAME"`
}

// On reports whether there is a provider.
func (p Provider) On() bool { return p.Issuer != "" && p.Client != "" }

func (p Provider) title() string { return cmp.Or(p.Name, "OpenID Connect") }

// Identity is who somebody is there.
type Identity struct{ Issuer, Subject, Name string }

// flight is what a browser carries from the start to the answer, sealed.
type flight struct {
	State, Nonce, Verifier string
	Next                   string
	Account                id.ID // ties the identity to this account; zero signs in
	Origin                 string
}

const (
	flightFor  = 10 * time.Minute
	answerIn   = 15 * time.Second // the provider
	maxSubject = 255
	back       = "/sign-in/outside/back"
)

// client talks to the provider; what it publishes is read once and again after a failure.
type client struct {
	mu    sync.Mutex
	found *oidc.Provider
}

func (c *client) provider(ctx context.Context, p Provider) (*oidc.Provider, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.found != nil {
		return c.found, nil
	}
	// go-oidc keeps the context for later reads of keys: it must outlive the request
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), caller), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("provider %s: %w", p.Issuer, err)
	}
	c.found = found
	return found, nil
}

var caller = &http.Client{Timeout: answerIn}

func config(p Provider, found *oidc.Provider, origin string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, Endpoint: found.Endpoint(), RedirectURL: origin + back,
		Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// start gives the address at the provider, and what the browser carries there and back.
func (c *client) start(ctx context.Context, p Provider, origin, next string, link id.ID) (address string, f flight, err error) {
	found, err := c.provider(ctx, p)
	if err != nil {
		return "", f, err
	}
	f = flight{State: secret.New(), Nonce: secret.New(), Verifier: oauth2.GenerateVerifier(), Next: next, Account: link, Origin: origin}
	return config(p, found, origin).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), f, nil
}

// finish exchanges the code that came back for who it is.
func (c *client) finish(ctx context.Context, p Provider, f flight, code string) (of Identity, err error) {
	found, err := c.provider(ctx, p)
	if err != nil {
		return of, err
	}
	ctx = oidc.ClientContext(ctx, caller)
	token, err := config(p, found, f.Origin).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return of, err
	}
	raw, _ := token.Extra("id_token").(string)
	proof, err := found.Verifier(&oidc.Config{ClientID: p.Client}).Verify(ctx, raw)
	if err != nil {
		return of, err
	}
	if !secret.Same(proof.Nonce, f.Nonce) {
		return of, fmt.Errorf("the answer is to another question")
	}
	if proof.Subject == "" || len(proof.Subject) > maxSubject {
		return of, fmt.Errorf("the provider names nobody")
	}
	var claims struct {
		Name string `json:"name"`
	}
	_ = proof.Claims(&claims) // only for people's eyes
	return Identity{Issuer: proof.Issuer, Subject: proof.Subject, Name: claims.Name}, nil
}
