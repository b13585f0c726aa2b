package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/tlog"
	"quantriet/internal/overview/contest"
	"quantriet/internal/overview/merit"
	"quantriet/internal/overview/narrative"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/review"
	"quantriet/internal/work/essay"
)

// A province with one commune of two cells, nine people, one document: small enough that every
// kind of row is sealed in a second, through the use cases.
const (
	sealTop, sealCommune, sealCellA, sealCellB = id.ID(1000), id.ID(1001), id.ID(1002), id.ID(1003)
	sealRound, sealPaper, sealClass            = id.ID(5000), id.ID(6000), id.ID(7000)
)

type sealWorld struct {
	*App
	t   testing.TB
	now time.Time
}

func (w *sealWorld) ok(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
	w.now = w.now.Add(time.Minute)
	if _, err := w.Proof.Advance(context.Background()); err != nil {
		w.t.Fatalf("after %s: %v", what, err)
	}
}

func sealSeed(t testing.TB, d *db.DB) *sealWorld {
	t.Helper()
	ctx := context.Background()
	w := &sealWorld{t: t, now: time.Date(2026, 2, 7, 12, 0, 0, 0, clock.Zone)}
	w.App = New(d, func() time.Time { return w.now }, t.TempDir())
	err := d.Write(ctx, func(tx db.Tx) error {
		sealFill(w.now, func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func sealFill(now time.Time, ex func(string, ...any)) {
	units := []struct {
		id, parent           id.ID
		level, name          string
		lo, hi, depth, count int
	}{{sealTop, 0, "province", "Đảng bộ tỉnh mẫu", 1, 4, 0, 0}, {sealCommune, sealTop, "commune", "Đảng bộ xã mẫu", 2, 4, 1, 0}, {sealCellA, sealCommune, "cell", "Chi bộ Một", 3, 3, 2, 5}, {sealCellB, sealCommune, "cell", "Chi bộ Hai", 4, 4, 2, 4}}
	up := map[id.ID]id.ID{}
	for _, u := range units {
		up[u.id] = u.parent
		ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, $3, $4, $5, $5, $6, $2, 0)`, u.id, fmt.Sprint(int64(u.id)), u.level, u.parent, u.name, text.Fold(u.name))
		for top, depth := u.id, 0; top != 0; top, depth = up[top], depth+1 {
			ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u.id, depth)
		}
	}
	ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '1-NQ/TW', 'Trung ương', '2026-01-01', 'Nghị quyết mẫu', 'x', 0)`, sealPaper, sealTop)
	ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt học tập mẫu', 'open', '2026-01-10', 0)`, sealRound, sealTop)
	ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, sealRound, sealPaper)
	for _, l := range []string{"commune", "province"} {
		ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, $2, $3, '2026-03-01', true, 0)`, sealRound, sealTop, l)
	}
	at, n := now.Add(-240*time.Hour).UnixMilli(), 0
	ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, $3, 'conference', 'in_person', 'Hội nghị mẫu', 'x', $4, $5, 'held', 0)`, sealClass, sealRound, sealCommune, at, at+3600_000)
	ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 0, 'Hội trường mẫu', $3)`, sealClass+1, sealClass, sealCommune)
	ex(`insert into meeting_document (meeting, document) values ($1, $2)`, sealClass, sealPaper)
	for _, u := range units {
		ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`, sealRound, u.id, u.parent, u.lo, u.hi, u.depth, u.level, u.name, u.count)
		for i := range u.count {
			p, name := id.ID(8000+n), fmt.Sprintf("Đảng viên mẫu %03d", n+1)
			n++
			ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, p, name, text.Fold(name), text.NameKey(name), u.id)
			ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, 'member', false, false, $5)`, sealRound, p, u.id, u.lo, n)
			if i < u.count-1 {
				ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) values ($1, $2, $3, $4, $5, 'in_person', 'roll_call', 3, $6, $6, 'x', false)`, 20_000+p, sealRound, sealClass, sealClass+1, p, at)
				ex(`insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, sealRound, sealPaper, p, 20_000+p)
			}
		}
		if u.count > 0 {
			ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5) values ($1, $2, $3, 'member', $4, 0, $4, 0, 0, 0, 0, 0, 0, $4, 0, 0)`, sealRound, sealPaper, u.lo, u.count-1)
		}
	}
}

