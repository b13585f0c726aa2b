// Package oidc signs people in who are known to an outside provider of identities (OpenID Connect),
// where an installation was given one; without one nothing is asked of anybody and the doors do not
// exist. The first call to the provider is made when somebody uses it, never before.
//
// The provider says who somebody is; it never makes an account. A keeper of accounts invites by a
// link as ever, and who came in ties the own account to the own identity there (issuer and
// subject). The second step is asked for as after a password. Code flow with PKCE, state and nonce;
// what is in flight is carried in a sealed cookie.
//
// Table: account_outside.
package oidc
