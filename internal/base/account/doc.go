// Package account is who may come in: signing in and out, the first set-up, accounts,
// the grants given to them, and API tokens.
//
// Secrets are random and long (session, token, link) and only their SHA-256 is stored;
// passwords are argon2id and never leave this package. A wrong password and an unknown
// login cost the same time and get the same answer. Attempts are slowed per login, never
// per address, because a whole hall shares one.
//
// A keeper of accounts (access.AccountEdit) sees the accounts that hold a grant, or whose
// person studies, within the keeper's scope. Nobody gives a role outside that scope or one
// that can do what the giver cannot, and nobody takes over an account that reaches further
// than the keeper.
//
// Tables: account, account_session, account_token, account_link; grants are stored by access.
package account
