// Package db opens SQLite or PostgreSQL and runs functions in transactions. It is the
// only package that knows which engine is underneath; everyone else writes one SQL text
// with $1 parameters.
//
// What holds on both engines:
//
//   - Read sees one snapshot and cannot write. Write and Queue run as if alone.
//   - A function given to Write may run more than once; it changes nothing but the
//     database. Mail, files and live notes leave after Write has returned nil.
//   - Write returns nil only after the changes are on disk (SQLite: synchronous=FULL).
//   - After a statement fails, the transaction accepts no other statement and is rolled
//     back, even when the function returns nil. Use "on conflict", or Attempt where a
//     failure is expected.
//   - One Cursor at a time: read or close it before the next statement. All and One do.
//   - A Tx is for the goroutine and the call it was made for. Never call Read, Write or
//     Queue inside one of them: the writer would wait for itself.
//   - Text with a NUL byte or broken UTF-8 is refused with a fault before it is sent.
//   - SQLite has one writer: a Write that takes long keeps all others waiting. Import in
//     pieces where half an import can be told from a whole one.
//   - Foreign keys are checked at once; do not declare them deferrable, a violation at
//     commit would fail a whole group of writers.
//
// On SQLite writers that wait at the same time share one physical transaction (group
// commit). Each but the first runs inside its own savepoint, one after the other on one goroutine, and
// hears its answer only after the physical commit: an error or panic undoes that savepoint
// alone, a failed commit fails every member. Refusals wait for the commit too, because
// they may rest on what an earlier member wrote. After a failed commit the connection is
// thrown away, so the next answer can only come from a fresh transaction that succeeded.
package db
