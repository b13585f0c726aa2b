// Package account is who may come in: signing in and out, the first set-up, accounts and API
// tokens. Its own rooms are password (hashing in a bounded pool, slowing), secret (what opens a
// door), factor (the second step), device (browsers that are remembered), slip (paper that signs
// a member in once), oidc (an outside provider) and grant (rights).
//
// Secrets are random and long (session, device, token, link) and only their SHA-256 is stored;
// passwords are argon2id and never leave this package. A wrong password and an unknown login cost
// the same time and get the same answer. Attempts are slowed per login and per device, never per
// address, because a whole hall shares one; a device that the account knows has a count of its own,
// so that nobody who guesses elsewhere shuts its owner out. A device that the account does not
// know is told from another by nothing: guessing at many logins is bounded by the hashing alone.
//
// Everybody above member needs a passkey or an authenticator app from the day that FactorRequired
// says; WhoIs is the one place that asks. A session is nobody's when its account has a second step
// that was not proven there.
//
// A keeper of accounts (access.AccountEdit) sees the accounts that hold a grant, or whose
// person studies, within the keeper's scope. Nobody gives a role outside that scope or one
// that can do what the giver cannot, and nobody takes over an account that reaches further
// than the keeper.
//
// Tables: account, account_session, account_token, account_link; those of its rooms; grants are
// stored by access.
package account
