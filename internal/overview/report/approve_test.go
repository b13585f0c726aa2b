package report

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

func officerOf(unit id.ID) access.Actor {
	return as(fmt.Sprintf("Đảng viên mẫu %03d", 100+int64(unit)%100), access.UnitOfficer, unit)
}

// Remarks on single figures go down with the return; what was changed goes up with the next sending.
func TestReturned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		on := func(code string, body string) Remark {
			return Remark{Figure: code, Document: under(code, paper1), Body: body}
		}
		want(t, "before it is sent", w.Remark(ctx, w.officer, round, west, on("studied", "x"), Any), "report.not_sent")
		want(t, "texts", w.SetTexts(ctx, w.western, round, west, map[string]string{"causes": "Mưa lớn."}), "")
		want(t, "send", w.Send(ctx, w.western, round, west, "", 0), "")
		want(t, "by the unit", w.Remark(ctx, w.western, round, west, on("studied", "x"), 1), "access.denied")
		want(t, "by a stranger", w.Remark(ctx, w.outside, round, west, on("studied", "x"), 1), "fault.missing")
		want(t, "on nothing", w.Remark(ctx, w.officer, round, west, on("iq", "x"), 1), "fault.missing")
		want(t, "on a foreign document", w.Remark(ctx, w.officer, round, west, Remark{Figure: "studied", Document: 77, Body: "x"}, 1), "fault.missing")
		want(t, "on a section nobody knows", w.Remark(ctx, w.officer, round, west, Remark{Section: "poem", Body: "x"}, 1), "fault.missing")
		want(t, "too long", w.Remark(ctx, w.officer, round, west, on("studied", strings.Repeat("x", 2001)), 1), "web.too_long")
		want(t, "of an old version", w.Remark(ctx, w.officer, round, west, on("studied", "x"), 0), "report.changed_meanwhile")
		want(t, "on a figure", w.Remark(ctx, w.officer, round, west, on("studied", "Đếm lại."), 1), "")
		want(t, "otherwise", w.Remark(ctx, w.officer, round, west, on("studied", "Xin đếm lại."), 1), "")
		want(t, "the same again", w.Remark(ctx, w.officer, round, west, on("studied", "Xin đếm lại."), 1), "")
		want(t, "taken away", w.Remark(ctx, w.officer, round, west, on("absent", "x"), 1), "")
		want(t, "taken away", w.Remark(ctx, w.officer, round, west, on("absent", ""), 1), "")
		if v := w.show(t, w.western, west); len(v.Remarks) != 0 {
			t.Errorf("the unit sees what is only noted: %+v", v.Remarks)
		}
		if v := w.show(t, w.officer, west); len(v.Remarks) != 1 || v.noted() != 1 || !v.remarkedOn("studied", paper1, "") {
			t.Errorf("%+v", v.Remarks)
		}
		want(t, "accepting with a remark left", w.Accept(ctx, w.officer, round, west, 1), "report.remarks_open")
		want(t, "returning", w.Return(ctx, w.officer, round, west, "", 1, Remark{Section: "causes", Body: "Nói rõ hơn."}), "")
		v := w.show(t, w.western, west)
		if len(v.Remarks) != 2 || v.Remarks[0].Body != "Xin đếm lại." || v.Remarks[1].Section != "causes" || !v.Remarks[1].Sent || v.Diff.Kind != "again" || !v.Diff.Empty() {
			t.Errorf("%+v %+v", v.Remarks, v.Diff)
		}
		w.ex(t, `update attendance_tally set studied = 2910, in_person = 2910 where lo = 5`)
		want(t, "mending", w.SetTexts(ctx, w.western, round, west, map[string]string{"causes": "Mưa lớn ngày 12/7."}), "")
		want(t, "declaring", w.SetFigure(ctx, w.western, round, west, set("programmes", 2)), "")
		before := w.show(t, w.western, west).Diff
		want(t, "sending again", w.Send(ctx, w.western, round, west, "", 1), "")
		v = w.show(t, w.officer, west)
		if fmt.Sprint(v.Diff) != fmt.Sprint(before) || len(v.Diff.Texts) != 1 || v.Report.Amendments != 0 || len(v.Remarks) != 2 {
			t.Errorf("the difference is kept as it was seen: %+v, seen %+v", v.Diff, before)
		}
		moved := fmt.Sprint(v.Diff.Figures)
		for _, m := range []Moved{{"studied", paper1, false, "2.909", "2.910"}, {"absent", paper1, false, "135", "134"}, {"programmes", 0, true, "", "2"}} {
			if !strings.Contains(moved, fmt.Sprint(m)) {
				t.Errorf("%v is not in %s", m, moved)
			}
		}
	})
}

