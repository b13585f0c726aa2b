// Package station turns any phone or laptop into a station of one site of one meeting: it
// keeps the roster of that site, scans, ticks and counts heads for hours without a network,
// and sends what it has whenever there is one. An usher, secretary or officer who takes
// attendance at the site registers the device; the token stands for that account at this
// site alone, and ends with the event, by revocation, or when the account's right ends.
//
// What proves a scan. The device makes an ECDSA P-256 key that its browser never gives out.
// Every scan carries the device's counter and is chained to the one before by SHA-256; an
// upload is signed once over the end of the chain, so that 200 scans cost one signature and
// nothing before it can be changed or left out unseen. Checking a signature costs some eighty
// times as much as an HMAC (BenchmarkProof: 207 µs and 2.5 µs on a machine with far more to
// do than it could), so at 10,000 single check-ins a second signatures alone would take two
// cores. A batch of one scan made online may therefore carry an HMAC under the
// token's hash: it is no weaker than the token that came over the same TLS connection, and
// the chain binds it under the next signature. Scans made offline are always signed.
//
// Instants. Every contact tells how far the device's clock is from ours (round trip halved);
// a scan keeps what the device said and the instant corrected by it, see Instant.
//
// Nothing is dropped: scans of a station that was revoked, or came after the event, are kept
// with their label and count nothing or count as late. In the browser roster and queue lie
// encrypted under a key that it does not give out, and are cleared after the event.
//
// Table: attendance_station. The scans themselves are attendance's.
package station
