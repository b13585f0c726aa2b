package recheck

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Nobody can know who is asked before the head is signed: the secret and the lists stand in
// the log before it, the secret is encrypted, and the root that decides did not exist.
func TestDrawCannotBePredicted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.closes(t, commune, 1)
		w.head(t) // the report stands under a head that came before the commitment
		w.advance(t)
		if x := w.of(t, commune); x.State != "committed" || len(w.people(t, commune)) != 0 || x.Size != 0 {
			t.Fatalf("drawn by a head that everybody knew before the secret was committed to: %v", x.State)
		}
		committed := w.of(t, commune)
		if bytes.Contains(committed.secret, []byte(committed.Hash)) || len(committed.secret) <= 32 {
			t.Error("the secret is not encrypted")
		}
		if n := w.advance(t); n != 0 {
			t.Errorf("%d steps without a new head", n)
		}
		w.head(t)
		w.advance(t)
		x := w.of(t, commune)
		if x.State != "drawn" || x.Size == 0 || x.Hash != committed.Hash || !reflect.DeepEqual(x.Strata, committed.Strata) {
			t.Fatalf("%+v", x)
		}
		secret, err := w.secret(x)
		if err != nil || Hash(secret) != x.Hash {
			t.Error("not the secret that was committed to", err)
		}
		var got []Pick
		for _, p := range w.people(t, commune) {
			got = append(got, Pick{p.stratum, p.Counted, p.place})
		}
		want := Draw(secret, x.Root, x.Strata)
		if len(got) != len(want) || len(got) < 6 {
			t.Fatalf("asked %v, drawn %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("asked %v, drawn %v", got[i], want[i])
			}
		}
	})
}

// A closed report without its draw is said, on the page and to whoever asks the API.
func TestDrawCannotBeSkipped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.closes(t, commune, 1)
		see := func(state string, missing int64) {
			t.Helper()
			v, err := w.Show(ctx, w.above, round, 0, db.Page{})
			if err != nil || len(v.List.Items) != 1 || v.List.Items[0].State != state || v.Missing != missing {
				t.Errorf("%+v %v, want %s and %d", v, err, state, missing)
			}
		}
		see("waiting", 0)
		w.clock = noon.Add(25 * time.Hour)
		see("skipped", 1)
		w.advance(t)
		see("skipped", 1) // committed is not drawn
		w.head(t)
		w.advance(t)
		see("drawn", 0)
	})
}

// However often the worker runs, in however many processes, a version of a report is drawn
// once; only an amended version is drawn anew, and the first draw stays.
func TestDrawCannotBeRepeated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		first := w.drawn(t)
		x := w.of(t, commune)
		second := &world{Service: &Service{DB: d, Now: w.Now, Seal: w.Seal}}
		for range 3 {
			w.head(t)
			if n := w.advance(t) + second.advance(t); n != 0 {
				t.Errorf("%d steps more", n)
			}
		}
		if !reflect.DeepEqual(first, w.people(t, commune)) || !reflect.DeepEqual(x, w.of(t, commune)) {
			t.Error("another draw")
		}
		err := d.Write(ctx, func(tx db.Tx) error {
			return insertDraw(ctx, tx, draw{ID: id.New(), Campaign: round, Unit: commune, Report: communal, Version: 1, Asker: province, State: "committed"}, []byte("x"))
		})
		if !db.IsDuplicate(err) {
			t.Errorf("a second draw for the same version: %v", err)
		}
		w.closes(t, commune, 2)
		w.advance(t)
		w.head(t)
		w.advance(t)
		if y := w.of(t, commune); y.ID == x.ID || y.Version != 2 || y.State != "drawn" || y.Hash == x.Hash {
			t.Errorf("an amended version has no draw of its own: %+v", y)
		}
	})
}

