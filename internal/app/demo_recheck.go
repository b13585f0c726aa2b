package app

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/contest"
	"quantriet/internal/work/essay"
)

// doubts has members of one base of Thủy Nguyên contest what is noted of them: two who are noted absent, one
// of whom gets an answer, the member whose door stands open, one who handed an essay in on paper, and two who need not
// write one. Whom the log draws to be asked again, the program itself sees to while it serves.
func (t *demo) doubts(ctx context.Context, c *city, r *round) error {
	host := c.hosts[7]
	base := c.bases[host.ID][0]
	cell := c.cells[base.ID][0]
	t.at("2018-07-21 20:15")
	member := t.people[cell.ID][12]
	if _, err := t.doubt(ctx, r, member, false); err != nil {
		return err
	}
	cells := c.cells[base.ID]
	owing, err := t.owing(ctx, r, t.people[cells[len(cells)-1].ID], 3)
	if err != nil {
		return err
	}
	if err := t.onPaper(ctx, r, owing[0]); err != nil {
		return err
	}
	if err := t.excused(ctx, r, officer(host), owing[1:]); err != nil {
		return err
	}
	for i, of := range t.missed(ctx, r, c, base.ID, 2) {
		x, err := t.doubt(ctx, r, of, true)
		if err != nil {
			return err
		}
		if i == 0 {
			t.at("2018-07-22 09:40")
			if err := t.Contest.Decide(ctx, officer(host), x, "rejected", "Biên bản và sổ điểm danh của lớp đều ghi vắng; mời đồng chí dự lớp học bù. (Trả lời mẫu)"); err != nil {
				return fmt.Errorf("answer a contest: %w", err)
			}
		}
	}
	return nil
}

// owing are the first n of some members who are noted as owing an essay.
func (t *demo) owing(ctx context.Context, r *round, people []person.Person, n int) (out []person.Person, err error) {
	for _, p := range people {
		m, err := t.Contest.MyFigures(ctx, self(p), r.campaign.ID)
		if err != nil {
			return nil, fmt.Errorf("figures of %s: %w", p.Name, err)
		}
		if slices.Equal(m.Essays.Counted(), []string{"essays_due"}) {
			out = append(out, p)
		}
		if len(out) == n {
			return out, nil
		}
	}
	return nil, fmt.Errorf("%d of %d owe an essay", len(out), n)
}

// onPaper has somebody who is noted as owing an essay contest that figure: it was handed in on paper.
func (t *demo) onPaper(ctx context.Context, r *round, p person.Person) error {
	_, err := t.Contest.Open(ctx, self(p), contest.New{ID: id.New(), Campaign: r.campaign.ID, Figure: "essays_due", Kind: "handed_in",
		Said: "Tôi đã nộp bản viết tay cho đồng chí bí thư. (Lời mẫu)"})
	return err
}

// excused has people who need not write say so, and the level above agree. The first one's record is put right, the others'
// wait for it.
func (t *demo) excused(ctx context.Context, r *round, above access.Actor, people []person.Person) error {
	for i, p := range people {
		c, err := t.Contest.Open(ctx, self(p), contest.New{ID: id.New(), Campaign: r.campaign.ID, Figure: "essays_due", Kind: "not_due",
			Said: "Tôi điều trị dài ngày, chi bộ đã đồng ý. (Lời mẫu)", Named: true})
		if err == nil {
			err = t.Contest.Decide(ctx, above, c.ID, "upheld", "Chi bộ đã xác nhận, đồng chí được mời viết chứ không bắt buộc. (Trả lời mẫu)")
		}
		if err != nil {
			return fmt.Errorf("%s need not write: %w", p.Name, err)
		}
		if i > 0 {
			continue
		}
		v, err := t.Contest.Show(ctx, above, c.ID)
		for _, m := range v.Mends {
			if err == nil {
				_, err = t.Essay.Mend(ctx, above, essay.Mending{ID: id.New(), Contest: c.ID, Task: m.Task, Why: "Nghị quyết sinh hoạt chi bộ tháng 7/2018 (mẫu)"})
			}
		}
		if err == nil {
			err = t.Contest.Mend(ctx, above, c.ID)
		}
		if err != nil {
			return fmt.Errorf("put right what is noted of %s: %w", p.Name, err)
		}
	}
	return nil
}

// self is a member who acts for himself.
func self(p person.Person) access.Actor {
	return access.Actor{Account: id.New(), Person: p.ID, Name: p.Name, Lang: "vi"}
}

// missed are members of a base who are noted absent, at most n.
func (t *demo) missed(ctx context.Context, r *round, c *city, base id.ID, n int) (out []person.Person) {
	for _, cell := range c.cells[base] {
		for i, p := range t.people[cell.ID] {
			if i == 12 || i > 40 || len(out) == n {
				continue
			}
			m, err := t.Contest.MyFigures(ctx, self(p), r.campaign.ID)
			if err == nil && len(m.Papers) > 0 && m.Papers[0].Standing.Form == "" && !m.Papers[0].Standing.Exempt {
				out = append(out, p)
			}
		}
	}
	return out
}

// doubt contests the last of the figures that count somebody for the first document.
func (t *demo) doubt(ctx context.Context, r *round, p person.Person, named bool) (id.ID, error) {
	m, err := t.Contest.MyFigures(ctx, self(p), r.campaign.ID)
	if err != nil || len(m.Papers) == 0 {
		return 0, fmt.Errorf("figures of %s: %w", p.Name, err)
	}
	x := m.Papers[0]
	figure := x.Figures[len(x.Figures)-1].Figure
	made, err := t.Contest.Open(ctx, self(p), contest.New{ID: id.New(), Campaign: r.campaign.ID, Document: x.Document, Figure: figure,
		Kind: contest.Kinds(figure)[0], Said: "Tôi ngồi cùng tổ với đồng chí tổ trưởng. (Lời mẫu)", Named: named})
	return made.ID, err
}
