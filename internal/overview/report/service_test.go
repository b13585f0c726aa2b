package report

import (
	"context"
	"errors"
	"slices"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

var ctx = context.Background()

func (w *world) show(t testing.TB, who access.Actor, unit id.ID) View {
	t.Helper()
	v, err := w.Show(ctx, who, round, unit)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func want(t testing.TB, what string, err error, key string) {
	t.Helper()
	if got := fault.Key(err); err == nil && key != "" || err != nil && got != key {
		t.Errorf("%s: %v, want %q", what, err, key)
	}
}

func TestComputed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		v := w.show(t, w.eastern, east)
		for code, n := range map[string]int64{"members": 10, "exempt": 1, "exempt_came": 1, "obliged": 9, "studied": 7, "absent": 3, "absent_excused": 1,
			"absent_unexcused": 1, "absent_unknown": 1, "meetings": 2, "meetings_member": 1, "meetings_thematic": 1, "speakers": 2, "civil": 2, "civil_studied": 1} {
			if got := v.Figures.Value(code, paper1); got != n {
				t.Errorf("%s is %d, want %d", code, got, n)
			}
		}
		if v.Figures.Value("opinions", 0) != 5 || v.Figures.Value("meetings", paper2) != 1 {
			t.Error("opinions of a meeting on two papers count once; each paper has its meetings:", v.Figures.Value("opinions", 0), v.Figures.Value("meetings", paper2))
		}
		all, obliged := v.Rates(paper1)
		if all.Num != 7 || all.Den != 10 || obliged.Num != 6 || obliged.Den != 9 {
			t.Error("the exempt who came is in one rate and apart in the other:", all, obliged)
		}
		rows := v.Studies[0].Rows
		if len(rows) != 3 || !rows[0].Own || rows[0].Line.Meetings.All() != 1 || rows[1].Line.Meetings.All() != 1 || rows[1].Absences.Excused != 1 || rows[2].Absences.Unknown != 1 {
			t.Errorf("rows add up to the total: %+v", rows)
		}
		if v.Due.Last() != "2018-07-19" || v.Late || v.Expected != 2 || !v.Below[0].Late || !v.MayEdit || v.MayDecide {
			t.Errorf("%+v %v %d %+v", v.Due, v.Late, v.Expected, v.Below)
		}
	})
}

// F1 and F2 as their newspapers printed them.
func TestPrinted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		for i := range 23 {
			w.meeting(t, id.ID(7100+1000*i), west, "Lớp", "class", now.UnixMilli()-int64(i+1)*7200_000, 0, paper1)
		}
		w.heads(t, 283, "")
		w.ex(t, `delete from meeting_document where meeting = 7100`) // the class of the heads makes it 23 again
		v := w.show(t, w.western, west)
		all, _ := v.Rates(paper1)
		if v.Figures.Value("meetings", paper1) != 23 || v.Figures.Value("mass_heads", paper1) != 283 || all.Num != 2909 || all.Den != 3044 ||
			all.Percent("half_up") != "95,57%" || all.Percent("truncate") != "95,56%" {
			t.Error(v.Figures.Value("meetings", paper1), v.Figures.Value("mass_heads", paper1), all)
		}
		w.ex(t, `update campaign_unit set members = 35900 where unit = $1`, west)
		w.ex(t, `update attendance_tally set studied = 35599, in_person = 35599 where lo = 5`)
		w.ex(t, `update attendance_headcount set amount = 5806`)
		v = w.show(t, w.western, west)
		if all, _ := v.Rates(paper1); all.Percent("half_up") != "99,16%" || v.Figures.Value("mass_heads", paper1) != 5806 {
			t.Error(all, all.Percent("half_up"))
		}
	})
}

func set(code string, value int64) Figure {
	return Figure{Code: code, Value: value, Reason: "theo biên bản"}
}

