// Package torture breaks what the program stands on while people are being recorded: the process is
// killed, the power is cut, the disk fails or fills up, clocks lie, stations repeat themselves, the
// primary of PostgreSQL dies, thousands of connections dawdle. Afterwards three things must hold:
// whoever was answered is recorded, nobody is recorded twice, and the tallies are what counting
// the records anew gives.
//
// In "go test" each test runs a few seconds; "make torture" runs the long ones. Every test prints the seed
// it drew its chances from; QUANTRIET_TORTURE_SEED repeats one. Only processes that a test started itself
// are ended, the machine's clock is never touched, and nothing leaves this machine.
package torture
