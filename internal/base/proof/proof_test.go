package proof

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 2, 7, 12, 0, 0, 0, clock.Zone)
)

type house struct {
	*Service
	keeper, auditor, cell access.Actor
}

func open(t *testing.T, d *db.DB, name string) *house {
	t.Helper()
	seed := sum(name)
	h := &house{Service: &Service{DB: d, Now: clock.Fixed(noon), Log: tlog.LogKey(name, seed), Witness: tlog.WitnessKey(name, seed, noon.Unix)}}
	top := org.Unit{ID: id.New(), Code: "T", Level: "province", Name: "Tỉnh mẫu"}
	low := org.Unit{ID: id.New(), Code: "T1", Level: "cell", Name: "Chi bộ mẫu", Parent: top.ID}
	if err := d.Write(ctx, func(tx db.Tx) error { return org.AddAll(ctx, tx, []org.Unit{top, low}, 1, 0) }); err != nil {
		t.Fatal(err)
	}
	as := func(r access.Role, unit id.ID) access.Actor {
		return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2026-01-01"}}}
	}
	h.keeper, h.auditor, h.cell = as(access.Operator, top.ID), as(access.Auditor, top.ID), as(access.Auditor, low.ID)
	return h
}

func sum(s string) []byte {
	b := []byte(Digest("", s))
	return b[:32]
}

func (h *house) append(t *testing.T, n int) (last id.ID) {
	t.Helper()
	for range n {
		last = id.New()
		err := h.DB.Write(ctx, func(tx db.Tx) error {
			return Append(ctx, tx, h.Now.Ms(), Row{Kind: "report.send", Subject: last, Version: 1, Body: "nội dung"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return last
}

func (h *house) advance(t *testing.T) {
	t.Helper()
	if _, err := h.Advance(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestLinesGetTheirPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "quantriet-a")
		h.advance(t)
		if head, err := h.Last(ctx); err != nil || head.Size != 0 {
			t.Fatal("nothing sealed, nothing signed:", head, err)
		}
		subject := h.append(t, 3)
		var mark Mark
		look := func() {
			t.Helper()
			if err := d.Read(ctx, func(tx db.Tx) (err error) { mark, err = MarkOf(ctx, tx, "report.send", subject, 1); return err }); err != nil {
				t.Fatal(err)
			}
		}
		if look(); mark.Line.N != -1 || mark.Head.Size != 0 {
			t.Error("a line waits:", mark)
		}
		if _, err := h.Place(ctx, mark.Line.ID); fault.Key(err) != "proof.waiting" {
			t.Error(err)
		}
		h.advance(t)
		if look(); mark.Line.N != 2 || mark.Head.Size != 3 {
			t.Error("a line has its place:", mark)
		}
		h.append(t, 5)
		h.advance(t)
		h.advance(t)
		p, err := h.Place(ctx, mark.Line.ID)
		if err != nil {
			t.Fatal(err)
		}
		known, _ := tlog.ParseKnown(h.Log.Public())
		head, _, err := tlog.Open(p.Head.Signed, known)
		if err != nil || head.Size != 8 {
			t.Fatal(head, err)
		}
		if err := tlog.CheckInclusion(unwritten(t, p.Proof), head, 2, tlog.Line(p.Text)); err != nil {
			t.Error(err)
		}
		c, err := h.Continue(ctx, 3)
		if err != nil || c.Old.Root != mark.Head.Root {
			t.Fatal(c, err)
		}
		old, _, _ := tlog.Open(mark.Head.Signed, known)
		if err := tlog.CheckConsistency(unwritten(t, c.Proof), head, old); err != nil {
			t.Error(err)
		}
		for _, size := range []int64{-1, 0, 9} {
			if _, err := h.Continue(ctx, size); fault.Of(err) != fault.Missing {
				t.Error(size, err)
			}
		}
	})
}

func unwritten(t *testing.T, list []string) (out []tlog.Hash) {
	for _, s := range list {
		var h tlog.Hash
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		copy(h[:], b)
		out = append(out, h)
	}
	return out
}

// A row that is not kept has no line, and the reverse.
func TestNoLineWithoutItsRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "quantriet-a")
		err := d.Write(ctx, func(tx db.Tx) error {
			if err := Append(ctx, tx, 1, Row{Kind: "x", Subject: 1}); err != nil {
				return err
			}
			return errors.New("changed my mind")
		})
		if err == nil {
			t.Fatal("kept")
		}
		h.advance(t)
		if head, _ := h.Last(ctx); head.Size != 0 {
			t.Error("a line without its row:", head)
		}
	})
}

// Many seal and several replicas give places at once: every line once, every head true.
func TestManyAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "quantriet-a")
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { h.append(t, 12) })
			all.Go(func() {
				for range 6 {
					if _, err := h.Advance(ctx); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		h.advance(t)
		head, err := h.Last(ctx)
		if err != nil || head.Size != 48 {
			t.Fatal(head.Size, err)
		}
	})
}