// F4: 1 + 100 + 573 is not 675.
func TestQuestion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		for _, f := range []Figure{set("sites_main", 1), set("sites_grassroots", 100), set("sites_cell", 573), set("sites_total", 675)} {
			want(t, f.Code, w.SetFigure(ctx, w.western, round, west, f), "")
		}
		v := w.show(t, w.western, west)
		if len(v.open()) != 1 || v.Gaps[0].Written() != "1 + 100 + 573 = 674" || v.Gaps[0].Stated != 675 {
			t.Fatalf("%+v", v.Gaps)
		}
		want(t, "sending with the question open", w.Send(ctx, w.western, round, west, "", Any), "report.question_open")
		want(t, "keeping without a reason", w.AnswerGap(ctx, w.western, round, west, "sites_total", 0, false, ""), "report.reason_needed")
		want(t, "keeping", w.AnswerGap(ctx, w.western, round, west, "sites_total", 0, false, "một điểm mở thêm"), "")
		want(t, "the same answer again", w.AnswerGap(ctx, w.western, round, west, "sites_total", 0, false, "một điểm mở thêm"), "")
		if v = w.show(t, w.western, west); len(v.open()) != 0 || len(v.Gaps) != 1 {
			t.Errorf("%+v", v.Gaps)
		}
		want(t, "a part that changes", w.SetFigure(ctx, w.western, round, west, set("sites_cell", 570)), "")
		if v = w.show(t, w.western, west); len(v.open()) != 1 {
			t.Errorf("asks again: %+v", v.Gaps)
		}
		want(t, "keeping again", w.AnswerGap(ctx, w.western, round, west, "sites_total", 0, false, "một điểm mở thêm"), "")
		want(t, "sending", w.Send(ctx, w.western, round, west, "", Any), "")
		if v = w.show(t, w.western, west); v.Report.Verified || v.Report.State != "sent" {
			t.Error("a sum that does not hold is never verified")
		}
		want(t, "returning", w.Return(ctx, w.officer, round, west, "dùng tổng các phần", 1), "")
		want(t, "using the sum", w.AnswerGap(ctx, w.western, round, west, "sites_total", 0, true, ""), "")
		want(t, "sending again", w.Send(ctx, w.western, round, west, "", Any), "")
		if v = w.show(t, w.western, west); !v.Report.Verified || v.Figures.Value("sites_total", 0) != 671 || v.Report.Version != 2 {
			t.Errorf("%+v", v.Report)
		}
	})
}

func TestChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		want(t, "before the units below", w.Send(ctx, w.eastern, round, east, "", 0), "report.below_waiting")
		want(t, "with a reason", w.Send(ctx, w.eastern, round, east, "đến hạn", 0), "")
		want(t, "the same form twice", w.Send(ctx, w.eastern, round, east, "đến hạn", 0), "")
		want(t, "by a colleague", w.Send(ctx, w.eastern2, round, east, "đến hạn", 0), "report.not_open")
		v := w.show(t, w.eastern, east)
		if len(v.Events) != 1 || v.Report.Version != 1 || v.Report.FirstSent != now.UnixMilli() || !v.Report.Verified {
			t.Fatalf("%+v %+v", v.Report, v.Events)
		}
		want(t, "changing a sent one", w.SetFigure(ctx, w.eastern, round, east, set("programmes", 1)), "report.not_open")
		w.ex(t, `update attendance_tally set studied = 4, in_person = 4, e4 = 1 where lo = 4 and document = $1`, paper1)
		v = w.show(t, w.officer, east)
		if v.Figures.Value("studied", paper1) != 7 || v.Studies[0].Total.Line.Count.Studied != 7 || len(v.Changes) == 0 || !v.MayDecide || v.MayEdit {
			t.Errorf("a sent report keeps what was sent: %d %+v", v.Figures.Value("studied", paper1), v.Changes)
		}
		r, err := w.Why(ctx, w.officer, round, east, Ask{Figure: "rate_all", Document: paper1})
		if c := r.since(); err != nil || !r.fresh() || len(c) != 1 || c[0].Code != "studied" || c[0].Then != 7 || c[0].Now == 7 {
			t.Errorf("what has moved since: %+v %v", c, err)
		}
		want(t, "returning without a remark", w.Return(ctx, w.officer, round, east, " ", 1), "report.remark_needed")
		want(t, "accepting by the unit itself", w.Accept(ctx, w.eastern2, round, east, 1), "access.denied")
		want(t, "accepting by a reader above", w.Accept(ctx, w.leader, round, east, 1), "access.denied")
		want(t, "returning", w.Return(ctx, w.officer, round, east, "cập nhật xã Hai", 1), "")
		want(t, "returning twice", w.Return(ctx, w.officer, round, east, "cập nhật xã Hai", 1), "")
		if v = w.show(t, w.eastern, east); v.Figures.Value("studied", paper1) != 8 || !v.MayEdit || v.Report.Remark != "cập nhật xã Hai" {
			t.Error("the records speak again:", v.Figures.Value("studied", paper1), v.Report)
		}
		want(t, "an old form", w.Send(ctx, w.eastern, round, east, "đến hạn", 0), "report.changed_meanwhile")
		want(t, "the new one", w.Send(ctx, w.eastern, round, east, "đến hạn", 1), "")
		want(t, "accepting an old version", w.Accept(ctx, w.officer, round, east, 1), "report.changed_meanwhile")
		want(t, "accepting", w.Accept(ctx, w.officer, round, east, 2), "")
		want(t, "accepting twice", w.Accept(ctx, w.officer, round, east, 2), "")
		want(t, "returning an accepted one", w.Return(ctx, w.officer, round, east, "thôi", 2), "report.not_sent")
		for what, err := range map[string]error{
			"a figure": w.SetFigure(ctx, w.eastern, round, east, set("programmes", 1)), "clearing": w.ClearFigure(ctx, w.eastern, round, east, "programmes", 0),
			"texts": w.SetTexts(ctx, w.eastern, round, east, map[string]string{"leading": "x"}), "the head": w.SetHead(ctx, w.eastern, round, east, Head{Number: "1"}),
			"sending": w.Send(ctx, w.eastern2, round, east, "", Any),
		} {
			want(t, "of an accepted report "+what, err, "report.is_accepted")
		}
		if v = w.show(t, w.officer, city); v.Accepted != 1 || v.Expected != 2 || len(w.show(t, w.officer, east).Events) != 4 {
			t.Error(v.Accepted, v.Expected)
		}
		want(t, "the owner's own report", w.Accept(ctx, w.officer, round, city, Any), "report.nobody_above")
	})
}