// amended is a report of base1 that was accepted, opened again and sent as an amendment.
func (w *world) amended(t *testing.T) access.Actor {
	t.Helper()
	who := officerOf(base1)
	want(t, "send", w.Send(ctx, who, round, base1, "", Any), "")
	want(t, "accept", w.Accept(ctx, w.eastern, round, base1, Any), "")
	want(t, "ask", w.RequestReopen(ctx, who, round, base1, "Sổ của một chi bộ mới tìm thấy."), "")
	want(t, "grant", w.Reopen(ctx, w.eastern, round, base1, true, ""), "")
	w.ex(t, `update attendance_tally set studied = 5, in_person = 5, e4 = 2 where lo = 3 and kind = 'member' and document = $1`, paper1)
	want(t, "send the amendment", w.Send(ctx, who, round, base1, "", Any), "")
	return who
}

func TestAmend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		who := officerOf(base1)
		ask := func() error { return w.RequestReopen(ctx, who, round, base1, "Sổ mới tìm thấy.") }
		want(t, "asking about an open one", ask(), "report.not_closed")
		want(t, "send", w.Send(ctx, who, round, base1, "", Any), "")
		want(t, "asking about one on its way", ask(), "report.not_closed")
		want(t, "accept", w.Accept(ctx, w.eastern, round, base1, Any), "")
		want(t, "without a reason", w.RequestReopen(ctx, who, round, base1, " "), "report.reason_needed")
		want(t, "by a stranger", w.RequestReopen(ctx, w.outside, round, base1, "x"), "fault.missing")
		want(t, "by a reader", w.RequestReopen(ctx, w.leader, round, base1, "x"), "access.denied")
		want(t, "deciding on nothing", w.Reopen(ctx, w.eastern, round, base1, true, ""), "report.nothing_asked")
		want(t, "asking", ask(), "")
		want(t, "the same form twice", ask(), "")
		want(t, "another request", w.RequestReopen(ctx, who, round, base1, "Khác."), "report.asked_already")
		want(t, "changing meanwhile", w.SetTexts(ctx, who, round, base1, map[string]string{"leading": "x"}), "report.is_accepted")
		want(t, "deciding oneself", w.Reopen(ctx, who, round, base1, true, ""), "access.denied")
		want(t, "refusing without a reason", w.Reopen(ctx, w.eastern, round, base1, false, ""), "report.refusal_needs_reason")
		want(t, "refusing", w.Reopen(ctx, w.eastern, round, base1, false, "Chưa cần."), "")
		if v := w.show(t, who, base1); v.Report.State != "accepted" || v.Reopen.State != "refused" || v.MayEdit || !v.MayAsk {
			t.Errorf("%+v %+v", v.Report, v.Reopen)
		}
		want(t, "asking again", ask(), "")
		if v := w.show(t, w.eastern, base1); !v.MayReopen {
			t.Error("the level above may not decide")
		}
		want(t, "granting", w.Reopen(ctx, w.eastern, round, base1, true, ""), "")
		v := w.show(t, who, base1)
		if v.Report.State != "returned" || !v.Report.Reopened || !v.MayEdit || v.Diff.Kind != "amend" || v.Report.Amendments != 0 {
			t.Errorf("%+v %+v", v.Report, v.Diff)
		}
		if v = w.show(t, w.eastern, east); v.Accepted != 0 || !v.Below[0].Reopened {
			t.Error("a report that is open again counts as accepted")
		}
		w.ex(t, `update attendance_tally set studied = 5, in_person = 5, e4 = 2 where lo = 3 and kind = 'member' and document = $1`, paper1)
		want(t, "sending", w.Send(ctx, who, round, base1, "", Any), "")
		v = w.show(t, w.eastern, base1)
		if v.Diff.Kind != "amend" || v.Diff.Why != "Sổ mới tìm thấy." || len(v.Diff.Figures) == 0 || v.Events[len(v.Events)-1].Action != "amend" {
			t.Errorf("%+v %+v", v.Diff, v.Events)
		}
		want(t, "accepting", w.Accept(ctx, w.eastern, round, base1, 2), "")
		if v = w.show(t, who, base1); v.Report.Amendments != 1 || v.Report.Reopened || v.MayEdit {
			t.Errorf("%+v", v.Report)
		}
		if v = w.show(t, w.eastern, east); v.Amended != 1 || v.Below[0].Amendments != 1 || v.Accepted != 1 {
			t.Error("travels up:", v.Amended, v.Below[0])
		}
		if v = w.show(t, w.officer, city); v.Amended != 1 {
			t.Error("travels to the top:", v.Amended)
		}
	})
}

