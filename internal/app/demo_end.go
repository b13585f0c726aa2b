package app

import (
	"cmp"
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/work/plan"
)

// plans has the city and most districts send their plan in time; two are still writing.
func (t *demo) plans(ctx context.Context, c *city, r *round) error {
	t.at("2018-06-26 15:00")
	if err := t.plan(ctx, r, c.top, "117-KH/TU", "2018-06-26"); err != nil {
		return err
	}
	t.at("2018-07-02 09:00")
	for i, host := range c.hosts {
		if host.Short == "Vĩnh Bảo" || host.Short == "Bạch Long Vĩ" {
			continue
		}
		if err := t.plan(ctx, r, host, fmt.Sprintf("M%02d-KH/%s", 20+i, host.Symbol), "2018-07-02"); err != nil {
			return err
		}
	}
	return nil
}

// plan completes what the room proposes and sends it.
func (t *demo) plan(ctx context.Context, r *round, unit org.Unit, number, on string) error {
	who := officer(unit)
	v, err := t.Plan.Show(ctx, who, r.campaign.ID, unit.ID)
	if err != nil {
		return err
	}
	p := v.Plan
	if !v.Saved() {
		p.ID = id.New()
	}
	p.Number, p.IssuedOn, p.Signer = number, on, "Đảng viên mẫu (ký)"
	p.Position, p.Authority = cmp.Or(p.Position, "BÍ THƯ"), cmp.Or(p.Authority, "T/M BAN THƯỜNG VỤ")
	for i := range p.Lines {
		p.Lines[i].Place, p.Lines[i].Speaker = cmp.Or(p.Lines[i].Place, "Hội trường "+unit.Short), cmp.Or(p.Lines[i].Speaker, "Báo cáo viên mẫu")
	}
	for i := range p.Assignments {
		p.Assignments[i].Name = cmp.Or(p.Assignments[i].Name, fmt.Sprintf("Đồng chí mẫu %02d", i+1))
	}
	if len(p.Assignments) == 0 {
		p.Assignments = []plan.Assignment{{Name: "Đồng chí mẫu 01", Position: "Bí thư", Work: "Chỉ đạo chung"}, {Name: "Đồng chí mẫu 02", Position: "Trưởng Ban Tuyên giáo", Work: "Theo dõi, tổng hợp, báo cáo"}}
	}
	if _, err := t.Plan.Save(ctx, who, p); err != nil {
		return fmt.Errorf("plan of %s: %w", unit.Short, err)
	}
	_, err = t.Plan.Send(ctx, who, r.campaign.ID, unit.ID)
	return err
}

// reports stand as on the morning of 23/7/2018: bases report first, districts were due
// before 20/7; some are accepted, some wait, one came back, and in one a sum does not hold.
func (t *demo) reports(ctx context.Context, c *city, r *round) error {
	if err := t.ownColumn(ctx, c, r); err != nil {
		return err
	}
	for h, host := range c.hosts {
		for b, base := range c.bases[host.ID] {
			if err := t.baseReport(ctx, r, h, b, host, base); err != nil {
				return fmt.Errorf("report of %s: %w", base.Code, err)
			}
		}
	}
	for i, d := range c.departments {
		t.at("2018-07-18 10:00")
		if err := t.Report.Send(ctx, officer(d), r.campaign.ID, d.ID, "", report.Any); err != nil {
			return err
		}
		if i%4 != 3 {
			if err := t.Report.Accept(ctx, officer(c.top), r.campaign.ID, d.ID, report.Any); err != nil {
				return err
			}
		}
	}
	for h, host := range c.hosts {
		if err := t.hostReport(ctx, r, h, host, c.top); err != nil {
			return fmt.Errorf("report of %s: %w", host.Short, err)
		}
	}
	return t.amended(ctx, c, r)
}

