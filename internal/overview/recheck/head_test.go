package recheck

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/tlog"
	"quantriet/internal/ui"
)

// watched gives the log a witness: another installation that signs its heads while it is up.
func watched(t *testing.T, w *world) (other *proof.Service, srv *httptest.Server) {
	t.Helper()
	seconds := func() int64 { return w.clock.Unix() }
	other = &proof.Service{DB: dbtest.One(t), Now: w.Now, Log: tlog.LogKey("quantriet-ban", bytes.Repeat([]byte{3}, 32)), Witness: tlog.WitnessKey("quantriet-ban", bytes.Repeat([]byte{7}, 32), seconds)}
	site := &web.Site{Now: w.Now, WhoIs: func(*http.Request) (access.Actor, error) { return access.Actor{}, nil }}
	srv = httptest.NewServer(site.Handler(other.Routes(), ui.Static()))
	t.Cleanup(srv.Close)
	err := other.DB.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into proof_origin (name, key, added_at) values ($1, $2, 0)`, w.log.Log.Name(), w.log.Log.Public())
		return err
	})
	if err == nil {
		err = w.log.DB.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into proof_witness (name, key, url, added_at) values ($1, $2, $3, 0)`, other.Witness.Name(), other.Witness.Public(), srv.URL+"/proof/add-checkpoint")
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.log.Wanted = w.Wanted
	return other, srv
}

func (w *world) witnessed(t *testing.T) {
	t.Helper()
	if err := w.log.AskWitnesses(ctx); err != nil {
		t.Fatal(err)
	}
}

// Who holds server and secret cannot try out heads: what a witness signs of the deciding one is part of the
// draw, the witness signs one of that size and no other, and the draw waits for it although later heads came.
func TestDrawWaitsForTheWitness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		_, srv := watched(t, w)
		w.closes(t, commune, 1)
		w.advance(t)
		w.head(t)
		w.advance(t)
		for range 3 { // the log goes on meanwhile
			w.line(t)
			w.head(t)
			w.advance(t)
		}
		before := w.of(t, commune)
		if before.State != "committed" || before.Size != 3 || !strings.HasPrefix(before.Witnesses, "quantriet-ban+") {
			t.Fatalf("not waiting: %+v", before)
		}
		w.witnessed(t)
		w.advance(t)
		x := w.of(t, commune)
		if x.State != "drawn" || x.Size != before.Size || !strings.HasPrefix(x.Cosigned, "cosigned quantriet-ban ") {
			t.Fatalf("%+v", x)
		}
		secret, err := w.secret(x)
		if err != nil || len(Draw(secret, x.lot(), x.Strata)) != len(w.people(t, commune)) || reflect.DeepEqual(Draw(secret, x.lot(), x.Strata), Draw(secret, x.Root, x.Strata)) {
			t.Error("the signature does not decide", err)
		}
		srv.Close() // from now on there is no answer
		w.closes(t, province, 1)
		w.advance(t)
		w.head(t)
		w.clock = w.clock.Add(5 * time.Hour)
		w.advance(t)
		if y := w.of(t, province); y.State != "committed" || y.Size == 0 {
			t.Fatalf("drawn without the witness after five hours: %+v", y)
		}
		w.clock = w.clock.Add(2 * time.Hour)
		w.advance(t)
		if y := w.of(t, province); y.State != "drawn" || y.Cosigned != "without quantriet-ban\n" {
			t.Fatalf("%+v", y)
		}
		v, err := w.Show(ctx, w.above, round, province, db.Page{})
		if err != nil || len(v.Unit.Without) != 1 || len(v.Unit.Cosigned) != 0 {
			t.Errorf("what is said of it: %+v %v", v.Unit, err)
		}
		w.clock = w.clock.Add(11 * 24 * time.Hour)
		w.advance(t)
		w.head(t)
		w.sample(t)
	})
}