func sealAs(name string, r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: name, Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

// tell goes through everything that is sealed: a report returned with remarks, sent again, accepted, reopened and amended;
// the province's own; a quotation; a back-check drawn, answered and opened; a criticism answered and decided; a contest
// decided; a review of a period returned, accepted, opened on request and amended.
func (w *sealWorld) tell() {
	ctx := context.Background()
	officer, other, base := sealAs("Cán bộ mẫu 001", access.Officer, sealTop), sealAs("Cán bộ mẫu 002", access.Officer, sealTop), sealAs("Cán bộ mẫu 003", access.UnitOfficer, sealCommune)
	texts := map[string]string{"strengths": "Đủ thành phần, đúng giờ.", "shortcomings": "Một chi bộ thảo luận còn ít.", "proposals": "Gửi tài liệu sớm hơn."}
	send := func(who access.Actor, unit id.ID) error {
		return w.answered(ctx, who, unit, w.Report.Send(ctx, who, sealRound, unit, "gửi đúng hạn", report.Any))
	}
	w.ok("texts", w.Report.SetTexts(ctx, base, sealRound, sealCommune, texts))
	w.ok("send", send(base, sealCommune))
	w.ok("return", w.Report.Return(ctx, officer, sealRound, sealCommune, "Xin xem lại", report.Any, report.Remark{Section: "shortcomings", Body: "Nêu rõ chi bộ nào"}))
	texts["shortcomings"] = "Chi bộ Hai thảo luận còn ít."
	w.ok("mend", w.Report.SetTexts(ctx, base, sealRound, sealCommune, texts))
	w.ok("send again", send(base, sealCommune))
	w.ok("accept", w.Report.Accept(ctx, officer, sealRound, sealCommune, report.Any))
	w.draw(base)
	rep, err := dbOne[id.ID](w.DB, `select id from report where unit = $1`, sealCommune)
	w.ok("report", err)
	w.ok("quote", w.Narrative.Take(ctx, officer, narrative.On(sealRound, sealTop), narrative.Taking{ID: id.New(), Source: rep, Version: 2, Part: "shortcomings", Place: "1", Into: "shortcomings"}))
	w.ok("send the province's", send(officer, sealTop))
	w.ok("ask to reopen", w.Report.RequestReopen(ctx, base, sealRound, sealCommune, "Một đồng chí đã học bù"))
	w.ok("reopen", w.Report.Reopen(ctx, other, sealRound, sealCommune, true, "Đồng ý"))
	w.ok("amend", w.Report.SetTexts(ctx, base, sealRound, sealCommune, map[string]string{"lessons": "Chuẩn bị sớm."}))
	w.ok("send the amendment", send(base, sealCommune))
	w.ok("accept the amendment", w.Report.Accept(ctx, other, sealRound, sealCommune, report.Any))
	w.ok("a lead", w.DB.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into honesty_lead (id, campaign, unit, code, body, state, note, at, by_name) values ($1, $2, $3, 'ends', '{"code":"ends"}', 'asked', 'Vì sao tròn số?', $4, 'Cán bộ mẫu 001')`, id.New(), sealRound, sealCommune, w.now.UnixMilli())
		return err
	}))
	w.ok("answer to the lead", w.Honesty.Answer(ctx, base, sealRound, sealCommune, "ends", "Số theo sổ."))
	w.ok("another word", w.Honesty.Answer(ctx, base, sealRound, sealCommune, "ends", "Số theo sổ điểm danh."))
	m := id.New()
	w.ok("propose", w.Merit.Propose(ctx, officer, merit.Proposal{ID: m, Campaign: sealRound, Unit: sealCommune, Kind: "criticise", What: "Gửi báo cáo phải sửa lại.", Said: "Trả lại ngày 07/02"}))
	w.ok("answer", w.Merit.Answer(ctx, base, m, "Đã sửa ngay trong ngày."))
	w.ok("decide", w.Merit.Decide(ctx, other, m, false, "Đã rút kinh nghiệm."))
	w.contest(officer)
	w.review(base, officer)
	w.witnessed()
}

// witnessed has another installation sign the last head, which decides no draw.
func (w *sealWorld) witnessed() {
	ctx := context.Background()
	head, err := w.Proof.Last(ctx)
	w.ok("the last head", err)
	witness := tlog.WitnessKey("quantriet-nhan-chung", bytes.Repeat([]byte{7}, 32), w.now.Unix)
	line, err := tlog.Cosign(head.Signed, witness)
	w.ok("a witness signs it", err)
	w.ok("and is known", w.DB.Write(ctx, func(tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `insert into proof_witness (name, key, added_at) values ($1, $2, $3)`, witness.Name(), witness.Public(), w.now.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into proof_cosignature (size, witness, line, at) values ($1, $2, $3, $4)`, head.Size, witness.Name(), line, w.now.UnixMilli())
		return err
	}))
}

