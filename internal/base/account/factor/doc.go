// Package factor is the second step of signing in: codes of an authenticator app (TOTP), passkeys,
// which also sign in alone, and recovery codes on paper. What is secret is sealed with the key of
// the installation; a code or a challenge that was used is never taken again.
//
// Everybody keeps their own. Who lost everything is helped by two keepers of accounts
// (access.AccountEdit), both within reach of the account: one asks with a reason, another
// confirms; then all factors go, and with them every session, device and token.
//
// Tables: account_totp, account_passkey, account_recovery, account_spent, account_reset.
package factor
