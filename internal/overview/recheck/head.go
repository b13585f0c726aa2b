package recheck

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

// Patience is how long, in milliseconds after the head that decides, its witnesses are waited for. After that
// who has not signed is left out, and the draw says so.
const Patience = 6 * 3600_000

// settle says what of the witnesses' signatures decides with the head; false while one is waited for. Each
// line is "cosigned NAME SIGNATURE" or "without NAME", in the order of the commitment.
func (d draw) settle(lines map[string]string, patient bool) (string, bool) {
	var b strings.Builder
	for _, key := range strings.Fields(d.Witnesses) {
		w, err := tlog.ParseKnown(key)
		if err != nil {
			return "", false
		}
		sig := strings.TrimSuffix(strings.TrimPrefix(lines[w.Name()], "— "+w.Name()+" "), "\n")
		raw, err := base64.StdEncoding.DecodeString(sig)
		switch {
		case err == nil && len(raw) > 4 && binary.BigEndian.Uint32(raw) == w.KeyHash():
			b.WriteString("cosigned " + w.Name() + " " + sig + "\n")
		case patient:
			return "", false
		default:
			b.WriteString("without " + w.Name() + "\n")
		}
	}
	return b.String(), true
}

// lot is what decides with the secret: the root of the head, and what its witnesses signed, which nobody who
// holds the server and the secret can know before the head is theirs.
func (d draw) lot() string {
	if d.Cosigned == "" {
		return d.Root
	}
	return d.Root + "\n" + d.Cosigned
}

// decide finds the head of draws whose report was closed meanwhile.
func (s *Service) decide(ctx context.Context) (int, error) {
	var list []draw
	err := s.look(ctx, &s.closed, func(tx db.Tx, after int64, whole bool) (n int, err error) {
		var ids []id.ID
		if whole {
			ids, err = undecided(ctx, tx, many)
		} else {
			ids, err = moved(ctx, tx, `x.id > $1 and d.size = 0`, after)
		}
		for _, of := range ids {
			d := draw{ID: of}
			if err == nil {
				d.Size, d.Root, err = headOver(ctx, tx, of)
			}
			if fault.Of(err) == fault.Missing {
				err = nil
			} else if err == nil {
				list = append(list, d)
			}
		}
		return len(ids), err
	})
	if err != nil {
		return 0, err
	}
	return each(list, func(d draw) (bool, error) { // nothing is drawn yet, so it does not count as moved on
		return false, s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `update recheck_draw set size = $2, root = $3 where id = $1 and state = 'committed' and size = 0`, d.ID, d.Size, d.Root)
			return err
		})
	})
}

// Wanted gives the heads above from and up to to that decide draws with witnesses. Joined to the log in
// app/links.go: a witness that signed a later head signs none of them any more.
func (s *Service) Wanted(ctx context.Context, tx db.Tx, from, to int64) (sizes []int64, err error) {
	ids, err := moved(ctx, tx, `x.n >= $1 and d.witnesses <> ''`, from)
	for _, of := range ids {
		size := int64(0)
		if err == nil {
			size, _, err = headOver(ctx, tx, of)
		}
		if fault.Of(err) == fault.Missing {
			err = nil
		}
		if size > from && size <= to {
			sizes = append(sizes, size)
		}
	}
	return sizes, err
}

// moved are draws not drawn whose report was closed, or which were committed to, by a line of the log.
func moved(ctx context.Context, tx db.Tx, line string, at int64) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select d.id from proof_line x cross join recheck_draw d
			where `+line+` and x.kind in ('report.send', 'report.accept') and d.report = x.subject and d.version = x.version and d.state = 'committed'
		union select d.id from proof_line x cross join recheck_draw d
			where `+line+` and x.kind = 'recheck.commit' and d.id = x.subject and d.state = 'committed'`, at)
}

// undecided are draws that have a closed report under a head and have not noted it.
func undecided(ctx context.Context, tx db.Tx, most int) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select d.id from recheck_draw d
		join proof_line l on l.subject = d.report and l.version = d.version and l.kind = `+closing+` and l.n is not null
		join proof_line c on c.subject = d.id and c.kind = 'recheck.commit' and c.version = d.version and c.n is not null
		where d.state = 'committed' and d.size = 0 order by d.id limit $1`, most)
}

// settled says what the witnesses of a draw signed of its head, by what the database has at an instant; false
// while one is waited for.
func (d draw) settled(ctx context.Context, tx db.Tx, now int64) (string, bool, error) {
	at, err := db.One(ctx, tx, db.Value[int64], `select at from proof_head where size = $1`, d.Size)
	if err != nil {
		return "", false, err
	}
	lines, err := proof.Cosignatures(ctx, tx, d.Size)
	if err != nil {
		return "", false, err
	}
	said, done := d.settle(lines, now < at+Patience)
	return said, done, nil
}

// ripe are draws whose head is there, with all that is waited for or no more patience. The number of
// signatures only spares reading most of those that wait: a witness nobody committed to may have given one,
// so that what is settled is asked of each.
func ripe(ctx context.Context, tx db.Tx, now int64, most int) (out []draw, err error) {
	for after := id.ID(0); ; {
		list, err := db.All(ctx, tx, scanDraw, `select `+drawColumns+` from recheck_draw d
			where d.state = 'committed' and d.size > 0 and d.id > $3 and (d.fixed or d.witnesses = '' or (select h.at from proof_head h where h.size = d.size) <= $1
				or (select count(*) from proof_cosignature c where c.size = d.size) > length(d.witnesses) - length(replace(d.witnesses, ' ', '')))
			order by d.id limit $2`, now-Patience, most, int64(after))
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			done := d.fixed || d.Witnesses == ""
			if !done {
				if _, done, err = d.settled(ctx, tx, now); err != nil {
					return nil, err
				}
			}
			if done {
				out = append(out, d)
			}
			after = d.ID
		}
		if len(list) < most || len(out) >= most {
			return out[:min(len(out), most)], nil
		}
	}
}

// fix settles what the witnesses signed, before the first person is drawn; false while one is waited for.
func (s *Service) fix(ctx context.Context, d *draw) (done bool, err error) {
	if d.fixed || d.Witnesses == "" {
		return true, nil
	}
	err = s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
		done = false
		now, err := db.One(ctx, tx, scanDraw, `select `+drawColumns+` from recheck_draw d where d.id = $1`, d.ID)
		if err != nil || now.State != "committed" {
			return err
		}
		if d.Cosigned, done = now.Cosigned, now.fixed; done {
			return nil
		}
		if d.Cosigned, done, err = d.settled(ctx, tx, s.Now.Ms()); err != nil || !done {
			return err
		}
		_, err = tx.ExecContext(ctx, `update recheck_draw set fixed = $2, cosigned = $3 where id = $1`, d.ID, true, d.Cosigned)
		return err
	})
	return done, err
}