// Each unit directly below is asked at the first sealed report of the year.
func TestEveryUnitOnceAYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.Flags = func(_ context.Context, _ db.Tx, _, unit id.ID) (map[id.ID]int64, error) {
			return map[id.ID]int64{cell3: 3}, nil
		}
		got := map[id.ID]int{}
		for _, p := range w.drawn(t) {
			got[p.stratum]++
		}
		if got[cell1] == 0 || got[cell2] == 0 || got[cell3] == 0 {
			t.Errorf("somebody was left out: %v", got)
		}
		w.closes(t, commune, 2)
		w.advance(t)
		if s := w.of(t, commune).Strata; s[0].Weight != 0 || s[1].Weight != 0 || s[2].Weight != 3 {
			t.Errorf("weights later in the year: %d %d %d", s[0].Weight, s[1].Weight, s[2].Weight)
		}
		w.clock = noon.AddDate(1, 0, 0)
		w.closes(t, commune, 3)
		w.advance(t)
		if s := w.of(t, commune).Strata; s[0].Weight != 1 || s[1].Weight != 1 {
			t.Errorf("weights next year: %d %d", s[0].Weight, s[1].Weight)
		}
	})
}

func TestAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		list := w.drawn(t)
		first := list[0]
		who := member(first.Person)
		mine, err := w.MyAsks(ctx, who)
		if err != nil || len(mine) != 1 || mine[0].Question != "there" || mine[0].Title != "Hội nghị học tập mẫu" || mine[0].Place != "Hội trường mẫu" {
			t.Fatalf("%+v %v", mine, err)
		}
		say := func(who access.Actor, question, value string, want fault.Kind) {
			t.Helper()
			if _, err := w.Answer(ctx, who, first.Draw, question, value); kindOf(err) != want {
				t.Errorf("%s %s: %v, want %d", question, value, err, want)
			}
		}
		say(member(1), "there", "yes", fault.Missing)
		say(access.Actor{Account: 1}, "there", "yes", fault.Missing)
		say(who, "there", "perhaps", fault.Invalid)
		say(who, "heard", "yes", fault.Conflict)
		for _, a := range [][2]string{{"there", "yes"}, {"there", "yes"}, {"form", "in_person"}, {"heard", "yes"}, {"heard", "yes"}} {
			say(who, a[0], a[1], fine)
		}
		say(who, "heard", "no", fault.Conflict)
		if got := w.people(t, commune)[0]; got.Answer != "confirmed" || got.Closes != w.Now.Ms() {
			t.Errorf("%+v", got)
		}
		w.clock = noon.Add(11 * 24 * time.Hour)
		say(member(list[1].Person), "there", "yes", fault.Missing)
		if mine, _ := w.MyAsks(ctx, who); len(mine) != 0 {
			t.Error("asked after the end")
		}
		w.advance(t)
		for i, p := range w.people(t, commune) {
			if i > 0 && p.Answer != "skipped" {
				t.Errorf("who did not answer is %q", p.Answer)
			}
		}
		x := w.of(t, commune)
		secret, err := hex.DecodeString(x.Shown)
		if err != nil || x.State != "closed" || Hash(secret) != x.Hash || len(Draw(secret, x.Root, x.Strata)) != len(list) {
			t.Errorf("the draw cannot be computed anew: %+v %v", x, err)
		}
	})
}

// Who is drawn for the commune's and for the province's report answers once for both.
func TestTwoLevelsAskOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		list := w.drawn(t)
		for _, p := range list {
			if _, err := w.Answer(ctx, member(p.Person), p.Draw, "there", "no"); err != nil {
				t.Fatal(err)
			}
		}
		w.closes(t, province, 1)
		w.advance(t)
		w.head(t)
		w.advance(t)
		answered := map[id.ID]string{}
		for _, p := range list {
			answered[p.Person] = "yes"
		}
		for _, p := range w.people(t, province) {
			if (p.Answer != "") != (answered[p.Person] != "") {
				t.Errorf("%s was asked before: %v; now %q", p.Person, answered[p.Person], p.Answer)
			}
		}
		if x := w.of(t, province); x.Asker != province || x.State != "drawn" {
			t.Errorf("the owner's own report: %+v", x)
		}
	})
}

