package app

import (
	"context"
	"fmt"

	"quantriet/internal/kit/id"
	"quantriet/internal/overview/merit"
	"quantriet/internal/overview/narrative"
)

// words has Thủy Nguyên, which is still writing, take what two of its bases say of causes into
// its report: one word by word, one in its own words.
func (t *demo) words(ctx context.Context, c *city, r *round) error {
	host := c.hosts[0]
	for _, h := range c.hosts {
		if h.Short == "Thủy Nguyên" {
			host = h
		}
	}
	t.at("2018-07-22 16:50")
	v, err := t.Narrative.Pieces(ctx, officer(host), narrative.On(r.campaign.ID, host.ID), narrative.Query{Section: "causes"})
	if err != nil {
		return fmt.Errorf("pieces for %s: %w", host.Short, err)
	}
	for i, x := range v.Rows.Items[:min(2, len(v.Rows.Items))] {
		take := narrative.Taking{ID: id.New(), Source: x.Report, Version: x.Version, Part: x.Section, Place: x.Place, Into: "causes"}
		if i == 1 {
			take.Own, take.Words = true, "Một số nơi bố trí lịch học sát thời vụ nên khó huy động đủ."
		}
		if err := t.Narrative.Take(ctx, officer(host), narrative.On(r.campaign.ID, host.ID), take); err != nil {
			return fmt.Errorf("take for %s: %w", host.Short, err)
		}
	}
	_, err = t.Narrative.Work(ctx)
	return err
}

// praise proposes to commend one district, which the city upheld, and to criticise another,
// which may still answer.
func (t *demo) praise(ctx context.Context, c *city, r *round) error {
	t.at("2018-07-22 17:10")
	top := officer(c.top)
	l, err := t.Merit.List(ctx, top, r.campaign.ID, c.top.ID)
	if err != nil {
		return err
	}
	var commend, criticise id.ID
	for _, u := range l.Units {
		for _, e := range u.Evidence {
			if e.Kind == merit.Commend && commend == 0 {
				commend = u.Unit
				p := merit.Proposal{ID: id.New(), Campaign: r.campaign.ID, Unit: u.Unit, Kind: merit.Commend, What: "Chuẩn bị kỹ, báo cáo đầy đủ và đúng hạn.", Codes: []string{e.Code}}
				if err := t.Merit.Propose(ctx, top, p); err != nil {
					return err
				}
				if err := t.Merit.Decide(ctx, top, p.ID, true, "Nhất trí; nêu gương tại hội nghị tổng kết đợt."); err != nil {
					return err
				}
			}
		}
	}
	for _, h := range c.hosts {
		if h.Short == "Tiên Lãng" {
			criticise = h.ID
		}
	}
	if criticise == 0 || criticise == commend {
		return nil
	}
	p := merit.Proposal{ID: id.New(), Campaign: r.campaign.ID, Unit: criticise, Kind: merit.Criticise, What: "Gửi báo cáo sau thời hạn một ngày.", Said: "Báo cáo gửi 10 giờ ngày 20/7, hạn trước 20/7"}
	return t.Merit.Propose(ctx, top, p)
}