func TestFigure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		f := Figure{Code: "studied", Document: paper1, Value: 8, Reason: "một đồng chí ký sổ giấy"}
		want(t, "typed over records", w.SetFigure(ctx, w.eastern, round, east, f), "report.has_records")
		for _, d := range Defs {
			if d.Evidenced {
				f := Figure{Code: d.Code, Document: under(d.Code, paper1), Value: 8, Reason: "x"}
				want(t, "typed over records of "+d.Code, w.SetFigure(ctx, w.eastern, round, east, f), "report.has_records")
			}
		}
		f.Reason = ""
		want(t, "beside without ground", w.Declare(ctx, w.eastern, round, east, f), "report.ground_needed")
		f.Reason = "một đồng chí ký sổ giấy"
		want(t, "beside", w.Declare(ctx, w.eastern, round, east, f), "")
		want(t, "twice", w.Declare(ctx, w.eastern, round, east, f), "")
		want(t, "beside no records", w.Declare(ctx, w.eastern, round, east, set("programmes", 1)), "report.no_records")
		v := w.show(t, w.eastern, east)
		x, _ := v.Figures.Of("studied", paper1)
		if x.Known() != "evidenced" || x.Value != 7 || *x.Declared != 8 || x.By != w.eastern.Name || len(v.open()) != 0 {
			t.Errorf("%+v %+v", x, v.Gaps)
		}
		if all, _ := v.Rates(paper1); all.Num != 7 {
			t.Error("a declared number is in a rate:", all)
		}
		n, err := count(d, `select count(*) from audit_entry where action = 'report.declare'`)
		if err != nil || n != 1 {
			t.Error("logged once:", n, err)
		}
		want(t, "undoing", w.ClearFigure(ctx, w.eastern, round, east, "studied", paper1), "")
		want(t, "undoing twice", w.ClearFigure(ctx, w.eastern, round, east, "studied", paper1), "")
		if x, _ = w.show(t, w.eastern, east).Figures.Of("studied", paper1); x.Known() != "evidenced" || x.Value != 7 || x.Declared != nil {
			t.Errorf("%+v", x)
		}
		want(t, "of a foreign document", w.SetFigure(ctx, w.eastern, round, east, Figure{Code: "studied", Document: 77, Value: 8, Reason: "x"}), "fault.missing")
		want(t, "of no known code", w.SetFigure(ctx, w.eastern, round, east, set("iq", 1)), "fault.missing")
		want(t, "by a stranger", w.SetFigure(ctx, w.outside, round, east, set("programmes", 1)), "fault.missing")
		want(t, "by a reader", w.SetFigure(ctx, w.leader, round, east, set("programmes", 1)), "access.denied")
		want(t, "a section nobody knows", w.SetTexts(ctx, w.eastern, round, east, map[string]string{"poem": "x"}), "fault.missing")
		w.ex(t, `update campaign set state = 'closed'`)
		want(t, "of a closed campaign", w.SetFigure(ctx, w.eastern, round, east, set("programmes", 1)), "report.campaign_not_open")
	})
}