// The owner's report has nobody above: another officer of the owner opens it. A campaign that is
// closed, or a report whose time is over, opens the same way.
func TestOpenAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		want(t, "the owner sends", w.Send(ctx, w.officer, round, city, "đến hạn", Any), "")
		want(t, "and asks", w.RequestReopen(ctx, w.officer, round, city, "Sửa số văn bản."), "")
		want(t, "and may not decide", w.Reopen(ctx, w.officer, round, city, true, ""), "report.own_request")
		other := as("Cán bộ mẫu 002", access.Officer, city)
		want(t, "a colleague does", w.Reopen(ctx, other, round, city, true, ""), "")
		want(t, "sending the amendment", w.Send(ctx, w.officer, round, city, "đến hạn", Any), "")
		if v := w.show(t, w.officer, city); v.Report.Amendments != 1 || v.Report.Reopened {
			t.Errorf("%+v", v.Report)
		}
		over := true
		w.Frozen = func(context.Context, db.Tx, id.ID, id.ID) (bool, error) { return over, nil }
		want(t, "after its time", w.Send(ctx, w.western, round, west, "", Any), "report.frozen")
		want(t, "asking", w.RequestReopen(ctx, w.western, round, west, "Mất điện ba ngày."), "")
		want(t, "opening", w.Reopen(ctx, w.officer, round, west, true, ""), "")
		want(t, "then", w.Send(ctx, w.western, round, west, "", Any), "")
		want(t, "accepting", w.Accept(ctx, w.officer, round, west, Any), "")
		if v := w.show(t, w.officer, west); v.Report.Amendments != 0 || v.Report.Reopened {
			t.Errorf("the first closing is no amendment: %+v", v.Report)
		}
		over = false
		w.ex(t, `update campaign set state = 'closed'`)
		want(t, "after the campaign", w.SetTexts(ctx, w.eastern, round, east, map[string]string{"leading": "x"}), "report.campaign_not_open")
		want(t, "asking", w.RequestReopen(ctx, w.eastern, round, east, "Chưa kịp gửi."), "")
		want(t, "opening", w.Reopen(ctx, w.officer, round, east, true, ""), "")
		want(t, "then", w.SetTexts(ctx, w.eastern, round, east, map[string]string{"leading": "x"}), "")
	})
}