// What one person said is shown to nobody; the unit sees one total, who accepts the report sees those of its parts.
func TestWhoSeesWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.drawn(t)
		before, err := w.Show(ctx, w.above, round, commune, db.Page{})
		if err != nil || before.List.Items[0].Total.Shown || before.Unit.Secret != "" || !before.Unit.Above {
			t.Errorf("before the end: %+v %v", before, err)
		}
		w.clock = noon.Add(11 * 24 * time.Hour)
		w.advance(t)
		v, err := w.Show(ctx, w.above, round, commune, db.Page{})
		if err != nil || !v.List.Items[0].Total.Shown || v.List.Items[0].Total.Skipped == 0 || v.Unit.Secret == "" || len(v.Unit.Parts) != 3 {
			t.Fatalf("%+v %v", v, err)
		}
		for _, p := range v.Unit.Parts {
			if p.Total.Shown {
				t.Errorf("three of %s were asked, and their total is shown", p.Name)
			}
		}
		own, err := w.Show(ctx, w.officer, round, commune, db.Page{})
		if err != nil || own.Unit.Secret != "" || len(own.Unit.Parts) != 0 || own.Unit.Above {
			t.Errorf("the unit itself: %+v %v", own.Unit, err)
		}
		low, err := w.Show(ctx, w.secretary, round, 0, db.Page{})
		if err != nil || len(low.List.Items) != 0 {
			t.Errorf("a cell below: %+v %v", low, err)
		}
		if _, err := w.Show(ctx, w.secretary, round, commune, db.Page{}); fault.Of(err) != fault.Missing {
			t.Errorf("a cell below asks for the commune: %v", err)
		}
		if _, err := w.Show(ctx, w.outside, round, 0, db.Page{}); fault.Of(err) != fault.Missing {
			t.Errorf("an outsider: %v", err)
		}
	})
}

// The rows as they stand are those that were sealed; whatever is changed in the tables makes another row.
func TestSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		list := w.drawn(t)
		if _, err := w.Answer(ctx, member(list[0].Person), list[0].Draw, "there", "no"); err != nil {
			t.Fatal(err)
		}
		w.clock = noon.Add(11 * 24 * time.Hour)
		w.advance(t)
		w.head(t)
		rows := func() string {
			t.Helper()
			var b strings.Builder
			err := d.Read(ctx, func(tx db.Tx) error {
				return w.Sealed(ctx, tx, func(r proof.Row) error {
					_, err := fmt.Fprintln(&b, r.Kind, r.Subject, r.Version, r.Body)
					return err
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		sealed := rows()
		for _, kind := range []string{sealCommit, sealDraw, sealReveal} {
			if !strings.Contains(sealed, kind) {
				t.Errorf("no row %s in %s", kind, sealed)
			}
		}
		if strings.Contains(sealed, "Đảng viên") || strings.Contains(sealed, list[0].Person.String()) {
			t.Error("the log names somebody")
		}
		for _, q := range []string{
			`update recheck_person set answer = 'confirmed' where answer = 'denied'`,
			`update recheck_person set place = place + 1 where place = 0`,
			`update recheck_draw set shown = 'ab'`,
			`update recheck_stratum set list = '+1'`,
			`update recheck_draw set hash = 'ab'`,
			`delete from recheck_person where answer = 'skipped'`,
		} {
			was := rows()
			if err := d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q); return err }); err != nil {
				t.Fatal(err)
			}
			if rows() == was {
				t.Errorf("not seen: %s", q)
			}
		}
	})
}

// A secret that cannot be read any more keeps its own draw waiting, and not the end of the others.
func TestBrokenDraw(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.drawn(t)
	w.closes(t, province, 1)
	w.advance(t)
	w.head(t)
	err := w.DB.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `update recheck_draw set secret = $1 where unit = $2`, []byte("x"), province)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.clock = w.clock.Add(11 * 24 * time.Hour)
	if n, err := w.Advance(ctx); err == nil || n != 1 {
		t.Errorf("%d moved on, %v", n, err)
	}
	if x, y := w.of(t, commune), w.of(t, province); x.State != "closed" || y.State != "committed" {
		t.Errorf("%s, %s", x.State, y.State)
	}
}
