package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/marking"
)

// essays tells of one base of Thủy Nguyên: a scenario whose results are out, and an essay that is
// being written and marked, among them copies and texts patched together.
func (t *demo) essays(ctx context.Context, c *city, r *round) error {
	t.rand = rand.New(rand.NewPCG(2018, 7)) // whatever was drawn before, the texts are the same
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
		n.Least = 60
		n.Questions[0].Models = []string{"Nêu được nguyên nhân (thông tin chưa rõ, lợi ích chưa công bằng, tin xấu trên mạng) và chỉ ra điểm mấu chốt là niềm tin vào sự công khai.", "Nêu được nguyên nhân nhưng chưa chỉ ra điểm mấu chốt.", "Chỉ đổ lỗi cho người dân hoặc cho cấp trên."}
	})
	if err != nil {
		return err
	}
	who := officer(base)
	for i, p := range people[8:16] {
		t.now = t.now.Add(7 * time.Hour)
		of, v, err := t.handIn(ctx, task.ID, p, t.answers(i, villageFrames))
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

// reflection has sixty members of four cells write; the first cell's wait to be marked.
func (t *demo) reflection(ctx context.Context, c *city, r *round, base org.Unit, writers []person.Person) error {
	t.at("2018-07-06 08:00")
	task, err := t.task(ctx, r, base, "reflection", "Bài thu hoạch Nghị quyết Trung ương 7 (khóa XII)", "2018-07-25 17:00", func(n *essay.Task) { n.Least, n.Grouped, n.Twice = 120, true, 1000 })
	if err != nil {
		return err
	}
	var texts [][]string
	waiting := map[id.ID]bool{c.cells[base.ID][0].ID: true}
	skip := map[id.ID]bool{t.people[c.cells[base.ID][0].ID][12].ID: true} // the demo's member has yet to write
	for i, p := range writers {
		if len(texts) >= 60 || skip[p.ID] {
			continue
		}
		answers := t.written(i, texts)
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
func (t *demo) written(i int, texts [][]string) []string {
	own := t.answers(i, essayFrames)
	switch {
	case i == 9 || i == 31 || i == 47: // whole copies
		return texts[5]
	case i == 14 || i == 36: // the beginning of one, the rest of another, a word changed here and there
		out := []string{texts[3][0], changed(texts[11][1]), own[2]}
		return out
	case i == 22: // clauses in another order
		s := strings.Split(texts[7][0], ". ")
		for a, b := 0, len(s)-1; a < b; a, b = a+1, b-1 {
			s[a], s[b] = strings.TrimSuffix(s[b], "."), strings.TrimSuffix(s[a], ".")
		}
		return []string{strings.Join(s, ". ") + ".", own[1], own[2]}
	case i%3 == 0:
		own[0] += " " + quotes[i/3%len(quotes)]
	}
	return own
}

// changed replaces words by others of the same meaning.
func changed(s string) string {
	return strings.NewReplacer("chi bộ", "tổ chức đảng", "đồng chí", "anh chị em", "thường xuyên", "liên tục", "cần", "phải", "công việc", "nhiệm vụ").Replace(s)
}

// answers are three answers in the words of the i-th writer: frames in an order of their own, each
// filled from what the writer does.
func (t *demo) answers(i int, frames [3][]string) []string {
	me := trades[i%len(trades)]
	out := make([]string, 3)
	for q, list := range frames {
		var lines []string
		for _, k := range t.rand.Perm(len(list))[:min(4, len(list))] {
			lines = append(lines, t.filled(list[k], me))
		}
		out[q] = strings.Join(lines, " ")
	}
	return out
}

// innermost is a choice of a frame.
var innermost = regexp.MustCompile(`\{([^{}]*)\}`)

// filled puts words into the holes of a frame: {name} is the writer's own, {a|b|c} one of these;
// they may lie in each other.
func (t *demo) filled(frame string, me map[string]string) string {
	for strings.Contains(frame, "{") {
		frame = innermost.ReplaceAllStringFunc(frame, func(m string) string {
			choice := m[1 : len(m)-1]
			if own, ok := me[choice]; ok {
				choice = own
			}
			all := strings.Split(choice, "|")
			return all[t.rand.IntN(len(all))]
		})
	}
	return frame
}
