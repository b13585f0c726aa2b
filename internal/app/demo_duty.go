package app

import (
	"context"
	"fmt"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/duty"
	"quantriet/internal/overview/review"
)

// duties has the city ask its districts for the half year: some send in time, one in the days of
// grace, one too late, one is sent back, and one asks that what is frozen be opened again.
func (t *demo) duties(ctx context.Context, c *city, r *round) error {
	t.at("2018-07-02 10:00")
	if err := t.Duty.SetGrace(ctx, officer(c.top), r.campaign.ID, 3, 30); err != nil {
		return err
	}
	d, err := t.Duty.Order(ctx, officer(c.top), duty.Duty{ID: id.New(), Unit: c.top.ID, Title: "Báo cáo công tác tuyên giáo 6 tháng đầu năm 2018", Period: "half_year",
		From: "2018-01-01", To: "2018-06-30", Note: "Nêu rõ nguyên nhân của hạn chế. (Yêu cầu mẫu)",
		Levels: []duty.Level{{Level: "district", On: "2018-07-15", Grace: 3, Freeze: 3}, {Level: "equivalent", On: "2018-07-15", Grace: 3, Freeze: 3}}})
	if err != nil {
		return err
	}
	days := []string{"2018-07-10 09:00", "2018-07-11 15:00", "2018-07-13 16:30", "2018-07-17 08:00", "2018-07-20 10:00"}
	var last id.ID
	var accepted []id.ID
	for i, day := range days {
		t.at(day)
		if last, err = t.halfYear(ctx, d.ID, c.hosts[i]); err != nil {
			return fmt.Errorf("half year of %s: %w", c.hosts[i].Short, err)
		}
		if i < 2 {
			t.at("2018-07-14 08:00")
			if err := t.Review.Accept(ctx, officer(c.top), last, review.Any); err != nil {
				return err
			}
			accepted = append(accepted, last)
		}
	}
	if err := t.amendHalfYear(ctx, c, accepted); err != nil {
		return fmt.Errorf("amend a half year: %w", err)
	}
	t.at("2018-07-21 09:00")
	if err := t.Review.Return(ctx, officer(c.top), last, "Đề nghị nêu rõ nguyên nhân chủ quan.", review.Any); err != nil {
		return err
	}
	host := c.hosts[7] // Thủy Nguyên
	t.at("2018-07-22 08:00")
	_, err = t.Duty.AskReopen(ctx, officer(host), d.ID, host.ID, 0, "Đồng chí phụ trách đi công tác dài ngày, nay đã về. (Lý do mẫu)")
	return err
}

// amendHalfYear has a district ask that its accepted report be opened, amend it and send it again; another
// asks and waits.
func (t *demo) amendHalfYear(ctx context.Context, c *city, accepted []id.ID) error {
	first, of := officer(c.hosts[0]), accepted[0]
	t.at("2018-07-20 14:00")
	if err := t.Review.RequestReopen(ctx, first, of, "Nêu thiếu một hạn chế mà đoàn kiểm tra đã nhắc. (Lý do mẫu)"); err != nil {
		return err
	}
	t.at("2018-07-20 15:30")
	if err := t.Review.Reopen(ctx, officer(c.top), of, "Bổ sung hạn chế mà đoàn kiểm tra đã nhắc, gửi lại trong ngày. (Lý do mẫu)", review.Any); err != nil {
		return err
	}
	v, err := t.Review.Show(ctx, first, of)
	if err != nil {
		return err
	}
	t.at("2018-07-20 16:30")
	if err := t.Review.Save(ctx, first, of, v.Review.Head, map[string]string{"shortcomings": v.Review.Texts["shortcomings"] + " Hai chi bộ chưa ghi biên bản thảo luận."}); err != nil {
		return err
	}
	if err := t.Review.Send(ctx, first, of, review.Any); err != nil {
		return err
	}
	t.at("2018-07-20 17:00")
	if err := t.Review.Accept(ctx, officer(c.top), of, review.Any); err != nil {
		return err
	}
	t.at("2018-07-21 08:00")
	return t.Review.RequestReopen(ctx, officer(c.hosts[1]), accepted[1], "Ghi nhầm tên một lớp bồi dưỡng. (Lý do mẫu)")
}

// halfYear writes and sends what a unit owes.
func (t *demo) halfYear(ctx context.Context, of id.ID, unit org.Unit) (id.ID, error) {
	who := officer(unit)
	v, err := t.Review.Begin(ctx, who, review.Review{Duty: of, Unit: unit.ID})
	if err != nil {
		return 0, err
	}
	h := v.Head
	h.Authority, h.Position, h.Signer, h.Recipients = "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ", "Đảng viên mẫu (ký)", "Thường trực Thành ủy (để báo cáo)\nLưu Văn phòng"
	err = t.Review.Save(ctx, who, v.ID, h, map[string]string{
		"strengths":    "Các đợt học tập trong kỳ được tổ chức đúng đối tượng, có trao đổi, giải đáp. (Đoạn văn mẫu của " + unit.Short + ")",
		"shortcomings": "Một số chi bộ thảo luận còn ít; có nơi ghi sổ chậm.",
		"causes":       "Tài liệu đến chi bộ muộn; một số cấp ủy viên chưa dành thời gian hướng dẫn.",
		"lessons":      "Gửi tài liệu trước hội nghị ít nhất ba ngày.",
		"proposals":    "- Đề nghị cấp trên gửi đề cương sớm.\n- Mở lớp nghiệp vụ cho bí thư chi bộ.",
	})
	if err != nil {
		return 0, err
	}
	return v.ID, t.Review.Send(ctx, who, v.ID, 0)
}
