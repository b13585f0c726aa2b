// Package password keeps passwords: what may be one, how it is hashed (argon2id, a few at a time,
// so that a flood of sign-ins leaves the rest of the program its cores), and how attempts are
// slowed, per login and per device, never per address.
package password