// A draw that a stranger signed waits like any other, and keeps no place from those that are ripe.
func TestStrangersSignatureRipensNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		watched(t, w)
		w.closes(t, commune, 1)
		w.closes(t, province, 1)
		w.advance(t)
		w.head(t)
		w.advance(t)
		first, second := w.of(t, commune), w.of(t, province)
		if first.ID > second.ID {
			first, second = second, first
		}
		ripe := func(most int) (ids []any) {
			if err := d.Read(ctx, func(tx db.Tx) error {
				list, err := ripe(ctx, tx, w.Now.Ms(), most)
				for _, x := range list {
					ids = append(ids, x.ID)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return ids
		}
		if err := d.Write(ctx, func(tx db.Tx) error {
			if _, err := tx.ExecContext(ctx, `insert into proof_cosignature (size, witness, line, at) values ($1, 'stranger', '— stranger AAAAAAAA', 1)`, first.Size); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `update recheck_draw set witnesses = '' where id = $1`, second.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, most := range []int{1, many} {
			if ids := ripe(most); len(ids) != 1 || ids[0] != second.ID {
				t.Errorf("%v of %s and %s, at most %d", ids, first.ID, second.ID, most)
			}
		}
		w.witnessed(t)
		if ids := ripe(many); len(ids) != 2 {
			t.Errorf("signed: %v", ids)
		}
		if ids := ripe(1); len(ids) != 1 || ids[0] != first.ID {
			t.Errorf("one at a time: %v", ids)
		}
	})
}

// sample writes what cmd/quantriet-verify is tested with.
func (w *world) sample(t *testing.T) {
	dir := os.Getenv("DRAW_SAMPLE")
	if dir == "" {
		return
	}
	var b bytes.Buffer
	if err := w.log.Dump(ctx, &b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "draw.jsonl"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A witness gives one signature of a head and no second one to choose from.
func TestWitnessSignsOnce(t *testing.T) {
	w := seed(t, dbtest.One(t))
	other, _ := watched(t, w)
	w.line(t)
	w.head(t)
	h, err := w.log.Last(ctx)
	if err != nil {
		t.Fatal(err)
	}
	first, err := other.Cosign(ctx, tlog.Ask{Signed: h.Signed}.Text())
	if err != nil {
		t.Fatal(err)
	}
	w.clock = w.clock.Add(time.Hour)
	again, err := other.Cosign(ctx, tlog.Ask{Old: h.Size, Signed: h.Signed}.Text())
	if err != nil || again != first {
		t.Errorf("%q, then %q, %v", first, again, err)
	}
}

// line puts something else into the log.
func (w *world) line(t *testing.T) {
	t.Helper()
	err := w.log.DB.Write(ctx, func(tx db.Tx) error {
		return proof.Append(ctx, tx, w.Now.Ms(), proof.Row{Kind: "recheck.other", Subject: 1, Version: 1, Body: "x"})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A version that was accepted and opened again at once, before anybody looked, is drawn from all the same, and
// so is the next one; until then it is missed.
func TestReopenedAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.advance(t) // everything was looked at: from here on only what is new
		w.closes(t, commune, 1)
		err := d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `update report set state = 'returned', reopened = true where id = $1`, communal)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.clock = w.clock.Add(25 * time.Hour)
		if v, err := w.Show(ctx, w.above, round, 0, db.Page{}); err != nil || v.Missing != 1 {
			t.Errorf("%d missing, %v", v.Missing, err)
		}
		for range 2 {
			w.advance(t)
			w.head(t)
			w.advance(t)
		}
		if x := w.of(t, commune); x.Version != 1 || x.State != "drawn" {
			t.Fatalf("%+v", x)
		}
		w.closes(t, commune, 2)
		w.advance(t)
		w.head(t)
		w.advance(t)
		if x := w.of(t, commune); x.Version != 2 || x.State != "drawn" {
			t.Errorf("%+v", x)
		}
		if v, err := w.Show(ctx, w.above, round, 0, db.Page{}); err != nil || v.Missing != 0 {
			t.Errorf("%d missing, %v", v.Missing, err)
		}
	})
}