func (w *sealWorld) contest(officer access.Actor) {
	ctx := context.Background()
	who := access.Actor{Account: id.New(), Person: 8000, Name: "Đảng viên mẫu 001", Lang: "vi"}
	c, err := w.Contest.Open(ctx, who, contest.New{ID: id.New(), Campaign: sealRound, Document: sealPaper, Figure: "studied", Kind: "was_not_there", Said: "Hôm đó tôi đi công tác."})
	w.ok("contest", err)
	w.ok("decide on it", w.Contest.Decide(ctx, officer, c.ID, "rejected", "Sổ có chữ ký của đồng chí."))
	w.mended(officer, who)
}

// mended has a task given to everybody, and a member taken out of those who must.
func (w *sealWorld) mended(officer, member access.Actor) {
	ctx := context.Background()
	task := essay.Template("duty", sayVietnamese)
	task.ID, task.Campaign, task.Unit, task.Due = id.New(), sealRound, sealTop, w.now.Add(24*time.Hour).UnixMilli()
	_, err := w.Essay.Draft(ctx, officer, task)
	w.ok("a task", err)
	w.ok("give it", w.Essay.Open(ctx, officer, task.ID))
	c, err := w.Contest.Open(ctx, member, contest.New{ID: id.New(), Campaign: sealRound, Figure: "essays_due", Kind: "not_due"})
	w.ok("contest having to write", err)
	w.ok("uphold it", w.Contest.Decide(ctx, officer, c.ID, "upheld", "Đồng chí được miễn viết."))
	_, err = w.Essay.Mend(ctx, officer, essay.Mending{ID: id.New(), Contest: c.ID, Task: task.ID, Why: "Theo quyết định của chi bộ"})
	w.ok("put it right", err)
	w.ok("take the mark off", w.Contest.Mend(ctx, officer, c.ID))
}

func (w *sealWorld) review(base, officer access.Actor) {
	ctx, of := context.Background(), id.New()
	r, err := w.Review.Begin(ctx, base, review.Review{ID: of, Kind: "periodic", Unit: sealCommune, From: "2026-01-01", To: "2026-02-28", Head: review.Head{Title: "Báo cáo hai tháng"}})
	w.ok("begin a review", err)
	save := func(causes string) {
		w.ok("write it", w.Review.Save(ctx, base, of, r.Head, map[string]string{"strengths": "Tổ chức sớm.", "shortcomings": "Thảo luận còn ít.", "causes": causes}))
		w.ok("send it", w.Review.Send(ctx, base, of, review.Any))
	}
	save("Tài liệu đến muộn.")
	w.ok("return it", w.Review.Return(ctx, officer, of, "Nêu rõ nguyên nhân", review.Any))
	save("Tài liệu đến muộn hai tuần.")
	w.ok("accept it", w.Review.Accept(ctx, officer, of, review.Any))
	w.ok("ask to open it", w.Review.RequestReopen(ctx, base, of, "Bổ sung nguyên nhân"))
	w.ok("open it", w.Review.Reopen(ctx, officer, of, "Đồng ý bổ sung", review.Any))
	save("Tài liệu đến muộn, hội trường chật.")
	w.ok("accept the amended one", w.Review.Accept(ctx, officer, of, review.Any))
	of = id.New() // and one that has come back
	r, err = w.Review.Begin(ctx, base, review.Review{ID: of, Kind: "periodic", Unit: sealCommune, From: "2026-02-01", To: "2026-02-28", Head: review.Head{Title: "Báo cáo tháng Hai"}})
	w.ok("begin another", err)
	save("Tài liệu đến muộn.")
	w.ok("return it too", w.Review.Return(ctx, officer, of, "Nêu rõ nguyên nhân", review.Any))
}

