// Package account is who may come in: signing in and out, the first set-up, accounts,
// and API tokens.
//
// Secrets are random and long (session, token, link) and only their SHA-256 is stored;
// passwords are argon2id and never leave this package. A wrong password and an unknown
// login cost the same time and get the same answer. Attempts are slowed per login, never
// per address, because a whole hall shares one.
//
// A keeper of accounts (access.AccountEdit) sees the accounts that hold a grant, or whose
// person studies, within the keeper's scope, and takes over none that reaches further than
// the keeper. Rights themselves are the room below, account/grant.
//
// Tables: account, account_session, account_token, account_link; grants are stored by access.
package account
