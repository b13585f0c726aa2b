package report

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

// log is the sealed log of a world.
func (w *world) log() *proof.Service {
	seed := bytes.Repeat([]byte{7}, 32)
	return &proof.Service{DB: w.d, Now: clock.Fixed(now), Rows: map[string]proof.Rows{"report": w.Sealed}, Log: tlog.LogKey("quantriet-test", seed), Witness: tlog.WitnessKey("quantriet-test", seed, now.Unix)}
}

// told sends reports: one returned with remarks, sent again and accepted, then opened again; one
// that waits with an answer; one returned; the district's amended.
func (w *world) told(t *testing.T, log *proof.Service) {
	t.Helper()
	step := func(what string, err error) {
		want(t, what, err, "")
		if _, err := log.Advance(ctx); err != nil {
			t.Fatal(err)
		}
	}
	step("texts", w.SetTexts(ctx, w.secretary, round, base1, map[string]string{"strengths": "Đủ thành phần.", "proposals": "Thêm tài liệu."}))
	base := as("Đảng viên mẫu 020", "unit_officer", base1)
	step("send", w.Send(ctx, base, round, base1, "", Any))
	step("note", w.Remark(ctx, w.eastern, round, base1, Remark{Section: "strengths", Body: "Viết rõ hơn."}, Any))
	step("return", w.Return(ctx, w.eastern, round, base1, "Xin xem lại số vắng", Any, Remark{Figure: "absent", Document: paper1, Body: "Một đồng chí chưa rõ."}))
	step("mend", w.SetTexts(ctx, base, round, base1, map[string]string{"strengths": "Đủ thành phần, đúng giờ."}))
	step("send again", w.Send(ctx, base, round, base1, "", Any))
	step("accept", w.Accept(ctx, w.eastern, round, base1, Any))
	step("send", w.Send(ctx, as("Đảng viên mẫu 021", "unit_officer", base2), round, base2, "", Any))
	step("send", w.Send(ctx, w.western, round, west, "chưa đủ", Any))
	step("return", w.Return(ctx, w.officer, round, west, "Xin xem lại", Any))
	step("ask", w.RequestReopen(ctx, base, round, base1, "Sổ mới tìm thấy"))
	step("open again", w.Reopen(ctx, w.eastern, round, base1, true, "Đồng ý"))
	w.Questions = func(context.Context, db.Tx, id.ID, id.ID) ([]Question, error) {
		return []Question{{Code: "copied", Key: "report.pieces", Must: true}}, nil
	}
	step("texts", w.SetTexts(ctx, w.eastern, round, east, map[string]string{"strengths": "Đủ thành phần.", "causes": "Mưa lớn."}))
	step("declare", w.Declare(ctx, w.eastern, round, east, Figure{Code: "studied", Document: paper1, Value: 8, Marker: "gần", Reason: "sổ giấy"}))
	step("reply", w.Reply(ctx, w.eastern, round, east, "copied", "", 0, "Đã viết lại."))
	step("send", w.Send(ctx, w.eastern, round, east, "đến hạn", Any))
	step("accept", w.Accept(ctx, w.officer, round, east, Any))
	step("ask", w.RequestReopen(ctx, w.eastern, round, east, "Thiếu xã Hai"))
	step("open again", w.Reopen(ctx, w.officer, round, east, true, ""))
	step("amend", w.Send(ctx, w.eastern, round, east, "đủ hai xã", Any))
	step("accept", w.Accept(ctx, w.officer, round, east, Any))
	step("ask", w.RequestReopen(ctx, w.eastern, round, east, "Lần nữa"))
}

// verifier builds the program that auditors run.
func verifier(t *testing.T) func(log string, args ...string) (string, int) {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "quantriet-verify")
	if out, err := exec.Command("go", "build", "-o", bin, "quantriet/cmd/quantriet-verify").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return func(log string, args ...string) (string, int) {
		cmd := exec.Command(bin, append(args, log)...)
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
}

func (w *world) logFile(t *testing.T, log *proof.Service) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.jsonl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := log.Dump(ctx, f); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSealed(t *testing.T) {
	verify := verifier(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		log := w.log()
		w.told(t, log)
		out, code := verify(w.logFile(t, log), "-key", log.Log.Public())
		if code != 0 || !strings.Contains(out, "ĐÚNG") {
			t.Fatal(out)
		}
		stranger := tlog.LogKey("quantriet-test", bytes.Repeat([]byte{8}, 32))
		if out, code = verify(w.logFile(t, log), "-key", stranger.Public()); code != 1 {
			t.Error("another key is taken:", out)
		}
	})
}