// answered answers what is asked before a report goes up, and sends it.
func (w *sealWorld) answered(ctx context.Context, who access.Actor, unit id.ID, err error) error {
	if fault.Of(err) != fault.Conflict {
		return err
	}
	v, shown := w.Report.Show(ctx, who, sealRound, unit)
	if shown != nil {
		return shown
	}
	for _, a := range v.Asks {
		if e := w.Report.Reply(ctx, who, sealRound, unit, a.Code, a.Figure, a.Document, "Đã đối chiếu với sổ."); e != nil {
			return e
		}
	}
	return w.Report.Send(ctx, who, sealRound, unit, "gửi đúng hạn", report.Any)
}

// draw has the back-check of the commune's report drawn, answered by one and opened.
func (w *sealWorld) draw(base access.Actor) {
	ctx := context.Background()
	for range 3 {
		_, err := w.Recheck.Advance(ctx)
		w.ok("draw", err)
	}
	asked, err := dbOne[id.ID](w.DB, `select person from recheck_person order by person limit 1`)
	w.ok("somebody is asked", err)
	who := access.Actor{Account: id.New(), Person: asked, Name: "Đảng viên mẫu", Lang: "vi"}
	mine, err := w.Recheck.MyAsks(ctx, who)
	w.ok("asked", err)
	for _, a := range mine {
		_, err := w.Recheck.Answer(ctx, who, a.Draw, "there", "yes")
		w.ok("answer", err)
	}
	w.now = w.now.Add(11 * 24 * time.Hour)
	_, err = w.Recheck.Advance(ctx)
	w.ok("open the draw", err)
}

func dbOne[T any](d *db.DB, q string, args ...any) (v T, err error) {
	err = d.Read(context.Background(), func(tx db.Tx) (err error) {
		v, err = db.One(context.Background(), tx, db.Value[T], q, args...)
		return err
	})
	return v, err
}

