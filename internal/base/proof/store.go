package proof

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

const lineColumns = `id, coalesce(n, -1), kind, subject, version, at, digest`

func scanLine(scan func(...any) error) (l Line, err error) {
	err = scan(&l.ID, &l.N, &l.Kind, &l.Subject, &l.Version, &l.At, &l.Digest)
	return l, err
}

// LineOf is the last line of a row. Fault: Missing.
func LineOf(ctx context.Context, tx db.Tx, kind string, subject id.ID, version int64) (Line, error) {
	return db.One(ctx, tx, scanLine, `select `+lineColumns+` from proof_line where subject = $1 and kind = $2 and version = $3 order by id desc limit 1`, subject, kind, version)
}

// waiting are lines without a place, oldest first.
func waiting(ctx context.Context, tx db.Tx, most int) ([]Line, error) {
	return db.All(ctx, tx, scanLine, `select `+lineColumns+` from proof_line where n is null order by id limit $1`, most)
}

// hashes reads the tree as it stands in a transaction, and in fresh what is about to be kept.
func hashes(ctx context.Context, tx db.Tx, fresh map[int64]tlog.Hash) tlog.Hashes {
	return func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, n := range indexes {
			h, ok := fresh[n]
			if !ok {
				s, err := db.One(ctx, tx, db.Value[string], `select hash from proof_hash where i = $1`, n)
				if err != nil {
					return nil, fmt.Errorf("hash %d of the log: %w", n, err)
				}
				if h, err = parseHash(s); err != nil {
					return nil, err
				}
			}
			out[i] = h
		}
		return out, nil
	}
}

func parseHash(s string) (h tlog.Hash, err error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, fmt.Errorf("a hash of the log is damaged: %q", s)
	}
	copy(h[:], b)
	return h, nil
}

func written(h tlog.Hash) string { return base64.StdEncoding.EncodeToString(h[:]) }

// rows is how many rows one statement inserts.
const rows = 200

// insertHashes keeps hashes that follow each other from index first on.
func insertHashes(ctx context.Context, tx db.Tx, first int64, list []tlog.Hash) error {
	for len(list) > 0 {
		part := list[:min(rows, len(list))]
		var b strings.Builder
		args := make([]any, 0, 2*len(part))
		b.WriteString(`insert into proof_hash (i, hash) values `)
		for j, h := range part {
			if j > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "($%d, $%d)", 2*j+1, 2*j+2)
			args = append(args, first, written(h))
			first++
		}
		if _, err := tx.ExecContext(ctx, b.String(), args...); err != nil {
			return err
		}
		list = list[len(part):]
	}
	return nil
}

// Head is a signed head with those who signed it.
type Head struct {
	Size      int64    `json:"size" doc:"lines in the log"`
	At        int64    `json:"at" doc:"Unix milliseconds UTC"`
	Root      string   `json:"root" doc:"base64"`
	Signed    string   `json:"signed" doc:"checkpoint, c2sp.org/tlog-checkpoint, with all signatures"`
	Witnesses []string `json:"witnesses" doc:"who signed besides the log itself"`
}

func scanHead(scan func(...any) error) (h Head, err error) {
	err = scan(&h.Size, &h.At, &h.Root, &h.Signed)
	return h, err
}

// lastHead is the newest head; Size 0 when nothing was ever signed.
func lastHead(ctx context.Context, tx db.Tx) (Head, error) {
	h, err := db.One(ctx, tx, scanHead, `select size, at, root, signed from proof_head order by size desc limit 1`)
	if fault.Of(err) == fault.Missing {
		return Head{}, nil
	}
	return h, err
}

// headOver is the smallest head in which line n stands. Fault: Missing.
func headOver(ctx context.Context, tx db.Tx, n int64) (Head, error) {
	return db.One(ctx, tx, scanHead, `select size, at, root, signed from proof_head where size > $1 order by size limit 1`, n)
}

// witnessed puts the signatures of witnesses under a head.
func witnessed(ctx context.Context, tx db.Tx, h Head) (Head, error) {
	type signature struct{ name, line string }
	list, err := db.All(ctx, tx, func(scan func(...any) error) (s signature, err error) {
		err = scan(&s.name, &s.line)
		return s, err
	}, `select witness, line from proof_cosignature where size = $1 order by witness`, h.Size)
	for _, s := range list {
		h.Signed += s.line
		h.Witnesses = append(h.Witnesses, s.name)
	}
	return h, err
}

func insertHead(ctx context.Context, tx db.Tx, h Head) error {
	_, err := tx.ExecContext(ctx, `insert into proof_head (size, at, root, signed) values ($1, $2, $3, $4)`, h.Size, h.At, h.Root, h.Signed)
	return err
}
