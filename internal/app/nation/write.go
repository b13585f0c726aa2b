package nation

import (
	"context"
	"errors"
	"io"

	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// piece is how many people, at least, go into one transaction.
const piece = 10_000

// Load stores the country past the use cases, as fast as it goes.
func (n *Nation) Load(ctx context.Context, d *db.DB) error {
	err := d.Bulk(ctx, true)
	if err == nil {
		_, err = d.Aside(ctx, func(db.Tx) (bool, error) { return true, nil }, "person_twin", "person_name")
	}
	if err == nil {
		err = errors.Join(n.load(ctx, d), d.Restore(ctx), d.Bulk(ctx, false))
	}
	return err
}

func (n *Nation) load(ctx context.Context, d *db.DB) error {
	err := d.Write(ctx, func(tx db.Tx) error { return org.AddAll(ctx, tx, n.Units, 0, 0) })
	for i := 0; err == nil && i < len(n.Cells); {
		var people []person.Person
		var reliefs []person.Exemption
		for ; i < len(n.Cells) && len(people) < piece; i++ {
			p, e := n.People(n.Cells[i])
			people, reliefs = append(people, p...), append(reliefs, e...)
		}
		err = d.Write(ctx, func(tx db.Tx) error {
			if err := person.AddAll(ctx, tx, people, 0, 0); err != nil {
				return err
			}
			return person.AddExemptions(ctx, tx, reliefs, 0, 0)
		})
	}
	return err
}

// UnitsCSV writes the tree as offices would.
func (n *Nation) UnitsCSV(w io.Writer) error {
	codes := map[int64]string{}
	c := sheet.NewCSV(w)
	if err := c.Row("Mã tổ chức", "Tên tổ chức đảng", "Tên ngắn", "Cấp", "Mã cấp trên", "Thứ tự"); err != nil {
		return err
	}
	for _, u := range n.Units {
		codes[int64(u.ID)] = u.Code
		if err := c.Row(u.Code, u.Name, u.Short, levels[u.Level], codes[int64(u.Parent)], text.Int(int64(u.Position))); err != nil {
			return err
		}
	}
	return c.Close()
}

var levels = map[string]string{"central": "Trung ương", "province": "Tỉnh", "commune": "Xã", "grassroots": "Tổ chức cơ sở đảng", "cell": "Chi bộ"}

var header = []string{"Số thẻ đảng", "Họ và tên", "Ngày sinh", "Giới tính", "Đối tượng", "Chức vụ", "Cán bộ chủ chốt", "Ngày vào Đảng", "Ngày chính thức",
	"Mã chi bộ", "Sinh hoạt từ ngày", "Miễn sinh hoạt từ ngày", "Hình thức miễn", "Lý do miễn", "Số nghị quyết"}

// rows gives the people as cells of a sheet, at most so many.
func (n *Nation) rows(most int, each func([]string) error) error {
	done := 0
	for _, c := range n.Cells {
		people, reliefs := n.People(c)
		exempt := map[int64]person.Exemption{}
		for _, e := range reliefs {
			exempt[int64(e.Person)] = e
		}
		for _, p := range people {
			if done == most {
				return nil
			}
			done++
			if err := each(row(p, n.Units[c.Unit].Code, exempt[int64(p.ID)])); err != nil {
				return err
			}
		}
	}
	return nil
}

func row(p person.Person, code string, e person.Exemption) []string {
	sex, key, relief := "Nam", "", ""
	if p.Sex == "f" {
		sex = "Nữ"
	}
	if p.KeyCadre {
		key = "x"
	}
	if e.From != "" {
		relief = "miễn"
	}
	kind := map[string]string{person.Official: "Chính thức", person.Probationary: "Dự bị", person.Civil: "Viên chức"}[p.Kind]
	return []string{p.MemberNo, p.Name, text.Date(p.Birth), sex, kind, p.Position, key, text.Date(p.JoinedOn), text.Date(p.OfficialOn),
		code, text.Date(p.Since), text.Date(e.From), relief, e.Reason, e.Resolution}
}

// PeopleCSV writes the rosters as offices would, at most so many rows.
func (n *Nation) PeopleCSV(w io.Writer, most int) error {
	c := sheet.NewCSV(w)
	if err := c.Row(header...); err != nil {
		return err
	}
	if err := n.rows(most, func(cells []string) error { return c.Row(cells...) }); err != nil {
		return err
	}
	return c.Close()
}

// PeopleXLSX is PeopleCSV as a workbook.
func (n *Nation) PeopleXLSX(w io.Writer, most int) error {
	x := sheet.NewXLSX(w)
	s, err := x.Sheet("Danh sách", sheet.Layout{})
	if err != nil {
		return err
	}
	put := func(cells []string) error {
		out := make([]sheet.Cell, len(cells))
		for i, c := range cells {
			out[i] = sheet.Cell{Value: c}
		}
		return s.Row(out...)
	}
	if err := put(header); err != nil {
		return err
	}
	if err := n.rows(most, put); err != nil {
		return err
	}
	return x.Close()
}