// covered are the sealed columns by table: t a text, i a number, b yes or no, s a state, m member or civil. where says which rows are sealed by now.
var covered = []struct{ table, keys, columns, where string }{
	{"report", "id", "i:version i:first_sent_at i:sent_at i:sent_by i:decided_at i:decided_by t:remark t:number t:issued_on t:authority t:position t:signer t:recipients s:state t:roster t:program b:verified", "state in ('sent', 'accepted')"},
	{"report", "id", "i:closings i:amendments b:reopened", "state = 'accepted'"},
	{"report_figure", "id", "t:code i:computed i:value t:marker t:reason t:kept i:at t:by_name i:declared t:declared_marker i:def t:grades", "exists (select 1 from report r where r.id = x.report and r.state in ('sent', 'accepted'))"},
	{"report_text", "report section", "t:section t:body", "exists (select 1 from report r where r.id = x.report and r.state in ('sent', 'accepted'))"},
	{"report_study", "report document", "t:body i:ord", "exists (select 1 from report r where r.id = x.report and r.state in ('sent', 'accepted'))"},
	{"report_event", "id", "i:at t:by_name t:action t:remark", "1 = 1"},
	{"report_seal", "report version kind", "t:body i:version t:kind", "1 = 1"},
	{"report_version", "id", "t:why t:diff i:at t:by_name", "1 = 1"},
	{"report_remark", "id", "t:body t:section i:at t:by_name", "sent"},
	{"report_reopen", "id", "t:why i:at t:by_name i:decided_at t:decided_name t:remark", "state = 'granted'"},
	{"campaign_roster", "campaign person", "i:lo i:unit b:exempt m:kind", "1 = 1"},
	{"trail", "id", "t:body i:at i:version t:secret", "1 = 1"},
	{"trail_sum", "trail document lo", "t:marks t:hash t:counts", "1 = 1"},
	{"recheck_draw", "id", "i:version i:committed_at t:hash i:size t:root i:drawn_at i:closes_at i:closed_at t:shown t:witnesses t:cosigned", "state = 'closed'"},
	{"recheck_stratum", "draw unit", "i:weight i:studied i:missed i:ask i:ask_missed t:salt t:list", "1 = 1"},
	{"recheck_person", "draw person", "i:place b:counted i:lo i:asked_at t:salt t:there t:form t:heard", "1 = 1"},
	{"narrative_quote", "id", "i:n t:section i:version t:part t:place t:body i:at t:by_name", "1 = 1"},
	{"merit", "id", "t:what i:lo i:at i:until t:by_name t:answer i:answered_at t:answered_name t:reason i:decided_at t:decided_name", "1 = 1"},
	{"merit_evidence", "merit ord", "t:code t:text t:href", "1 = 1"},
	{"honesty_lead", "id", "t:code t:note i:at t:by_name t:said i:said_at t:said_name i:steps", "1 = 1"},
	{"honesty_step", "lead n", "t:body", "1 = 1"},
	{"contest", "id", "i:lo t:figure t:was t:said i:at i:decided_at t:by_name t:remark t:salt", "1 = 1"},
	{"essay_mend", "id", "i:lo i:essay i:handed t:why i:at t:name t:salt", "1 = 1"},
	{"review", "id", "t:title t:period_from t:period_to i:version i:first_sent_at i:sent_at i:sent_by t:sent_name i:decided_at i:decided_by t:decided_name t:remark", "state = 'accepted'"},
	{"review", "id", "i:version i:decided_at i:decided_by t:decided_name t:remark", "state = 'returned'"},
	{"review_text", "review section", "t:section t:body", "exists (select 1 from review r where r.id = x.review and r.state = 'accepted')"},
	{"review_round", "review campaign", "t:body", "exists (select 1 from review r where r.id = x.review and r.state = 'accepted')"},
	{"review_seal", "review version kind", "t:body i:version t:kind", "1 = 1"},
	{"review_reopen", "review version", "t:why i:at t:by_name", "1 = 1"},
	{"review_ask", "id", "t:why i:at t:by_name i:decided_at t:decided_name t:remark", "1 = 1"},
	{"review_amend", "review version", "t:diff i:at i:accepted", "1 = 1"},
	{"proof_line", "id", "i:n t:kind i:subject i:version i:at t:salt t:digest", "n is not null"},
	{"proof_head", "size", "t:signed i:at t:root", "1 = 1"},
	{"proof_hash", "i", "t:hash", "1 = 1"},
}

