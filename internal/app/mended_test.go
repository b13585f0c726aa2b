package app

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/contest"
	"quantriet/internal/overview/report"
	"quantriet/internal/work/essay"
)

// A record that an upheld contest had put right leaves an accepted report as it was, and goes into its amendment.
func TestMendedRecordIsAmended(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w := context.Background(), sealSeed(t, d)
		officer, other, base := sealAs("Cán bộ mẫu 001", access.Officer, sealTop), sealAs("Cán bộ mẫu 002", access.Officer, sealTop), sealAs("Cán bộ mẫu 003", access.UnitOfficer, sealCommune)
		member := access.Actor{Account: id.New(), Person: 8000, Name: "Đảng viên mẫu 001", Lang: "vi"}
		task := essay.Template("duty", sayVietnamese)
		task.ID, task.Campaign, task.Unit, task.Due = id.New(), sealRound, sealTop, w.now.Add(24*time.Hour).UnixMilli()
		_, err := w.Essay.Draft(ctx, officer, task)
		w.ok("a task", err)
		w.ok("give it", w.Essay.Open(ctx, officer, task.ID))
		due := func(what string, want int64) {
			t.Helper()
			n, err := dbOne[int64](d, `select f.value from report_figure f join report r on r.id = f.report where r.unit = $1 and f.code = 'essays_due'`, sealCommune)
			if err != nil || n != want {
				t.Errorf("%s: %d have to write, want %d: %v", what, n, want, err)
			}
		}
		w.ok("texts", w.Report.SetTexts(ctx, base, sealRound, sealCommune, map[string]string{"strengths": "Đủ thành phần, đúng giờ.", "shortcomings": "Một chi bộ thảo luận còn ít."}))
		w.ok("send", w.answered(ctx, base, sealCommune, w.Report.Send(ctx, base, sealRound, sealCommune, "gửi đúng hạn", report.Any)))
		w.ok("accept", w.Report.Accept(ctx, officer, sealRound, sealCommune, report.Any))
		due("when it is accepted", 9)

		c, err := w.Contest.Open(ctx, member, contest.New{ID: id.New(), Campaign: sealRound, Figure: "essays_due", Kind: "not_due"})
		w.ok("contest", err)
		w.ok("uphold it", w.Contest.Decide(ctx, officer, c.ID, "upheld", "Đồng chí được miễn viết."))
		_, err = w.Essay.Mend(ctx, officer, essay.Mending{ID: id.New(), Contest: c.ID, Task: task.ID, Why: "Theo quyết định của chi bộ"})
		w.ok("put it right", err)
		w.ok("take the mark off", w.Contest.Mend(ctx, officer, c.ID))
		due("after the record was put right", 9)

		w.ok("ask to reopen", w.Report.RequestReopen(ctx, base, sealRound, sealCommune, "Bản ghi bài thu hoạch đã sửa"))
		w.ok("reopen", w.Report.Reopen(ctx, other, sealRound, sealCommune, true, "Đồng ý"))
		w.ok("send the amendment", w.answered(ctx, base, sealCommune, w.Report.Send(ctx, base, sealRound, sealCommune, "bản ghi đã sửa", report.Any)))
		w.ok("accept it", w.Report.Accept(ctx, other, sealRound, sealCommune, report.Any))
		due("in the amendment", 8)
		v, err := w.Report.Show(ctx, officer, sealRound, sealCommune)
		if err != nil || v.Report.Amendments != 1 || v.Diff.Kind != "amend" {
			t.Errorf("%d amendments, difference %+v, %v", v.Report.Amendments, v.Diff, err)
		}
	})
}