// F8: a marker of the records is kept and needs no reason.
func TestMarker(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.heads(t, 1861, "hơn")
		f, _ := w.show(t, w.western, west).Figures.Of("mass_heads", paper1)
		if number("vi", f) != "hơn "+text.Int(1861) || f.Known() != "evidenced" {
			t.Errorf("%+v", f)
		}
		want(t, "declared as about", w.SetFigure(ctx, w.western, round, west, Figure{Code: "outreach_reach", Value: 1861, Marker: "hơn"}), "")
		want(t, "sending", w.Send(ctx, w.western, round, west, "", Any), "")
		f, _ = w.show(t, w.western, west).Figures.Of("mass_heads", paper1)
		if f.Marker != "hơn" || f.Known() != "evidenced" {
			t.Errorf("after sending %+v", f)
		}
	})
}

// Four documents in one meeting: four rates, one meeting each.
func TestFourPapers(t *testing.T) {
	w := seed(t, dbtest.One(t))
	for i := range 2 {
		p := paper2 + 1 + id.ID(i)
		w.ex(t, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', $3, 'x', '2018-05-19', 'Nghị quyết', 'x', 0)`, p, city, text.Int(int64(i)))
		w.ex(t, `insert into campaign_document (campaign, document, ord) values ($1, $2, $3)`, round, p, 2+i)
		w.ex(t, `insert into meeting_document (meeting, document) values ($1, $2)`, conference, p)
		w.tally(t, p, 3, "member", 2+i, 0, [5]int{2 + i}, [5]int{2 + i})
	}
	w.ex(t, `delete from meeting_document where meeting = $1`, class1)
	v := w.show(t, w.eastern, east)
	rates := map[int64]bool{}
	for _, s := range v.Studies {
		all, _ := v.Rates(s.Document)
		rates[all.Num*100+int64(s.Document)] = true
		if v.Figures.Value("meetings", s.Document) != 1 {
			t.Error("one meeting for each paper:", s.Number, v.Figures.Value("meetings", s.Document))
		}
	}
	if len(v.Studies) != 4 || len(rates) != 4 {
		t.Error(len(v.Studies), rates)
	}
}

func TestWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		for code, n := range map[string]int{"studied": 7, "rate_obliged": 6, "absent": 3, "absent_excused": 1, "absent_unexcused": 1, "absent_unknown": 1, "exempt": 1, "exempt_came": 1, "form_online": 0, "form_in_person": 7} {
			r, err := w.Why(ctx, w.eastern, round, east, Ask{Figure: code, Document: paper1})
			if err != nil || len(r.Names.Items) != n || r.Hidden != 0 {
				t.Errorf("%s: %d names, want %d, %v", code, len(r.Names.Items), n, err)
			}
		}
		r, err := w.Why(ctx, w.eastern, round, east, Ask{Figure: "studied", Document: paper1, Find: "MAU 002", Page: db.Page{Limit: 1}})
		if err != nil || len(r.Names.Items) != 1 || r.Names.Items[0].Name != "Đảng viên mẫu 002" || r.Names.Items[0].Grade != 2 || r.Names.Items[0].Title == "" {
			t.Errorf("%+v %v", r.Names, err)
		}
		for _, code := range []string{"meetings", "meetings_thematic", "speakers", "opinions", "mass_heads", "meetings_key_cadre", "meetings_mass", "meetings_member", "plans_due", "essays_due"} {
			if _, err := w.Why(ctx, w.officer, round, city, Ask{Figure: code, Document: paper1}); err != nil {
				t.Error(code, err)
			}
		}
		r, err = w.Why(ctx, w.eastern, round, east, Ask{Figure: "rate_obliged", Document: paper1})
		if err != nil || int64(len(r.Names.Items)) != r.Rate.Num || r.taken() != 1 {
			t.Errorf("%d names behind %+v, %d taken off: %v", len(r.Names.Items), r.Rate, r.taken(), err)
		}
		for _, x := range []struct {
			figure string
			want   []int64
		}{{"plans_due", []int64{1, 1}}, {"plans_issued", []int64{0, 1}}} { // first who has none
			w.ex(t, `delete from plan where campaign = $1`, round)
			w.ex(t, `insert into plan (id, campaign, unit, state, created_at) values (77001, $1, $2, 'sent', 0)`, round, east)
			r, err := w.Why(ctx, w.officer, round, city, Ask{Figure: x.figure})
			var got []int64
			for _, p := range r.Pieces {
				got = append(got, p.Value)
			}
			if err != nil || !slices.Equal(got, x.want) || int64(len(got)) != r.View.Figures.Value("plans_due", 0) || x.figure == "plans_issued" && r.Pieces[1].Unit != east {
				t.Errorf("%s: %+v of %d, %v", x.figure, r.Pieces, r.View.Figures.Value("plans_due", 0), err)
			}
		}
		_, err = w.Why(ctx, w.officer, round, city, Ask{Figure: "iq"})
		want(t, "an unknown figure", err, "fault.missing")
		_, err = w.Why(ctx, w.outside, round, city, Ask{Figure: "studied"})
		want(t, "a stranger", err, "fault.missing")
		blind := w.leader // reads reports, but people only in one place
		blind.Grants = []access.Grant{{Role: access.Leader, Unit: base2, From: "2018-01-01"}}
		if _, err = w.Why(ctx, blind, round, east, Ask{Figure: "studied"}); fault.Of(err) != fault.Missing {
			t.Error(err)
		}
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		l, err := w.List(ctx, w.eastern, Query{Find: "xa mot"})
		if err != nil || len(l.Mine) != 1 || l.Mine[0].Unit != east || len(l.Receive.Items) != 1 || !l.Receive.Items[0].Late || l.Mine[0].Late {
			t.Fatalf("%+v %v", l, err)
		}
		l, err = w.List(ctx, w.officer, Query{Page: db.Page{Limit: 1}})
		if err != nil || len(l.Receive.Items) != 1 || l.Receive.Next == "" {
			t.Fatalf("%+v %v", l, err)
		}
		l, err = w.List(ctx, w.outside, Query{})
		if err != nil || len(l.Mine)+len(l.Receive.Items)+len(l.Campaigns) != 0 {
			t.Fatalf("%+v %v", l, err)
		}
	})
}