// Nobody accepts what they had a hand in.
func TestFourEyes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		two := func(name string) access.Actor { // works for the unit and for the one above it
			who := as(name, access.UnitOfficer, east)
			who.Grants = append(who.Grants, access.Grant{Role: access.Officer, Unit: city, From: "2018-01-01"})
			return who
		}
		sender, before, declarer := two("Đảng viên mẫu 030"), two("Đảng viên mẫu 031"), two("Đảng viên mẫu 032")
		want(t, "one version", w.Send(ctx, before, round, east, "đến hạn", Any), "")
		want(t, "comes back", w.Return(ctx, w.officer, round, east, "Bổ sung", Any), "")
		want(t, "a figure", w.SetFigure(ctx, declarer, round, east, set("programmes", 1)), "")
		writer, wiper := two("Đảng viên mẫu 033"), two("Đảng viên mẫu 034")
		want(t, "a text", w.SetTexts(ctx, writer, round, east, map[string]string{"causes": "Mưa lớn."}), "")
		want(t, "a figure more", w.SetFigure(ctx, wiper, round, east, set("outreach_reach", 5)), "")
		want(t, "taken back", w.ClearFigure(ctx, wiper, round, east, "outreach_reach", 0), "")
		want(t, "the next version", w.Send(ctx, sender, round, east, "đến hạn", Any), "")
		want(t, "by who wrote a text", w.Accept(ctx, writer, round, east, Any), "report.own_texts")
		want(t, "by who declared and took it back", w.Accept(ctx, wiper, round, east, Any), "report.own_texts")
		want(t, "by who sent it", w.Accept(ctx, sender, round, east, Any), "report.own")
		want(t, "by who sent one before", w.Accept(ctx, before, round, east, Any), "report.own_unit")
		want(t, "by who declared a figure", w.Accept(ctx, declarer, round, east, Any), "report.own_figures")
		want(t, "by somebody else", w.Accept(ctx, w.officer, round, east, Any), "")
	})
}

// Declared numbers go to the top in their own column, beside records and without any.
func TestCarried(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		for i, unit := range []id.ID{base1, base2} {
			who, n := officerOf(unit), int64(10+i)
			want(t, "beside", w.Declare(ctx, who, round, unit, Figure{Code: "studied", Document: paper1, Value: n, Marker: []string{"hơn", ""}[i], Reason: "sổ giấy"}), "")
			want(t, "alone", w.SetFigure(ctx, who, round, unit, Figure{Code: "outreach_reach", Value: 100 * n, Marker: "gần"}), "")
			want(t, "send", w.Send(ctx, who, round, unit, "", Any), "")
		}
		check := func(what string, who access.Actor, unit id.ID) {
			v := w.show(t, who, unit)
			x, _ := v.Figures.Of("studied", paper1)
			y, _ := v.Figures.Of("outreach_reach", 0)
			if got := written(x.Said()) + ", " + written(y); got != "hơn 21, gần 2.100" || x.Known() != "evidenced" || v.Figures.Value("studied", paper1) != *x.Computed {
				t.Errorf("%s: %s %+v", what, got, x)
			}
		}
		check("the district, before it sends", w.eastern, east)
		want(t, "send", w.Send(ctx, w.eastern, round, east, "đến hạn", Any), "")
		check("the district, sent", w.eastern, east)
		check("the city", w.officer, city)
		want(t, "return", w.Return(ctx, w.officer, round, east, "Bổ sung", Any), "")
		want(t, "the district speaks for itself", w.Declare(ctx, w.eastern, round, east, Figure{Code: "studied", Document: paper1, Value: 30, Reason: "kiểm đếm lại"}), "")
		want(t, "send", w.Send(ctx, w.eastern, round, east, "đến hạn", Any), "")
		x, _ := w.show(t, w.officer, city).Figures.Of("studied", paper1)
		if written(x.Said()) != "30" || *x.Computed != 2916 {
			t.Errorf("%+v", x)
		}
	})
}

