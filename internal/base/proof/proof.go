package proof

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Row is something sealed: what it is, which one, which version of it, and its whole text.
type Row struct {
	Kind    string
	Subject id.ID
	Version int64
	Body    string
}

// Rows gives every sealed row of one room as the database has it now, in any order. A row that
// is gone is simply not given: the line that sealed it says so.
type Rows func(ctx context.Context, tx db.Tx, yield func(Row) error) error

// Line is what the log holds of a row.
type Line struct {
	ID      id.ID  `json:"id"`
	N       int64  `json:"n" doc:"place in the log from 0; -1 until the next head, a second later"`
	Kind    string `json:"kind"`
	Subject id.ID  `json:"subject"`
	Version int64  `json:"version"`
	At      int64  `json:"at" doc:"Unix milliseconds UTC"`
	Digest  string `json:"digest" doc:"hex SHA-256 of the salt and the row"`
}

// Text is the line as it is hashed into the tree.
func (l Line) Text() string {
	return fmt.Sprintf("quantriet line 1\n%s %s %d %d\n%s\n", l.Kind, l.Subject, l.Version, l.At, l.Digest)
}

// Digest commits to the text of a row; the salt keeps it from being guessed.
func Digest(salt, body string) string {
	sum := sha256.Sum256([]byte(salt + "\n" + body))
	return hex.EncodeToString(sum[:])
}

// Append seals a row: its line is kept if and only if the transaction is.
func Append(ctx context.Context, tx db.Tx, at int64, r Row) error {
	var b [16]byte
	rand.Read(b[:])
	salt := hex.EncodeToString(b[:])
	_, err := tx.ExecContext(ctx, `insert into proof_line (id, kind, subject, version, at, salt, digest) values ($1, $2, $3, $4, $5, $6, $7)`,
		id.New(), r.Kind, r.Subject, r.Version, at, salt, Digest(salt, r.Body))
	return err
}

// QR is what a printed head holds for a camera: the text of the checkpoint, without signatures.
func (h Head) QR() string {
	text, _, _ := strings.Cut(h.Signed, "\n\n")
	return text + "\n"
}