func count(d *db.DB, q string) (n int64, err error) {
	err = d.Read(ctx, func(tx db.Tx) error {
		n, err = db.One(ctx, tx, db.Value[int64], q)
		return err
	})
	return n, err
}

// What takes long is made ready for sendings that go through, and for no others.
func TestAround(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		ready, sent, mind := 0, 0, errors.New("changed my mind")
		w.Around = func(ctx context.Context, of, unit id.ID, send func(context.Context) error) error {
			ready++
			if err := send(ctx); !errors.Is(err, mind) {
				return err
			}
			return send(ctx)
		}
		w.Sent = func(context.Context, db.Tx, id.ID, id.ID) error {
			if sent++; sent == 1 {
				return mind
			}
			return nil
		}
		want(t, "a stranger", w.Send(ctx, as("Đảng viên mẫu 030", "unit_officer", strange), round, west, "", Any), "fault.missing")
		want(t, "an old form", w.Send(ctx, w.western, round, west, "", 7), "report.changed_meanwhile")
		if ready != 0 {
			t.Errorf("made ready %d times for nothing", ready)
		}
		want(t, "send", w.Send(ctx, w.western, round, west, "", 0), "")
		want(t, "the same form", w.Send(ctx, w.western, round, west, "", 0), "")
		if v, err := w.Show(ctx, w.western, round, west); err != nil || ready != 1 || sent != 2 || v.Report.Version != 1 {
			t.Errorf("made ready %d times, sent %d times, version %d: %v", ready, sent, v.Report.Version, err)
		}
	})
}
