package app

import (
	"context"
	"fmt"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
)

// givenBack has a host's report returned with what is to be mended about single figures.
func (t *demo) givenBack(ctx context.Context, of, host id.ID, top org.Unit) error {
	v, err := t.Report.Show(ctx, officer(top), of, host)
	if err != nil {
		return err
	}
	more := []report.Remark{{Section: "shortcomings", Body: "Nêu rõ chi bộ nào ghi lý do vắng chưa kịp thời."}}
	if len(v.Studies) > 0 {
		more = append(more, report.Remark{Figure: "absent_unknown", Document: v.Studies[0].Document, Body: "Đề nghị làm rõ số vắng chưa rõ lý do ở hai xã."},
			report.Remark{Figure: "mass_heads", Document: v.Studies[0].Document, Body: "Đối chiếu với số ghế của hội trường."})
	}
	return t.Report.Return(ctx, officer(top), of, host, "Đề nghị xem lại các chỗ đã nhận xét và gửi lại.", report.Any, more...)
}

// amended has a base find a book after its report was accepted: the report is opened again and
// amended. Another base asks, and waits for its answer.
func (t *demo) amended(ctx context.Context, c *city, r *round) error {
	host, done := c.hosts[0], 0
	for _, base := range c.bases[host.ID] {
		v, err := t.Report.Show(ctx, officer(base), r.campaign.ID, base.ID)
		if err != nil {
			return err
		}
		if v.Report.State != "accepted" || len(v.Studies) == 0 {
			continue
		}
		t.at("2018-07-20 16:30")
		if err := t.Report.RequestReopen(ctx, officer(base), r.campaign.ID, base.ID, "Tìm thấy sổ giấy của một chi bộ chưa nhập. (Lý do mẫu)"); err != nil {
			return err
		}
		if done++; done == 2 {
			return nil
		}
		if err := t.amend(ctx, r.campaign.ID, v.Studies[0], host, base); err != nil {
			return fmt.Errorf("amend report of %s: %w", base.Short, err)
		}
	}
	return nil
}

func (t *demo) amend(ctx context.Context, of id.ID, s report.Study, host, base org.Unit) error {
	t.at("2018-07-20 17:00")
	if err := t.Report.Reopen(ctx, officer(host), of, base.ID, true, "Đồng ý, đề nghị gửi lại trong ngày."); err != nil {
		return err
	}
	t.at("2018-07-21 08:30")
	said := report.Figure{Code: "studied", Document: s.Document, Value: s.Total.Line.Count.Studied + 4, Marker: "gần", Reason: "Sổ giấy của chi bộ, đang nhập (mẫu)"}
	if err := t.Report.Declare(ctx, officer(base), of, base.ID, said); err != nil {
		return err
	}
	if err := t.Report.SetTexts(ctx, officer(base), of, base.ID, map[string]string{"causes": "Một chi bộ ghi sổ giấy, chưa kịp nhập. (Đoạn văn mẫu)"}); err != nil {
		return err
	}
	if err := t.Report.Send(ctx, officer(base), of, base.ID, "", report.Any); err != nil {
		return err
	}
	t.at("2018-07-21 10:00")
	return t.Report.Accept(ctx, officer(host), of, base.ID, report.Any)
}
