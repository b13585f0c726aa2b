package proof

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/tlog"
)

// The parts of an export: one JSON object on each line, the first says whose log it is. Heads
// come first, then lines in the order of the log, then rows as they stand in the database.
type (
	exportLog struct {
		Log    string `json:"log"`
		Key    string `json:"key"`
		Made   int64  `json:"made"`
		Hashes int64  `json:"hashes"` // how many are kept of the tree
	}
	exportHead struct {
		Head string `json:"head"`
		At   int64  `json:"at"`
		Root string `json:"root"`
	}
	exportLine struct {
		Line string `json:"line"`
		N    int64  `json:"n"`
		Salt string `json:"salt"`
		Kept int64  `json:"kept"` // at, as the database has it
		Tree string `json:"tree"` // hashes kept of the tree since the line before
	}
	exportRow struct {
		Row     string `json:"row"`
		Subject string `json:"subject"`
		Version int64  `json:"version"`
		Body    string `json:"body"`
	}
)

// Export writes the log and everything it seals, as it stands in the database now, for
// quantriet-verify. Only for those who read the log of the whole installation.
func (s *Service) Export(ctx context.Context, who access.Actor, w io.Writer) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := s.audits(ctx, tx, who); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "proof.export", 0, 0, nil, "")
	})
	if err != nil {
		return err
	}
	return s.Dump(ctx, w)
}

// Dump is Export for whoever keeps the machine.
func (s *Service) Dump(ctx context.Context, w io.Writer) error {
	err := s.DB.Read(ctx, func(tx db.Tx) error { return s.DumpIn(ctx, tx, w) })
	if err != nil {
		return fmt.Errorf("export the log: %w", err)
	}
	return nil
}

// DumpIn is Dump of what a transaction sees.
func (s *Service) DumpIn(ctx context.Context, tx db.Tx, w io.Writer) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	to := json.NewEncoder(buffered)
	to.SetEscapeHTML(false)
	kept, err := db.One(ctx, tx, db.Value[int64], `select count(*) from proof_hash`)
	if err != nil {
		return err
	}
	if err := to.Encode(exportLog{s.Log.Name(), s.Log.Public(), s.Now.Ms(), kept}); err != nil {
		return err
	}
	if err := dumpHeads(ctx, tx, to); err != nil {
		return err
	}
	if err := dumpLines(ctx, tx, to); err != nil {
		return err
	}
	if err := s.dumpRows(ctx, tx, to); err != nil {
		return err
	}
	return buffered.Flush()
}

// dumpRows writes what every room has sealed, room by room.
func (s *Service) dumpRows(ctx context.Context, tx db.Tx, to *json.Encoder) error {
	for _, room := range slices.Sorted(maps.Keys(s.Rows)) {
		err := s.Rows[room](ctx, tx, func(r Row) error {
			if !strings.HasPrefix(r.Kind, room+".") {
				return fmt.Errorf("a row of kind %s is none of %s", r.Kind, room)
			}
			return to.Encode(exportRow{r.Kind, r.Subject.String(), r.Version, r.Body})
		})
		if err != nil {
			return fmt.Errorf("sealed rows of %s: %w", room, err)
		}
	}
	return nil
}

// page is how many rows are read at once.
const page = 1000

func dumpHeads(ctx context.Context, tx db.Tx, to *json.Encoder) error {
	for after := int64(0); ; {
		list, err := db.All(ctx, tx, scanHead, `select size, at, root, signed from proof_head where size > $1 order by size limit $2`, after, page)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, h := range list {
			if h, err = witnessed(ctx, tx, h); err != nil {
				return err
			}
			if err := to.Encode(exportHead{h.Signed, h.At, h.Root}); err != nil {
				return err
			}
			after = h.Size
		}
	}
}

type salted struct {
	Line
	salt string
}

// dumpLines writes lines with a place in their order, then those that wait.
func dumpLines(ctx context.Context, tx db.Tx, to *json.Encoder) error {
	scan := func(scan func(...any) error) (l salted, err error) {
		err = scan(&l.ID, &l.N, &l.Kind, &l.Subject, &l.Version, &l.At, &l.Digest, &l.salt)
		return l, err
	}
	for after := int64(-1); ; {
		list, err := db.All(ctx, tx, scan, `select `+lineColumns+`, salt from proof_line where n > $1 order by n limit $2`, after, page)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		if err := dumpPlaced(ctx, tx, to, list); err != nil {
			return err
		}
		after = list[len(list)-1].N
	}
	list, err := db.All(ctx, tx, scan, `select `+lineColumns+`, salt from proof_line where n is null order by id`)
	for _, l := range list {
		if err == nil {
			err = to.Encode(exportLine{l.Text(), l.N, l.salt, l.At, ""})
		}
	}
	return err
}

// dumpPlaced writes lines with the hashes that the database keeps of each.
func dumpPlaced(ctx context.Context, tx db.Tx, to *json.Encoder, list []salted) error {
	kept, err := keptHashes(ctx, tx, tlog.Count(list[0].N), tlog.Count(list[len(list)-1].N+1))
	if err != nil {
		return err
	}
	for _, l := range list {
		var tree []string
		for i := tlog.Count(l.N); i < tlog.Count(l.N+1); i++ {
			tree = append(tree, kept[i])
		}
		if err := to.Encode(exportLine{l.Text(), l.N, l.salt, l.At, strings.Join(tree, " ")}); err != nil {
			return err
		}
	}
	return nil
}

// keptHashes are the stored hashes from one index up to another, as they are written.
func keptHashes(ctx context.Context, tx db.Tx, from, to int64) (map[int64]string, error) {
	out := map[int64]string{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (i int64, err error) {
		var hash string
		err = scan(&i, &hash)
		out[i] = hash
		return i, err
	}, `select i, hash from proof_hash where i >= $1 and i < $2 order by i`, from, to)
	return out, err
}
