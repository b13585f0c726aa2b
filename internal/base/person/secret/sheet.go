package secret

import (
	"context"
	"errors"
	"slices"
	"strings"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/text"
)

// nothing is what offices write where there is no number, folded.
var nothing = []string{"", "-", "--", "0", "x", "k", "khong", "khong co", "chua co"}

// Cells are numbers as a sheet has them. A cell that says there is none, or that was masked in an error
// sheet, says nothing; zeros that a spreadsheet took from the front, as if it were a quantity, come
// back. Fault: Invalid on field identity or phone.
func Cells(identity, phone string) (Numbers, error) {
	n := Numbers{said(identity), said(phone)}.tidy()
	if i := n.Identity; digits(i) && (len(i) == 10 || len(i) == 11) && i[0] != '0' { // those of 12 begin with one zero or two
		n.Identity = strings.Repeat("0", 12-len(i)) + i
	}
	switch p := n.Phone; {
	case !digits(p) || p == "" || p[0] == '0':
	case len(p) == 11 && p[:2] == "84":
		n.Phone = "0" + p[2:]
	case len(p) == 9 || len(p) == 10:
		n.Phone = "0" + p
	}
	return n, n.check()
}

func said(cell string) string {
	if slices.Contains(nothing, text.Fold(cell)) || strings.Contains(cell, "•") {
		return ""
	}
	return cell
}

// Over lays the numbers that are said over what is kept.
func (n Numbers) Over(old Numbers) Numbers {
	if n.Identity != "" {
		old.Identity = n.Identity
	}
	if n.Phone != "" {
		old.Phone = n.Phone
	}
	return old
}

// Kept is what is kept of somebody. Closed: it was sealed with a key that is not here.
type Kept struct {
	Numbers
	Sealed []byte
	Closed bool
}

// All opens the numbers of many people; who has none is not among them.
func All(ctx context.Context, tx db.Tx, box *seal.Box, people []id.ID) (map[id.ID]Kept, error) {
	out := map[id.ID]Kept{}
	for chunk := range batch.Chunks(people) {
		in, args := batch.In(chunk)
		_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			var of id.ID
			var k Kept
			if err = scan(&of, &k.Sealed); err != nil {
				return none, err
			}
			plain, err := box.Open(k.Sealed, about(of))
			if k.Closed = errors.Is(err, seal.ErrClosed); k.Closed {
				err = nil
			}
			k.Identity, k.Phone, _ = strings.Cut(string(plain), "\n")
			out[of] = k
			return none, err
		}, `select person, sealed from person_secret where person in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Owners are the people who have one of the identity numbers, by number.
func Owners(ctx context.Context, tx db.Tx, box *seal.Box, identities []string) (map[string]id.ID, error) {
	var hashes []int64
	for _, n := range identities {
		hashes = append(hashes, hash(box, Numbers{Identity: n}).Identity)
	}
	var people []id.ID
	for chunk := range batch.Chunks(hashes) {
		in, args := batch.In(chunk)
		list, err := db.All(ctx, tx, db.Value[id.ID], `select person from person_secret where identity in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		people = append(people, list...)
	}
	out := map[string]id.ID{}
	kept, err := All(ctx, tx, box, people)
	for of, k := range kept {
		out[k.Identity] = of
	}
	return out, err
}

// Trace is what a sheet did to somebody's numbers, enough to take it back; it holds none in the clear.
type Trace struct {
	Old []byte `json:"old,omitempty"` // sealed, as it was kept
	New Hash   `json:"new"`
}

// Enter replaces the numbers of people; was has what is kept of them. The caller has proved that no identity
// number is another's. traces are by person.
func Enter(ctx context.Context, tx db.Tx, box *seal.Box, list []Entry, was map[id.ID]Kept) (traces map[id.ID]Trace, err error) {
	traces = make(map[id.ID]Trace, len(list))
	var old []id.ID
	for _, e := range list {
		k, known := was[e.Person]
		if traces[e.Person] = (Trace{k.Sealed, found(box, e.Numbers)}); known {
			old = append(old, e.Person)
		}
	}
	for chunk := range batch.Chunks(old) {
		in, args := batch.In(chunk)
		if _, err := tx.ExecContext(ctx, `delete from person_secret where person in (`+in+`)`, args...); err != nil {
			return nil, err
		}
	}
	return traces, Add(ctx, tx, box, list)
}

// found is what the numbers are found by; zero for one that is missing.
func found(box *seal.Box, n Numbers) Hash {
	h := hash(box, n)
	if n.Identity == "" {
		h.Identity = 0
	}
	if n.Phone == "" {
		h.Phone = 0
	}
	return h
}

// Undo puts back what was kept before a sheet; false when the numbers are not as it left them, or an
// identity number has gone to somebody else.
func Undo(ctx context.Context, tx db.Tx, box *seal.Box, person id.ID, t Trace) (bool, error) {
	now, err := db.All(ctx, tx, func(scan func(...any) error) (h Hash, err error) {
		err = scan(&h.Identity, &h.Phone)
		return h, err
	}, `select coalesce(identity, 0), coalesce(phone, 0) from person_secret where person = $1`, person)
	if err != nil || len(now) != 1 || now[0] != t.New {
		return false, err
	}
	var old Numbers
	if t.Old != nil {
		plain, err := box.Open(t.Old, about(person))
		if err != nil {
			return false, err
		}
		old.Identity, old.Phone, _ = strings.Cut(string(plain), "\n")
		owner, err := Owners(ctx, tx, box, []string{old.Identity})
		if of, taken := owner[old.Identity]; err != nil || taken && of != person && old.Identity != "" {
			return false, err
		}
	}
	return true, put(ctx, tx, box, person, old)
}

// Fields names the numbers that differ, for the log.
func Fields(a, b Numbers) []string { return changed(a, b) }