// A head or a stored hash that was changed is not gone on from.
func TestNothingIsSignedOverDamage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "quantriet-a")
		for _, c := range []struct{ harm, mend string }{
			{`update proof_hash set hash = (select x.hash from proof_hash x where x.i = 0) where i = 2`, ``},
			{`update proof_hash set i = i + 100 where i = 3`, `update proof_hash set i = i - 100 where i = 103`},
			{`update proof_head set root = 'x' || root`, `update proof_head set root = substr(root, 2)`},
			{`update proof_head set signed = replace(signed, 'time', 'dime')`, `update proof_head set signed = replace(signed, 'dime', 'time')`},
		} {
			if d.Write(ctx, func(tx db.Tx) error {
				for _, q := range []string{`delete from proof_line`, `delete from proof_head`, `delete from proof_hash`} {
					if _, err := tx.ExecContext(ctx, q); err != nil {
						return err
					}
				}
				return nil
			}) != nil {
				t.Fatal("not empty")
			}
			h.append(t, 3)
			h.advance(t)
			ex := func(q string) {
				if err := d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q); return err }); err != nil {
					t.Fatal(err)
				}
			}
			ex(c.harm)
			h.append(t, 1)
			if _, err := h.Advance(ctx); !errors.Is(err, errDamaged) {
				t.Errorf("signed after %s: %v", c.harm, err)
			}
			if c.mend == "" {
				continue
			}
			ex(c.mend)
			h.advance(t)
		}
	})
}

func TestWitness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "quantriet-a")
		other := open(t, dbtest.One(t), "quantriet-b")
		site := &web.Site{Now: clock.Fixed(noon), WhoIs: func(*http.Request) (access.Actor, error) { return access.Actor{}, nil }, Name: func(*http.Request) (string, bool) { return "", true }}
		srv := httptest.NewServer(site.Handler(other.Routes(), http.NotFoundHandler()))
		defer srv.Close()
		if err := other.AddOrigin(ctx, other.keeper, h.Log.Public()); err != nil {
			t.Fatal(err)
		}
		if err := h.AddWitness(ctx, h.keeper, other.Witness.Public(), srv.URL+"/proof/add-checkpoint"); err != nil {
			t.Fatal(err)
		}
		for _, more := range []int{3, 4, 1} {
			h.append(t, more)
			h.advance(t)
			if err := h.AskWitnesses(ctx); err != nil {
				t.Fatal(err)
			}
			head, err := h.Last(ctx)
			if err != nil || len(head.Witnesses) != 1 {
				t.Fatal(head, err)
			}
			own, _ := tlog.ParseKnown(h.Log.Public())
			w, _ := tlog.ParseKnown(other.Witness.Public())
			if _, by, err := tlog.Open(head.Signed, own, w); err != nil || len(by) != 1 {
				t.Error(by, err)
			}
		}
		// a log that was set back and gone on from finds no witness
		set := []string{`delete from proof_cosignature where size > 3`, `delete from proof_head where size > 3`, `delete from proof_hash where i >= 4`, `delete from proof_line where n >= 3`}
		for _, q := range set {
			if err := d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q); return err }); err != nil {
				t.Fatal(err)
			}
		}
		h.append(t, 9)
		h.advance(t)
		if err := h.AskWitnesses(ctx); err != nil {
			t.Fatal(err)
		}
		head, _ := h.Last(ctx)
		if len(head.Witnesses) != 0 {
			t.Error("a witness signs two pasts")
		}
	})
}

func TestCosignRefuses(t *testing.T) {
	h := open(t, dbtest.One(t), "quantriet-b")
	log := open(t, dbtest.One(t), "quantriet-a")
	log.append(t, 2)
	log.advance(t)
	head, _ := log.Last(ctx)
	ask := tlog.Ask{Signed: head.Signed}.Text()
	status := func(body string) int {
		_, err := h.Cosign(ctx, body)
		r, _ := errors.AsType[Refusal](err)
		return r.Status
	}
	before := h.DB.Stats().Writes
	if got := status(ask); got != http.StatusNotFound || h.DB.Stats().Writes != before {
		t.Error("an unknown log, of which nobody shall wait for a writer:", got)
	}
	if err := h.AddOrigin(ctx, h.keeper, log.Log.Public()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		says, body string
		want       int
	}{
		{"nothing", "", 400},
		{"not a request", "old x\n\n", 400},
		{"no signature", "old 0\n\nquantriet-a\n2\n" + head.Root + "\n\n— quantriet-a AAAAAAAA\n", 403},
		{"an old size larger than the new", tlog.Ask{Old: 5, Signed: head.Signed}.Text(), 400},
		{"an old size we do not know", tlog.Ask{Old: 1, Signed: head.Signed}.Text(), 409},
		{"NUL in the name", "old 0\n\nquantriet\x00a\n2\n", 404},
		{"the first head", ask, 0},
		{"the first head again, from nought", ask, 409},
		{"the same head", tlog.Ask{Old: 2, Signed: head.Signed}.Text(), 0},
	} {
		if got := status(c.body); got != c.want {
			t.Errorf("%s: %d, want %d", c.says, got, c.want)
		}
	}
	log.append(t, 1)
	log.advance(t)
	next, _ := log.Last(ctx)
	if got := status(tlog.Ask{Old: 2, Signed: next.Signed}.Text()); got != http.StatusUnprocessableEntity {
		t.Error("no proof:", got)
	}
}