// Who is told to mend a report whose time is over may mend it; the log says so.
func TestReturnedAfterItsTime(t *testing.T) {
	verify := verifier(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, over := seed(t, d), false
		w.Frozen = func(context.Context, db.Tx, id.ID, id.ID) (bool, error) { return over, nil }
		log := w.log()
		holds := func(say string) {
			t.Helper()
			if _, err := log.Advance(ctx); err != nil {
				t.Fatal(err)
			}
			if out, code := verify(w.logFile(t, log), "-key", log.Log.Public()); code != 0 {
				t.Error(say, out)
			}
		}
		mend := func() error {
			return w.SetTexts(ctx, w.western, round, west, map[string]string{"leading": "Đã sửa."})
		}
		want(t, "sending", w.Send(ctx, w.western, round, west, "", Any), "")
		want(t, "returning in time", w.Return(ctx, w.officer, round, west, "Thiếu số.", Any), "")
		over = true
		want(t, "mending too late", mend(), "report.frozen")
		want(t, "asking", w.RequestReopen(ctx, w.western, round, west, "Mất điện ba ngày."), "")
		want(t, "opening", w.Reopen(ctx, w.officer, round, west, true, ""), "")
		holds("opened:")
		if v := w.show(t, w.western, west); v.Report.Remark != "Thiếu số." {
			t.Errorf("what to mend is forgotten: %+v", v.Report)
		}
		want(t, "mending", mend(), "")
		want(t, "sending again", w.Send(ctx, w.western, round, west, "", Any), "")
		holds("sent again:")
		want(t, "returning too late", w.Return(ctx, w.officer, round, west, "Còn thiếu.", Any), "")
		holds("returned too late:")
		want(t, "mending what was returned too late", mend(), "")
		want(t, "sending a third time", w.Send(ctx, w.western, round, west, "", Any), "")
		want(t, "accepting", w.Accept(ctx, w.officer, round, west, Any), "")
		holds("accepted:")
		if v := w.show(t, w.officer, west); v.Report.Amendments != 0 || v.Report.Reopened {
			t.Errorf("%+v", v.Report)
		}
	})
}

