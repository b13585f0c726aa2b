package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/likeness"
	"quantriet/internal/work/essay/marking"
)

// essays tells of one base of Thủy Nguyên: a scenario whose results are out, and an essay that is
// being written and marked, among them copies and texts patched together.
func (t *demo) essays(ctx context.Context, c *city, r *round) error {
	t.rand = rand.New(rand.NewPCG(2018, 7)) // whatever was drawn before, the marks are the same
	base := c.bases[c.hosts[7].ID][0]
	var writers []person.Person
	for _, cell := range c.cells[base.ID] {
		writers = append(writers, t.people[cell.ID]...)
	}
	if err := t.scenario(ctx, r, base, t.people[c.cells[base.ID][0].ID]); err != nil {
		return err
	}
	return t.reflection(ctx, c, r, base, writers)
}

func (t *demo) task(ctx context.Context, r *round, base org.Unit, from, title, due string, change func(*essay.Task)) (essay.Task, error) {
	n := essay.Template(from, sayVietnamese)
	n.ID, n.Campaign, n.Unit, n.Title, n.Due = id.New(), r.campaign.ID, base.ID, title, moment(due)
	if change != nil {
		change(&n)
	}
	made, err := t.Essay.Draft(ctx, r.owner, n)
	if err != nil {
		return made, err
	}
	return made, t.Essay.Open(ctx, r.owner, made.ID)
}

// handIn writes and hands an essay in at once.
func (t *demo) handIn(ctx context.Context, task id.ID, p person.Person, answers []string) (of, version id.ID, err error) {
	of = id.New()
	v, err := t.Essay.HandIn(ctx, access.Actor{Person: p.ID, Name: p.Name, Lang: "vi"}, task, of, id.New(), &essay.Save{Tab: of.String(), Step: 1, Answers: answers})
	return of, v.ID, err
}

func (t *demo) scenario(ctx context.Context, r *round, base org.Unit, people []person.Person) error {
	t.at("2018-07-05 08:00")
	task, err := t.task(ctx, r, base, "scenario_village", "Tình huống: vận động nhân dân làm đường thôn", "2018-07-14 17:00", func(n *essay.Task) {
		n.Least, n.Twice = 50, 0 // a second reading is drawn: who is shown his result here must not depend on it
		n.Questions[0].Models = []string{"Nêu được nguyên nhân (thông tin chưa rõ, lợi ích chưa công bằng, tin xấu trên mạng) và chỉ ra điểm mấu chốt là niềm tin vào sự công khai.", "Nêu được nguyên nhân nhưng chưa chỉ ra điểm mấu chốt.", "Chỉ đổ lỗi cho người dân hoặc cho cấp trên."}
	})
	if err != nil {
		return err
	}
	who := officer(base)
	for i, answers := range answersIn(scenarioTexts) {
		t.now = t.now.Add(7 * time.Hour)
		of, v, err := t.handIn(ctx, task.ID, people[8+i], answers)
		if err != nil {
			return err
		}
		if err := t.give(ctx, who, of, v, task, i); err != nil {
			return err
		}
	}
	t.at("2018-07-16 09:00")
	return t.Marking.Release(ctx, r.owner, task.ID)
}

// give marks an essay, most of them well.
func (t *demo) give(ctx context.Context, who access.Actor, of, version id.ID, task essay.Task, i int) error {
	g := marking.Given{ID: id.New(), Version: version, Remark: []string{"Liên hệ sát thực tế, đề xuất rõ việc.", "Nắm được nội dung; phần liên hệ còn chung.", "Cần nêu việc cụ thể của bản thân."}[i%3]}
	for _, c := range task.Criteria {
		share := int64(6 + t.rand.IntN(5))
		if i%11 == 7 {
			share = 4
		}
		g.Scores = append(g.Scores, marking.Score{Ord: c.Ord, Points: c.Points * share})
	}
	return t.Marking.Give(ctx, who, of, g)
}

// reflection has members of four cells write; the first cell's wait to be marked.
func (t *demo) reflection(ctx context.Context, c *city, r *round, base org.Unit, writers []person.Person) error {
	t.at("2018-07-06 08:00")
	task, err := t.task(ctx, r, base, "reflection", "Bài thu hoạch Nghị quyết Trung ương 7 (khóa XII)", "2018-07-25 17:00", func(n *essay.Task) { n.Least, n.Grouped, n.Twice = 80, true, 1000 })
	if err != nil {
		return err
	}
	if err := t.Likeness.AddReference(ctx, r.owner, likeness.Reference{ID: id.New(), Campaign: r.campaign.ID, Category: "resolution",
		Name: "Nghị quyết số 26-NQ/TW và số 27-NQ/TW (trích)", Body: strings.Join(quotes, "\n")}); err != nil {
		return err
	}
	own, texts := answersIn(essayTexts), [][]string{}
	waiting := map[id.ID]bool{c.cells[base.ID][0].ID: true}
	skip := map[id.ID]bool{t.people[c.cells[base.ID][0].ID][12].ID: true} // the demo's member has yet to write
	for i, p := range writers {
		if len(texts) >= len(own)+5 || skip[p.ID] {
			continue
		}
		answers := written(len(texts), own, texts)
		t.now = t.now.Add(5 * time.Hour)
		of, v, err := t.handIn(ctx, task.ID, p, answers)
		if err != nil {
			return fmt.Errorf("essay of %s: %w", p.Name, err)
		}
		texts = append(texts, answers)
		switch {
		case waiting[p.Unit]:
		case i%13 == 4:
			err = t.Marking.Return(ctx, officer(base), of, id.New(), "Bài chưa liên hệ với công việc của bản thân, đề nghị viết thêm.", t.now.Add(72*time.Hour).UnixMilli())
		case i%4 != 3:
			err = t.give(ctx, officer(base), of, v, task, i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// written is one's own text, a copy of another's, or one patched together of two.
func written(i int, own, texts [][]string) []string {
	switch i {
	case 9, 31: // whole copies
		return texts[5]
	case 14, 36: // the beginning of one, the rest of another, a word changed here and there
		return []string{texts[3][0], changed(texts[11][1]), changed(texts[11][2])}
	case 22: // sentences in another order
		s := strings.Split(strings.TrimSuffix(texts[7][0], "."), ". ")
		slices.Reverse(s)
		return []string{strings.Join(s, ". ") + ".", texts[7][1], texts[8][2]}
	}
	mine := slices.Clone(own[i-planted(i)])
	if i%3 == 0 {
		mine[0] += " " + quotes[i/3%len(quotes)]
	}
	return mine
}

// planted are the essays before the i-th that are nobody's own.
func planted(i int) (n int) {
	for _, at := range []int{9, 14, 22, 31, 36} {
		if at < i {
			n++
		}
	}
	return n
}

// changed replaces words by others of the same meaning.
func changed(s string) string {
	return strings.NewReplacer("chi bộ", "tổ chức đảng", "bà con", "mọi người", "năm nay", "trong năm", "cháu", "em", "đề nghị", "mong", "thì", "liền").Replace(s)
}