// Questions keep a report back until each is answered or mended; the answers go up with it.
func TestAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		n := "100"
		w.Questions = func(context.Context, db.Tx, id.ID, id.ID) ([]Question, error) {
			return []Question{{Code: "full", Figure: "studied", Document: paper1, Key: "report.of_figure", Args: []string{"n", n, "figure", "đã học"}, Must: true},
				{Code: "copied", Key: "report.pieces"}}, nil
		}
		w.Marked = func(context.Context, db.Tx, id.ID, id.ID) ([]Mark, error) {
			return []Mark{{Figure: "studied", Document: paper1, Count: 3, Href: "/contests"}, {Figure: "absent_unexcused", Document: paper1, Count: 2, Href: "/contests"},
				{Figure: "essays_due", Count: 4, Href: "/contests"}}, nil
		}
		want(t, "unanswered", w.Send(ctx, w.western, round, west, "", Any), "report.asked_open")
		reply := func(body string) error {
			return w.Reply(ctx, w.western, round, west, "full", "studied", paper1, body)
		}
		want(t, "a question nobody asks", w.Reply(ctx, w.western, round, west, "full", "absent", paper1, "x"), "fault.missing")
		want(t, "letters that are none", reply("a\x00b"), "web.not_text")
		want(t, "answering", reply("Đã đối chiếu từng chi bộ."), "")
		want(t, "taking it back", reply(""), "")
		want(t, "unanswered", w.Send(ctx, w.western, round, west, "", Any), "report.asked_open")
		want(t, "answering", reply("Đã đối chiếu từng chi bộ."), "")
		n = "99"
		want(t, "other numbers", w.Send(ctx, w.western, round, west, "", Any), "report.asked_open")
		n = "100"
		want(t, "sending", w.Send(ctx, w.western, round, west, "", Any), "")
		v := w.show(t, w.officer, west)
		if len(v.Asks) != 1 || v.Asks[0].Sentence != "100 đã học" || v.Asks[0].Answer != "Đã đối chiếu từng chi bộ." {
			t.Errorf("%+v", v.Asks)
		}
		if v = w.show(t, w.officer, city); v.Below[1].Answers != 1 {
			t.Errorf("%+v", v.Below)
		}
		who := w.officer
		rec := httptest.NewRecorder()
		w.house(&who).ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost"+to(round, west), nil))
		for _, text := range []string{"Đã đối chiếu từng chi bộ.", "3 đảng viên đang khiếu nại số liệu", "2 đảng viên đang khiếu nại số liệu", "100 đã học"} {
			if !strings.Contains(rec.Body.String(), text) {
				t.Errorf("the page does not say %q", text)
			}
		}
		_, parts := w.export(t, w.officer, west, "docx")
		said := spoken(parts["word/document.xml"])
		for _, text := range []string{"100 đã học Trả lời: Đã đối chiếu từng chi bộ.", "có 3 đảng viên đang khiếu nại số này", "có 4 đảng viên đang khiếu nại số này", "CHƯA ĐƯỢC DUYỆT"} {
			if !strings.Contains(said, text) {
				t.Errorf("the paper does not say %q", text)
			}
		}
	})
}

// An amendment says so on paper, with its reason, and so do the papers above it.
func TestPaperAmended(t *testing.T) {
	w := seed(t, dbtest.One(t))
	log := w.log()
	w.Version = "0.1"
	want(t, "head", w.SetHead(ctx, officerOf(base1), round, base1, Head{Number: "12", IssuedOn: "2018-07-18", Authority: "T/M ĐẢNG ỦY", Position: "BÍ THƯ", Signer: "Đảng viên mẫu 103", Recipients: "Huyện ủy"}), "")
	want(t, "beside", w.Declare(ctx, officerOf(base1), round, base1, Figure{Code: "studied", Document: paper1, Value: 6, Marker: "gần", Reason: "sổ giấy của chi bộ 4"}), "")
	w.amended(t)
	paper := func(who access.Actor, unit id.ID, name string) string {
		whole, parts := w.export(t, who, unit, "docx")
		keep(t, name, whole)
		return spoken(parts["word/document.xml"])
	}
	if said := paper(w.eastern, base1, "amending.docx"); !strings.Contains(said, "CHƯA ĐƯỢC DUYỆT") {
		t.Error("what is not accepted yet does not say so")
	}
	want(t, "accept", w.Accept(ctx, w.eastern, round, base1, Any), "")
	if _, err := log.Advance(ctx); err != nil {
		t.Fatal(err)
	}
	said := paper(w.eastern, base1, "amended.docx")
	for _, text := range []string{"đã sửa đổi 1 lần sau khi được duyệt. Lý do lần gần nhất: Sổ của một chi bộ mới tìm thấy.", "đơn vị khai gần 6, để riêng", "Mã QR"} {
		if !strings.Contains(said, text) {
			t.Errorf("the paper does not say %q", text)
		}
	}
	if said = paper(w.eastern, east, "above.docx"); !strings.Contains(said, "Các báo cáo cấp dưới đã sửa đổi 1 lần") {
		t.Error("the paper above does not say that one below was amended")
	}
}
