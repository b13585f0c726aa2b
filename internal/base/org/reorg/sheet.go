package reorg

import (
	"context"
	"io"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Columns of a sheet of steps: one row for each unit that ends, moves or is renamed, and one
// for each person of a split that names people.
var Columns = []sheet.Column{
	{Key: "kind", Required: true, Names: []string{"Việc", "Hình thức sắp xếp", "Hình thức", "Nội dung sắp xếp", "Action"}},
	{Key: "code", Required: true, Names: []string{"Mã tổ chức cũ", "Mã tổ chức", "Mã hiện nay", "Mã cũ", "Unit code"}},
	{Key: "into", Names: []string{"Mã nơi nhận", "Mã tổ chức mới", "Mã mới", "Receiving code", "New code"}},
	{Key: "name", Names: []string{"Tên tổ chức mới", "Tên mới", "New name"}},
	{Key: "short", Names: []string{"Tên ngắn", "Tên gọi tắt", "Short name"}},
	{Key: "level", Names: []string{"Cấp", "Cấp mới", "Cấp tổ chức", "Level"}},
	{Key: "above", Names: []string{"Mã cấp trên", "Mã cấp trên mới", "Parent code"}},
	{Key: "committee", Names: []string{"Tên cấp ủy", "Cấp ủy", "Committee"}},
	{Key: "symbol", Names: []string{"Ký hiệu", "Ký hiệu văn bản", "Symbol"}},
	{Key: "place", Names: []string{"Địa danh", "Place"}},
	{Key: "below", Names: []string{"Mã tổ chức chuyển theo", "Mã chi bộ chuyển theo", "Moving unit"}},
	{Key: "member", Names: []string{"Số thẻ đảng viên", "Số thẻ đảng", "Member number"}},
}

// Sample is a small sheet to fill in.
func Sample(w io.Writer) error {
	return batch.Write(w, "xlsx", "Sắp xếp tổ chức", Columns, [][]any{
		{"Sáp nhập", "HP.01", "HP.P1", "Đảng bộ phường mẫu mới", "Phường mẫu mới", "Đảng ủy xã, phường, đặc khu", "HP", "ĐẢNG UỶ PHƯỜNG MẪU MỚI", "ĐU", "Phường mẫu mới", "", ""},
		{"Sáp nhập", "HP.02", "HP.P1", "", "", "", "", "", "", "", "", ""},
		{"Chuyển", "HP.03.004", "HP.P1", "", "", "", "", "", "", "", "", ""},
		{"Tách", "HP.05", "HP.05B", "Chi bộ mẫu số 2", "", "Chi bộ", "", "", "", "", "", "001234567"},
		{"Đổi tên", "HP.06", "", "Đảng bộ xã mẫu tên mới", "", "", "", "", "", "", "", ""},
		{"Giải thể", "HP.07", "HP.06", "", "", "", "", "", "", "", "", ""},
		{"Bỏ cấp", "", "", "", "", "Quận ủy, huyện ủy", "", "", "", "", "", ""},
	})
}

// AddSheet reads steps from a sheet and puts them behind those of a draft. key is the key of
// the form. Faults: Invalid on field file with the cells that are wrong.
func (s *Service) AddSheet(ctx context.Context, who access.Actor, event, key id.ID, f batch.File) (Event, error) {
	table, err := batch.Open(f, Columns)
	if err != nil {
		return Event{}, err
	}
	var levels []org.Level
	if err := s.DB.Read(ctx, func(tx db.Tx) (err error) { levels, err = org.Levels(ctx, tx, ""); return err }); err != nil {
		return Event{}, err
	}
	rungs := map[string]string{}
	for _, l := range levels {
		rungs[text.Fold(l.Code)], rungs[text.Fold(l.Name)], rungs[text.Fold(l.NameEn)] = l.Code, l.Code, l.Code
	}
	typed, err := gather(table, rungs, key)
	if err != nil {
		return Event{}, err
	}
	return s.Add(ctx, who, event, typed...)
}

// gathering folds rows of one kind with the same receiver into one step.
type gathering struct {
	steps []*Typed
	by    map[string]*Typed
	notes []batch.Note
}

func gather(table *sheet.Table, rungs map[string]string, key id.ID) ([]Typed, error) {
	g := gathering{by: map[string]*Typed{}}
	for row, err := range table.Rows() {
		if err != nil {
			return nil, err
		}
		if !row.Blank() && len(g.steps) <= plan.MostSteps {
			g.take(batch.Read(row), rungs, row.Number)
		}
	}
	told := make(words.Line, len(g.notes))
	for i, n := range g.notes {
		told[i] = words.Said{Key: "batch.at", Args: []any{"cell", n.Cell, "text", n}}
	}
	if err := bad(told); err != nil {
		return nil, err
	}
	if len(g.steps) == 0 {
		return nil, fault.At("file", "reorg.sheet_empty")
	}
	out := make([]Typed, len(g.steps))
	for i, t := range g.steps {
		out[i] = *t
		if out[i].ID = id.New(); i == 0 {
			out[i].ID = key
		}
	}
	return out, nil
}

// bad refuses a sheet for what is said of its cells, the first eight of them.
func bad(told words.Line) error {
	if len(told) == 0 {
		return nil
	}
	return fault.At("file", "reorg.sheet_bad", "n", len(told), "first", told[:min(len(told), 8)])
}

func (g *gathering) take(c *batch.Cells, rungs map[string]string, row int) {
	c.Must("kind", 40)
	t := Typed{row: row, Kind: c.Choice("kind", kindWords), Into: c.Line("into", 40), Above: c.Line("above", 40)}
	code, level := c.Line("code", 40), ""
	if c.Line("level", 300) != "" {
		level = c.Choice("level", rungs)
	}
	t.New = plan.Fresh{Name: c.Line("name", 300), Short: c.Line("short", 300), Level: level, Committee: c.Line("committee", 300), Symbol: c.Line("symbol", 20), Place: c.Line("place", 100)}
	below, member := c.Line("below", 40), c.Line("member", 30)
	if t.Kind != plan.Abolish && code == "" {
		c.Blame("code", "batch.empty")
	}
	g.notes = append(g.notes, c.Notes...)
	if len(c.Notes) > 0 {
		return
	}
	if t.Kind == plan.Abolish {
		g.steps = append(g.steps, &Typed{row: row, Kind: t.Kind, Level: level})
		return
	}
	name := t.Kind + "\n" + org.Code(t.Into)
	switch t.Kind {
	case plan.Rename:
		name += "\n" + code
	case plan.Split:
		name += "\n" + org.Code(code)
	}
	at := g.by[name]
	if at == nil {
		t.tidy()
		at = &t
		g.by[name], g.steps = at, append(g.steps, at)
	}
	at.Units = join(at.Units, code, at.Kind != plan.Split || at.Units == "")
	at.Below, at.Numbers = join(at.Below, below, below != ""), join(at.Numbers, member, member != "")
}

func join(list, s string, really bool) string {
	if !really {
		return list
	}
	return list + s + "\n"
}

// tidy decides what the receiver of a row is: a new unit when the row names it, else one
// that stands.
func (t *Typed) tidy() {
	switch {
	case t.Kind == plan.Split, t.Kind == plan.Merge && t.New.Name != "":
		t.New.Code, t.Into = t.Into, ""
	case t.Kind == plan.Rename:
		t.New.Code, t.Into = t.Into, ""
	default:
		t.New = plan.Fresh{}
	}
}