// baseReport sends what a base has; those that have not begun, or are slow, send nothing.
func (t *demo) baseReport(ctx context.Context, r *round, h, b int, host, base org.Unit) error {
	if (h+b)%17 == 5 || (h*3+b*2)%14 > 11 || host.Short == "Vĩnh Bảo" && b > 1 {
		return nil
	}
	t.at("2018-07-17 16:00")
	if err := t.Report.SetTexts(ctx, officer(base), r.campaign.ID, base.ID, texts(base)); err != nil {
		return err
	}
	if err := t.Report.Send(ctx, officer(base), r.campaign.ID, base.ID, "", report.Any); err != nil {
		return err
	}
	if (h+b)%6 == 1 {
		return nil // waits to be read
	}
	t.at("2018-07-18 09:00")
	return t.Report.Accept(ctx, officer(host), r.campaign.ID, base.ID, report.Any)
}

func (t *demo) hostReport(ctx context.Context, r *round, h int, host, top org.Unit) error {
	who, of := officer(host), r.campaign.ID
	if host.Short == "Thủy Nguyên" {
		return t.gap(ctx, r, who, host)
	}
	if host.Short == "Vĩnh Bảo" || host.Short == "Bạch Long Vĩ" {
		return nil
	}
	t.at("2018-07-19 15:00")
	if host.Short == "Tiên Lãng" {
		t.at("2018-07-20 10:00") // a day late
	}
	if err := t.Report.SetTexts(ctx, who, of, host.ID, texts(host)); err != nil {
		return err
	}
	if err := t.Report.Send(ctx, who, of, host.ID, "Gửi đúng hạn; các đơn vị còn lại sẽ bổ sung.", report.Any); err != nil {
		return err
	}
	t.at("2018-07-20 16:00")
	switch {
	case host.Short == "Đồ Sơn":
		return t.givenBack(ctx, of, host.ID, top)
	case h%4 == 2:
		return nil // waits to be read
	}
	return t.Report.Accept(ctx, officer(top), of, host.ID, report.Any)
}

// gap is the real case of 1 + 100 + 573 sites announced as 675 (F4), and of "hơn 1.861"
// people (F8), moved here from other provinces: the report cannot be marked verified.
func (t *demo) gap(ctx context.Context, r *round, who access.Actor, host org.Unit) error {
	t.at("2018-07-22 16:40")
	for _, f := range []report.Figure{
		{Code: "sites_main", Value: 1, Reason: "Biên bản mẫu"}, {Code: "sites_grassroots", Value: 100, Reason: "Biên bản mẫu"},
		{Code: "sites_cell", Value: 573, Reason: "Biên bản mẫu"}, {Code: "sites_total", Value: 675},
		{Code: "outreach_reach", Value: 1861, Marker: "hơn", Reason: "Đài truyền thanh huyện (mẫu)"},
	} {
		if err := t.Report.SetFigure(ctx, who, r.campaign.ID, host.ID, f); err != nil && fault.Of(err) != fault.Invalid {
			return err
		}
	}
	return t.Report.SetTexts(ctx, who, r.campaign.ID, host.ID, texts(host))
}

// texts are what a unit writes, its own: of every section one beginning and one end.
func texts(u org.Unit) map[string]string {
	n := 0
	for _, c := range u.Code + u.Short {
		n = (n*31 + int(c)) % 100_003
	}
	pick := func(section string, shift int) string {
		x, y := said[section][0], said[section][1]
		k := n + shift
		return x[k%len(x)] + " " + y[k/len(x)%len(y)]
	}
	return map[string]string{
		"leading":      pick("leading", 0) + " (Đoạn văn mẫu của " + u.Short + ")",
		"forms":        pick("forms", 3),
		"strengths":    pick("strengths", 5),
		"shortcomings": pick("shortcomings", 7),
		"causes":       pick("causes", 11),
		"lessons":      pick("lessons", 13),
		"proposals":    pick("proposals", 17),
	}
}