func TestDoors(t *testing.T) {
	h := open(t, dbtest.One(t), "quantriet-a")
	h.append(t, 3)
	h.advance(t)
	head, _ := h.Last(ctx)
	who := h.keeper
	site := &web.Site{Now: clock.Fixed(noon), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Mẫu", true }}
	doors := site.Handler(h.Routes(), http.NotFoundHandler())
	knock := func(as access.Actor, method, path string, form url.Values) *httptest.ResponseRecorder {
		who = as
		r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		doors.ServeHTTP(w, r)
		return w
	}
	witness := tlog.WitnessKey("quantriet-c", sum("c"), noon.Unix).Public()
	for _, c := range []struct {
		says         string
		as           access.Actor
		method, path string
		form         url.Values
		status       int
		has          string
	}{
		{"the log", h.cell, "GET", "/proof", nil, 200, head.Root},
		{"a head that agrees", h.cell, "GET", "/proof?size=3&root=" + url.QueryEscape(head.Root[:8]), nil, 200, "Khớp"},
		{"one that does not", h.cell, "GET", "/proof?size=3&root=AAAAAAAA", nil, 200, "Không khớp"},
		{"one of a longer log", h.cell, "GET", "/proof?size=4&root=AAAAAAAA", nil, 200, "lùi lại"},
		{"one that is none", h.cell, "GET", "/proof?size=%00&root=%ff", nil, 200, "Chưa đối chiếu"},
		{"the signed text", access.Actor{}, "GET", "/proof/checkpoint", nil, 200, "— quantriet-a "},
		{"the export for the whole", h.auditor, "GET", "/proof/export.jsonl", nil, 200, `"log":"quantriet-a"`},
		{"the export for a part", h.cell, "GET", "/proof/export.jsonl", nil, 403, ""},
		{"a witness", h.keeper, "POST", "/proof/witnesses", url.Values{"key": {witness}}, 303, ""},
		{"the same again", h.keeper, "POST", "/proof/witnesses", url.Values{"key": {witness}}, 422, "đã có"},
		{"a log as witness", h.keeper, "POST", "/proof/witnesses", url.Values{"key": {h.Log.Public()}}, 422, "không phải khóa làm chứng"},
		{"an address that is none", h.keeper, "POST", "/proof/witnesses", url.Values{"key": {tlog.WitnessKey("d", sum("d"), nil).Public()}, "url": {"file:///etc"}}, 422, "https://"},
		{"a witness by somebody below", h.cell, "POST", "/proof/witnesses", url.Values{"key": {witness}}, 403, ""},
		{"our own log", h.keeper, "POST", "/proof/origins", url.Values{"log": {h.Log.Public()}}, 422, "chính mình"},
		{"another log", h.keeper, "POST", "/proof/origins", url.Values{"log": {tlog.LogKey("e", sum("e")).Public()}}, 303, ""},
		{"a key too long", h.keeper, "POST", "/proof/origins", url.Values{"log": {strings.Repeat("a", 900)}}, 422, ""},
		{"a line that is not there", h.cell, "GET", "/api/v1/proof/lines/0000000000001", nil, 404, ""},
		{"a line that is no id", h.cell, "GET", "/api/v1/proof/lines/x", nil, 422, ""},
		{"a head", h.cell, "GET", "/api/v1/proof/heads/2", nil, 200, `"proof"`},
		{"a head that never was", h.cell, "GET", "/api/v1/proof/heads/99", nil, 404, ""},
		{"the log by program", h.cell, "GET", "/api/v1/proof", nil, 200, `"size":3`},
	} {
		if r := knock(c.as, c.method, c.path, c.form); r.Code != c.status || !strings.Contains(r.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.300s", c.says, r.Code, c.status, c.has, r.Body)
		}
	}
}

func BenchmarkAdvance(b *testing.B) {
	d := dbtest.One(b)
	h := &Service{DB: d, Now: clock.Fixed(noon), Log: tlog.LogKey("quantriet-a", bytes.Repeat([]byte{1}, 32))}
	for b.Loop() {
		b.StopTimer()
		err := d.Write(ctx, func(tx db.Tx) error {
			for i := range batch {
				if err := Append(ctx, tx, 1, Row{Kind: "report.send", Subject: id.New(), Version: int64(i), Body: fmt.Sprint("nội dung ", i)}); err != nil {
					return err
				}
			}
			return nil
		})
		b.StartTimer()
		if err == nil {
			_, err = h.Advance(ctx)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "lines/s")
}
