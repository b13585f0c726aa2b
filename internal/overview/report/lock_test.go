package report

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
)

// rows is everything of the room that is sealed, as the database has it.
func (w *world) rows(t testing.TB, but ...string) string {
	t.Helper()
	var b strings.Builder
	err := w.d.Read(ctx, func(tx db.Tx) error {
		return w.Sealed(ctx, tx, func(r proof.Row) error {
			for _, kind := range but {
				if r.Kind == kind {
					return nil
				}
			}
			fmt.Fprintln(&b, r.Kind, r.Subject, r.Version, r.Body)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// An accepted report is locked through every door there is: a route that is not in this table
// fails the test.
func TestLocked(t *testing.T) {
	bodies := map[string]struct{ form, json string }{
		"figure":   {"code=programmes&value=1&marker=", `{"code":"programmes","value":1}`},
		"declared": {"code=studied&of=" + paper1.String() + "&value=1&marker=&reason=x", `{"code":"studied","document":"` + paper1.String() + `","value":1,"reason":"x"}`},
		"clear":    {"code=programmes", `{"code":"programmes"}`},
		"answer":   {"code=sites_total&answer=keep&reason=x", `{"code":"sites_total","answer":"keep","reason":"x"}`},
		"texts":    {"leading=x", `{"texts":{"leading":"x"}}`},
		"head":     {"number=9", `{"number":"9","issued_on":"","authority":"","position":"","signer":"","recipients":""}`},
		"send":     {"version=1", `{"version":1}`},
		"return":   {"version=1&remark=x", `{"version":1,"remark":"x"}`},
		"accept":   {"version=1", `{"version":1}`},
		"reply":    {"code=full&body=x", `{"code":"full","answer":"x"}`},
		"remark":   {"version=1&figure=studied&of=" + paper1.String() + "&body=x", `{"version":1,"on":{"figure":"studied","document":"` + paper1.String() + `","body":"x"}}`},
		"reopen":   {"decision=grant", `{"grant":true}`},
		"ask":      {"why=x", `{"why":"x"}`}, // changes nothing of the report
	}
	w := seed(t, dbtest.One(t))
	want(t, "declare", w.SetFigure(ctx, w.western, round, west, set("programmes", 2)), "")
	want(t, "send", w.Send(ctx, w.western, round, west, "", Any), "")
	want(t, "accept", w.Accept(ctx, w.officer, round, west, Any), "")
	second := as("Cán bộ mẫu 003", access.Officer, city)
	var who access.Actor
	h, before, knocked := w.house(&who), w.rows(t), 0
	for _, rt := range w.Routes() {
		if rt.Method() != "POST" {
			continue
		}
		body, known := bodies[last(rt.Path())]
		if !known {
			t.Errorf("%s: nobody says whether it is locked", rt.Pattern)
			continue
		}
		who = w.western
		if rt.Need == access.ReportAccept {
			who = second
		}
		at := strings.NewReplacer("{campaign}", round.String(), "{unit}", west.String()).Replace(rt.Path())
		sent, kind := body.form, "application/x-www-form-urlencoded"
		if rt.API() {
			sent, kind = body.json, "application/json"
		}
		r := httptest.NewRequest("POST", "http://localhost"+at, strings.NewReader(sent))
		r.Header.Set("Content-Type", kind)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		knocked++
		if last(at) == "ask" {
			if got := w.rows(t, "report.ask", "report.event"); got != strings.Join(without(before, "report.event"), "") {
				t.Errorf("%s changed the report", rt.Pattern)
			}
			w.ex(t, `delete from report_reopen`)
			w.ex(t, `delete from report_event where action = 'ask'`)
			continue
		}
		if rec.Code != 409 {
			t.Errorf("%s: %d, want 409: %s", rt.Pattern, rec.Code, tail(rec.Body.String()))
		}
		if w.rows(t) != before {
			t.Errorf("%s changed an accepted report", rt.Pattern)
		}
	}
	want(t, "a paragraph from below", w.Compose(ctx, w.western, round, west, "leading", func(db.Tx, Report) (string, error) { return "x", nil }), "report.is_accepted")
	if knocked != 2*len(bodies) || w.rows(t) != before {
		t.Error("doors knocked at:", knocked)
	}
}

func last(path string) string { return path[strings.LastIndex(path, "/")+1:] }

func without(rows, kind string) (out []string) {
	for line := range strings.Lines(rows) {
		if !strings.HasPrefix(line, kind+" ") {
			out = append(out, line)
		}
	}
	return out
}

var errDisk = errors.New("input/output error")

// failing is a transaction whose nth call fails as a disk does; done counts them.
type failing struct {
	db.Tx
	n    int
	done *int
}

func (f failing) fails() bool { *f.done++; return *f.done == f.n }

func (f failing) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if f.fails() {
		return nil, errDisk
	}
	return f.Tx.ExecContext(ctx, query, args...)
}

func (f failing) QueryContext(ctx context.Context, query string, args ...any) (*db.Cursor, error) {
	if f.fails() {
		return nil, errDisk
	}
	return f.Tx.QueryContext(ctx, query, args...)
}

func (f failing) QueryRowContext(ctx context.Context, query string, args ...any) *db.Row {
	if f.fails() {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		return f.Tx.QueryRowContext(gone, query, args...)
	}
	return f.Tx.QueryRowContext(ctx, query, args...)
}

// leaves are the lines of the log, one a line; halves are rows without their line and lines
// without their row.
func (w *world) halves(t *testing.T) (leaves int64, wrong []string) {
	t.Helper()
	err := w.d.Read(ctx, func(tx db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from proof_line`)
		leaves = n
		if err != nil {
			return err
		}
		rows := int64(0)
		err = w.Sealed(ctx, tx, func(r proof.Row) error {
			rows++
			var salt, digest string
			err := tx.QueryRowContext(ctx, `select salt, digest from proof_line where kind = $1 and subject = $2 and version = $3`, r.Kind, r.Subject, r.Version).Scan(&salt, &digest)
			switch {
			case fault.Of(err) == fault.Missing || errors.Is(err, sql.ErrNoRows):
				wrong = append(wrong, "no line for "+r.Kind)
				return nil
			case err == nil && proof.Digest(salt, r.Body) != digest:
				wrong = append(wrong, "another text in "+r.Kind)
			}
			return err
		})
		if rows != leaves {
			wrong = append(wrong, fmt.Sprintf("%d rows and %d lines", rows, leaves))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return leaves, wrong
}

// Whichever call of accepting fails, there is neither the row nor its line; when none does, both.
func TestAcceptWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		want(t, "send", w.Send(ctx, w.western, round, west, "", Any), "")
		before, _ := w.halves(t)
		for n := 1; n < 100; n++ {
			done := 0
			err := d.Write(ctx, func(tx db.Tx) error {
				f := failing{tx, n, &done}
				return w.decideIn(ctx, f, w.officer, round, west, Any, w.accepting(ctx, w.officer))
			})
			after, wrong := w.halves(t)
			if len(wrong) > 0 {
				t.Fatalf("call %d failed: %v", n, wrong)
			}
			v := w.show(t, w.officer, west)
			if err == nil {
				if done >= n || v.Report.State != "accepted" || after != before+2 {
					t.Fatalf("accepted without an error although call %d of %d failed: %s, %d lines of %d", n, done, v.Report.State, after, before)
				}
				if n < 10 {
					t.Errorf("only %d calls were tried", n-1)
				}
				return
			}
			if v.Report.State != "sent" || after != before {
				t.Fatalf("call %d failed with %v, and the report is %s with %d lines, %d before", n, err, v.Report.State, after, before)
			}
		}
		t.Error("accepting has more than a hundred calls")
	})
}
