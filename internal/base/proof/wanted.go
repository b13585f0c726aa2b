package proof

import (
	"context"
	"errors"
	"slices"

	"quantriet/internal/kit/db"
)

// errLonger: a witness goes on and never back.
var errLonger = errors.New("the witness knows a longer log than ours")

// Asked are the public keys of the witnesses that are sent our heads, by name.
func Asked(ctx context.Context, tx db.Tx) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], `select key from proof_witness where url <> '' order by name`)
}

// Cosignatures are the lines of witnesses under the head of a size, by witness.
func Cosignatures(ctx context.Context, tx db.Tx, size int64) (map[string]string, error) {
	out := map[string]string{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var name, line string
		err = scan(&name, &line)
		out[name] = line
		return none, err
	}, `select witness, line from proof_cosignature where size = $1`, size)
	return out, err
}

// AskWitnesses sends the newest head to every witness that has an address and has not signed
// it, and before it each that somebody wants to have signed.
func (s *Service) AskWitnesses(ctx context.Context) error {
	var list []Witness
	asks := map[string][]Head{}
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if list, err = witnesses(ctx, tx); err != nil {
			return err
		}
		last, err := lastHead(ctx, tx)
		for _, w := range list {
			if err == nil && w.URL != "" && w.Size < last.Size {
				asks[w.Name], err = s.asks(ctx, tx, w.Size, last)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, w := range list {
		if len(asks[w.Name]) == 0 {
			continue
		}
		told := ""
		if err := s.askInOrder(ctx, w, asks[w.Name]); err != nil {
			told = err.Error()
		}
		if told != w.Told {
			errs = append(errs, s.DB.Write(ctx, func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `update proof_witness set told = $2 where name = $1`, w.Name, told)
				return err
			}))
		}
	}
	return errors.Join(errs...)
}

// asks are the heads to be signed by a witness that has signed from lines, in order.
func (s *Service) asks(ctx context.Context, tx db.Tx, from int64, last Head) (list []Head, err error) {
	var sizes []int64
	if s.Wanted != nil {
		if sizes, err = s.Wanted(ctx, tx, from, last.Size); err != nil {
			return nil, err
		}
	}
	slices.Sort(sizes)
	for _, size := range slices.Compact(sizes) {
		if size <= from || size >= last.Size {
			continue
		}
		h, err := db.One(ctx, tx, scanHead, `select size, at, root, signed from proof_head where size = $1`, size)
		if err != nil {
			return nil, err
		}
		list = append(list, h)
	}
	return append(list, last), nil
}

// askInOrder asks for one head after the other. A witness that has gone past one is still
// asked for those after it.
func (s *Service) askInOrder(ctx context.Context, w Witness, list []Head) (err error) {
	for _, h := range list {
		if err = s.askOne(ctx, w, h); err == nil {
			w.Size = h.Size
		} else if !errors.Is(err, errLonger) {
			return err
		}
	}
	return err
}