// tamper changes one value of a sealed row, or takes the row away, and says what it did.
func tamper(ctx context.Context, tx db.Tx, dice *rand.Rand, round int) (string, error) {
	c := covered[round%len(covered)]
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from `+c.table+` x where `+c.where)
	if err != nil || n == 0 {
		return c.table, errors.Join(err, fmt.Errorf("nothing of %s is sealed", c.table))
	}
	keys := strings.Fields(c.keys)
	row := make([]any, len(keys))
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none int, err error) {
		to := make([]any, len(keys))
		for i := range row {
			to[i] = &row[i]
		}
		return 0, scan(to...)
	}, fmt.Sprintf(`select %s from %s x where %s order by %s limit 1 offset %d`, strings.Join(keys, ", "), c.table, c.where, strings.Join(keys, ", "), dice.Int64N(n)))
	if err != nil {
		return c.table, err
	}
	var at []string
	for i, k := range keys {
		at = append(at, fmt.Sprintf("%s = $%d", k, i+1))
	}
	where := ` where ` + strings.Join(at, " and ")
	if dice.IntN(10) == 0 && c.table != "report" && c.table != "recheck_draw" && c.table != "merit" && c.table != "trail" && c.table != "review" {
		_, err := tx.ExecContext(ctx, `delete from `+c.table+where, row...)
		return fmt.Sprint("a row of ", c.table, " taken away"), err
	}
	columns := strings.Fields(c.columns)
	kind, column, _ := strings.Cut(columns[dice.IntN(len(columns))], ":")
	set := map[string]string{"t": column + ` || 'x'`, "b": `not ` + column, "i": fmt.Sprintf("coalesce(%s, 0) + %d", column, 1000+dice.IntN(1000)),
		"s": `case ` + column + ` when 'sent' then 'accepted' else 'returned' end`, "m": `case ` + column + ` when 'member' then 'civil' else 'member' end`}[kind]
	_, err = tx.ExecContext(ctx, `update `+c.table+` set `+column+` = `+set+where, row...)
	return c.table + "." + column, err
}

// named is a finding that says which record, or which head, and of when.
var named = regexp.MustCompile(`(?m)^SAI / WRONG: .*([a-z]+\.[a-z]+ [0-9A-Z]{13} \d+|đầu ký).*\d\d:\d\d:\d\d \d\d/\d\d/\d{4}`)

// The auditor's program has a name for each kind that is sealed, and none for what is not.
func (w *sealWorld) kindsAreNamed() {
	b, err := os.ReadFile("../../cmd/quantriet-verify/rows.go")
	if err != nil {
		w.t.Fatal(err)
	}
	var names, kinds []string
	for _, m := range regexp.MustCompile(`(?m)^\t"([a-z]+\.[a-z]+)": +"`).FindAllSubmatch(b, -1) {
		names = append(names, string(m[1]))
	}
	err = w.DB.Read(context.Background(), func(tx db.Tx) (err error) {
		kinds, err = db.All(context.Background(), tx, db.Value[string], `select distinct kind from proof_line`)
		return err
	})
	slices.Sort(names)
	slices.Sort(kinds)
	if err != nil || !slices.Equal(names, kinds) {
		w.t.Errorf("the auditor names %v, sealed are %v: %v", names, kinds, err)
	}
}

// Whatever is changed in the database directly, in any kind of sealed row, the auditor's program finds it.
func TestEverySealedKindIsGuarded(t *testing.T) {
	if testing.Short() {
		t.Skip("one change after the other: nothing for the race detector")
	}
	bin := filepath.Join(t.TempDir(), "quantriet-verify")
	if out, err := exec.Command("go", "build", "-o", bin, "quantriet/cmd/quantriet-verify").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := sealSeed(t, d)
		w.tell()
		w.kindsAreNamed()
		verify := func(tx db.Tx, keep string) (string, int) {
			var b bytes.Buffer
			path := filepath.Join(t.TempDir(), "log.jsonl")
			if err := errors.Join(w.Proof.DumpIn(ctx, tx, &b), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
				return err.Error(), 1 // what cannot be read is told too
			}
			if keep != "" {
				if err := os.WriteFile(keep, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command(bin, "-key", w.Proof.Log.Public(), path)
			out, _ := cmd.CombinedOutput()
			return string(out), cmd.ProcessState.ExitCode()
		}
		if err := d.Read(ctx, func(tx db.Tx) error {
			if out, code := verify(tx, os.Getenv("SEALED_SAMPLE")); code != 0 || strings.Contains(out, "differ") { // trees count what the reports say
				t.Fatal(out)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		dice, undo := rand.New(rand.NewPCG(5, 200)), errors.New("put back")
		for i := range 200 {
			what := ""
			err := d.Write(ctx, func(tx db.Tx) (err error) {
				if what, err = tamper(ctx, tx, dice, i); err != nil {
					return err
				}
				out, code := verify(tx, "")
				if code != 1 {
					t.Errorf("change %d not found: %s\n%s", i, what, out)
				}
				if !named.MatchString(out) {
					t.Errorf("change %d is found without record and time: %s\n%s", i, what, out)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatalf("%s: %v", what, err)
			}
		}
	})
}