// A backup of yesterday that is gone on from makes a second head of a size that somebody holds.
func TestSetBack(t *testing.T) {
	verify := verifier(t)
	w := seed(t, dbtest.One(t))
	log := w.log()
	w.told(t, log)
	held, err := log.Last(ctx)
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "checkpoint")
	if err := os.WriteFile(kept, []byte(held.Signed), 0o600); err != nil {
		t.Fatal(err)
	}
	paper := fmt.Sprintf("%d:%s", held.Size, held.Root[:8])
	if out, code := verify(w.logFile(t, log), "-old", kept, "-old", paper); code != 0 {
		t.Fatal(out)
	}
	cut, err := count(w.d, `select size from proof_head order by size limit 1 offset 2`)
	if err != nil {
		t.Fatal(err)
	}
	w.ex(t, `delete from proof_head where size > $1`, cut)
	w.ex(t, `delete from proof_hash where i >= $1`, tlog.Count(cut))
	w.ex(t, `delete from proof_line where coalesce(n, 999) >= $1`, cut)
	if out, code := verify(w.logFile(t, log), "-old", paper); code != 1 || !strings.Contains(out, "lùi lại") {
		t.Error("a log that was set back:", out)
	}
	for range held.Size - cut {
		if err := w.d.Write(ctx, func(tx db.Tx) error {
			return proof.Append(ctx, tx, now.UnixMilli(), proof.Row{Kind: "report.send", Subject: 1, Version: 1, Body: "khác"})
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := log.Advance(ctx); err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{kept, paper} {
		if out, code := verify(w.logFile(t, log), "-old", old); code != 1 || !strings.Contains(out, "mã gốc phải là") {
			t.Error("another past of the same size:", out)
		}
	}
}

// sealedColumns are what is sealed, by table; ids say which row, and who typed a draft is not sealed.
var sealedColumns = map[string][]string{
	"report":          {"state", "version", "first_sent_at", "sent_at", "sent_by", "decided_at", "decided_by", "remark"},
	"report c":        {"closings", "amendments"},
	"report r":        {"number", "issued_on", "authority", "position", "signer", "recipients"},
	"report_figure":   {"code", "computed", "value", "marker", "reason", "kept", "at", "by_name", "declared", "declared_marker"},
	"report_text":     {"section", "body"},
	"report_study":    {"body", "ord"},
	"report_event":    {"at", "by", "by_name", "action", "remark"},
	"report_remark":   {"version", "figure", "document", "section", "body", "at", "by", "by_name"},
	"report_answer":   {"code", "figure", "document", "asked", "body", "at", "by_name"},
	"report_reopen":   {"version", "why", "at", "by", "by_name"},
	"report_reopen d": {"state", "decided_at", "decided_by", "decided_name", "remark"},
	"report_version":  {"version", "kind", "why", "diff", "at", "by", "by_name"},
	"report_seal":     {"version", "kind", "body"},
	"proof_line":      {"n", "kind", "subject", "version", "at", "salt", "digest"},
	"proof_head":      {"signed"},
}

// Whatever is changed in the database directly, the auditor's program finds it, and says which
// row it is.
func TestTampered(t *testing.T) {
	if testing.Short() {
		t.Skip("one change after the other: nothing for the race detector")
	}
	verify := verifier(t)
	w := seed(t, dbtest.One(t))
	log := w.log()
	w.told(t, log)
	kept := filepath.Join(t.TempDir(), "checkpoint")
	last, _ := log.Last(ctx)
	os.WriteFile(kept, []byte(last.Signed), 0o600)
	dice := rand.New(rand.NewPCG(5, 200))
	for i := range 200 {
		what := ""
		undo := fmt.Errorf("put back")
		var path string
		err := w.d.Write(ctx, func(tx db.Tx) error {
			var err error
			if what, err = tamper(tx, dice); err != nil {
				return err
			}
			var b bytes.Buffer
			if err := log.DumpIn(ctx, tx, &b); err != nil {
				return err
			}
			path = filepath.Join(t.TempDir(), "log.jsonl")
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				return err
			}
			return undo
		})
		if err == nil || err.Error() != undo.Error() {
			t.Fatalf("%s: %v", what, err)
		}
		out, code := verify(path, "-key", log.Log.Public(), "-old", kept)
		if code != 1 || !strings.Contains(out, "SAI") {
			t.Errorf("change %d not found: %s\n%s", i, what, out)
		}
	}
}

// tamper changes one value or takes one row away, and says which.
func tamper(tx db.Tx, dice *rand.Rand) (string, error) {
	tables := slices.Sorted(maps.Keys(sealedColumns))
	table := tables[dice.IntN(len(tables))]
	column := sealedColumns[table][dice.IntN(len(sealedColumns[table]))]
	where := sealedRows[table]
	table, _, _ = strings.Cut(table, " ")
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from `+table+` x where `+where)
	if err != nil || n == 0 {
		return table, err
	}
	row, err := db.One(ctx, tx, db.Value[int64], fmt.Sprintf(`select rowid from %s x where %s order by rowid limit 1 offset %d`, table, where, dice.Int64N(n)))
	if err != nil {
		return table, err
	}
	if dice.IntN(8) == 0 && table != "report" {
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`delete from %s where rowid = %d`, table, row))
		return fmt.Sprintf("row %d of %s taken away", row, table), err
	}
	old, err := db.One(ctx, tx, db.Value[string], fmt.Sprintf(`select coalesce(cast(%s as text), '') from %s where rowid = %d`, column, table, row))
	if err != nil {
		return table, err
	}
	now := altered(column, old, dice)
	if _, err = tx.ExecContext(ctx, fmt.Sprintf(`update %s set %s = $1 where rowid = %d`, table, column, row), now); err == nil {
		return fmt.Sprintf("%s.%s of row %d: %v, was %q", table, column, row, now, old), nil
	}
	return table + "." + column, err
}

// sealedRows says which rows of a table are sealed by now: those of reports on their way.
var sealedRows = map[string]string{
	"report":        "state <> 'draft'",
	"report r":      "state in ('sent', 'accepted')",
	"report_figure": "exists (select 1 from report r where r.id = x.report and r.state in ('sent', 'accepted'))",
	"report_text":   "exists (select 1 from report r where r.id = x.report and r.state in ('sent', 'accepted'))",
	"report_study":  "exists (select 1 from report r where r.id = x.report and r.state in ('sent', 'accepted'))",
	"report c":      "state = 'accepted'",
	"report_answer": "exists (select 1 from report r where r.id = x.report and r.state in ('sent', 'accepted'))",
	"report_remark": "sent", "report_reopen": "true", "report_reopen d": "state <> 'asked'", "report_version": "true",
	"report_event": "true", "report_seal": "true", "proof_line": "true", "proof_head": "true",
}

func altered(column, old string, dice *rand.Rand) any {
	switch column {
	case "state":
		return map[string]string{"sent": "accepted", "accepted": "returned", "returned": "sent", "granted": "refused", "refused": "granted"}[old]
	case "kind":
		if old == "again" || old == "amend" {
			return map[string]string{"again": "amend", "amend": "again"}[old]
		}
		return old + "x"
	case "signed":
		b := []byte(old)
		b[dice.IntN(len(b)-1)] ^= 1
		return string(b)
	case "number", "issued_on", "authority", "position", "signer", "recipients", "remark", "code", "marker", "reason", "kept", "by_name", "section", "body", "action", "salt", "digest", "figure", "asked", "why", "diff", "decided_name", "declared_marker":
		return old + "x"
	}
	var n int64
	fmt.Sscan(old, &n)
	return n + 1 + dice.Int64N(1000)
}
