package app

import (
	"context"
	"errors"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance"
)

// asked has two bases of Thủy Nguyên count fewer heads in the hall than were recorded: both are
// asked about it, one answers, and of the other it is settled.
func (t *demo) asked(ctx context.Context, c *city, r *round) error {
	host := c.hosts[7]
	done := 0
	for _, base := range c.bases[host.ID] {
		if done == 2 {
			return nil
		}
		var h attendance.Headcount
		var sent int64
		err := t.DB.Read(ctx, func(tx db.Tx) error {
			return tx.QueryRowContext(ctx, `select count(*), coalesce(max(m.id), 0), coalesce(max(s.id), 0), coalesce(max((select count(*) from attendance_record a where a.site = s.id and a.void_at is null and a.form = 'in_person')), 0)
				from report p join meeting m on m.campaign = p.campaign and m.unit = p.unit and m.kind = 'class' join meeting_site s on s.meeting = m.id
				where p.campaign = $1 and p.unit = $2 and p.first_sent_at is not null`, r.campaign.ID, base.ID).Scan(&sent, &h.Meeting, &h.Site, &h.Amount)
		})
		if err != nil {
			return fmt.Errorf("class of %s: %w", base.Short, err)
		}
		if sent != 1 || h.Amount < 20 {
			continue
		}
		t.at("2018-07-20 14:00")
		h.ID, h.Who, h.Amount, h.Note = id.New(), attendance.Hall, h.Amount*6/10, "Đếm theo ảnh chụp hội trường (mẫu)"
		if err := t.Attendance.Count(ctx, officer(base), h); err != nil {
			return fmt.Errorf("heads of %s: %w", base.Short, err)
		}
		t.at("2018-07-21 09:00")
		if err := t.Honesty.Mark(ctx, officer(host), r.campaign.ID, base.ID, "hall", "asked", "Đề nghị đối chiếu danh sách với số đếm tại hội trường."); err != nil {
			return err
		}
		t.at("2018-07-22 10:00")
		own := access.Actor{Name: officer(base).Name, Lang: "vi", Grants: []access.Grant{{Role: access.UnitOfficer, Unit: base.ID, From: "2018-01-01"}}}
		if err := t.Honesty.Answer(ctx, own, r.campaign.ID, base.ID, "hall", "Đếm sau giờ giải lao, một số đồng chí đã về; đơn vị gửi kèm biên bản. (Trả lời mẫu)"); err != nil {
			return err
		}
		if done++; done == 2 {
			return t.Honesty.Mark(ctx, officer(host), r.campaign.ID, base.ID, "hall", "settled", "Đã xem biên bản, số liệu phù hợp. (Kết luận mẫu)")
		}
	}
	return errors.New("no class of Thủy Nguyên to count heads in")
}
