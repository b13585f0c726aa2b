package org

import (
	"context"
	"io"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Columns of a sheet of units, by the headers that offices write. Import reads them,
// Export and the sample write their first names.
var Columns = []sheet.Column{
	{Key: "code", Required: true, Names: []string{"Mã tổ chức", "Mã tổ chức đảng", "Mã TCĐ", "Mã đơn vị", "Mã chi bộ", "Mã", "Unit code", "Code"}},
	{Key: "name", Required: true, Names: []string{"Tên tổ chức đảng", "Tên tổ chức", "Tổ chức đảng", "Tên đơn vị", "Tên chi bộ, đảng bộ", "Tên", "Unit name", "Name"}},
	{Key: "short", Names: []string{"Tên ngắn", "Tên viết tắt", "Tên gọi tắt", "Short name"}},
	{Key: "level", Required: true, Names: []string{"Cấp", "Cấp tổ chức", "Loại hình", "Loại tổ chức", "Loại hình tổ chức", "Level"}},
	{Key: "above", Names: []string{"Mã cấp trên", "Mã tổ chức cấp trên", "Mã đơn vị cấp trên", "Mã cấp trên trực tiếp", "Mã tổ chức đảng cấp trên", "Parent code"}},
	{Key: "parent", Names: []string{"Trực thuộc", "Tổ chức cấp trên", "Cấp trên trực tiếp", "Đơn vị cấp trên", "Tổ chức đảng cấp trên", "Parent"}},
	{Key: "committee", Names: []string{"Tên cấp ủy", "Cấp ủy", "Tên cấp ủy trên văn bản", "Committee"}},
	{Key: "symbol", Names: []string{"Ký hiệu", "Ký hiệu văn bản", "Symbol"}},
	{Key: "place", Names: []string{"Địa danh", "Nơi ban hành", "Place"}},
	{Key: "position", Names: []string{"Thứ tự", "Thứ tự hiển thị", "Position"}},
	{Key: "from", Names: []string{"Từ ngày", "Ngày thành lập", "Hiệu lực từ", "Valid from"}},
	{Key: "to", Names: []string{"Đến ngày", "Ngày giải thể", "Ngày kết thúc", "Hiệu lực đến", "Valid to"}},
}

// rungs are the levels as offices write them, folded.
var rungs = map[string]string{
	"tinh": "province", "thanh pho": "province", "tinh uy": "province", "thanh uy": "province", "cap tinh": "province", "dang bo tinh": "province",
	"so": "department", "so nganh": "department", "ban nganh": "department", "cap so": "department",
	"quan": "district", "huyen": "district", "thi xa": "district", "quan uy": "district", "huyen uy": "district", "thi uy": "district", "cap huyen": "district",
	"tren co so": "equivalent", "cap tren truc tiep co so": "equivalent", "cap tren truc tiep cua to chuc co so dang": "equivalent", "dang uy cap tren co so": "equivalent",
	"xa": "commune", "phuong": "commune", "dac khu": "commune", "cap xa": "commune", "dang bo xa": "commune", "dang bo phuong": "commune", "dang uy xa": "commune", "dang uy phuong": "commune",
	"tccsd": "grassroots", "dang bo co so": "grassroots", "chi bo co so": "grassroots", "co so": "grassroots", "cap co so": "grassroots", "to chuc co so": "grassroots", "dang uy co so": "grassroots",
	"bo phan": "sectional", "dang uy bo phan": "sectional", "chi bo truc thuoc": "cell", "to": "group",
}

// wording is rungs with the codes and names of the levels themselves.
func wording(levels map[string]Level) map[string]string {
	out := make(map[string]string, len(rungs)+3*len(levels))
	for word, code := range rungs {
		if _, ok := levels[code]; ok {
			out[word] = code
		}
	}
	for _, l := range levels {
		out[text.Fold(l.Code)], out[text.Fold(l.Name)], out[text.Fold(l.NameEn)] = l.Code, l.Code, l.Code
	}
	return out
}

// draft is a row of the file on its way into the tree.
type draft struct {
	Unit
	*batch.Cells
	row   int
	above string // code of the parent, or its name
	by    string // column that names the parent

	placed bool // the row says its position
	depth  int  // new ones above it in the file; -1 while it is being found
}

// share keeps one copy of what the row and the unit it means have in common.
func (d *draft) share(old *Unit) {
	for _, s := range [][2]*string{{&d.Code, &old.Code}, {&d.Name, &old.Name}, {&d.Short, &old.Short}, {&d.Committee, &old.Committee}, {&d.Place, &old.Place}} {
		if *s[0] == *s[1] {
			*s[0] = *s[1]
		}
	}
}

func readDraft(r sheet.Row, words map[string]string) *draft {
	c := batch.Read(r)
	d := &draft{Cells: c, row: r.Number}
	d.Code = Code(c.Must("code", codeMax))
	d.Name = c.Must("name", nameMax)
	d.Short, d.Committee = c.Line("short", nameMax), c.Line("committee", nameMax)
	d.Symbol, d.Place = c.Line("symbol", tagMax), c.Line("place", 100)
	c.Must("level", nameMax)
	d.Level = c.Choice("level", words)
	d.From, d.To = c.Date("from"), c.Date("to")
	if s := c.Line("position", 10); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < -positionMax || n > positionMax {
			c.Blame("position", "web.not_number", "min", -positionMax, "max", positionMax)
		}
		d.Position, d.placed = n, true
	}
	d.by, d.above = "above", c.Line("above", nameMax)
	if d.above == "" {
		d.by, d.above = "parent", c.Line("parent", nameMax)
	}
	if d.From != "" && d.To != "" && d.To < d.From {
		c.Blame("to", "org.to_before_from")
	}
	return d
}

// Sample is a small sheet to fill in.
func Sample(w io.Writer) error {
	return batch.Write(w, "xlsx", "Tổ chức đảng", Columns, [][]any{
		{"HP", "Đảng bộ thành phố mẫu", "Thành phố mẫu", "Tỉnh ủy, thành ủy", "", "", "THÀNH UỶ MẪU", "TU", "Thành phố mẫu", 1, nil, nil},
		{"HP.01", "Đảng bộ phường mẫu 01", "Phường mẫu 01", "Đảng ủy xã, phường, đặc khu", "HP", "", "ĐẢNG UỶ PHƯỜNG MẪU 01", "ĐU", "Phường mẫu 01", 1, sheet.Day("2025-07-01"), nil},
		{"HP.01.001", "Chi bộ cơ sở mẫu 001", "", "Tổ chức cơ sở đảng", "HP.01", "", "", "", "", 1, sheet.Day("2025-07-01"), nil},
	})
}

// Export writes the units of a list in the columns that Import reads, page by page. kind is "xlsx" or "csv".
func (s *Service) Export(ctx context.Context, who access.Actor, f Filter, w io.Writer, kind, lang string) error {
	return s.DB.Read(ctx, func(tx db.Tx) error {
		rungs, err := levels(ctx, tx)
		if err != nil {
			return err
		}
		out, err := batch.Out(w, kind, "Tổ chức đảng", Columns)
		if err != nil {
			return err
		}
		f.Day = s.Now.Day()
		for f.Page = (db.Page{Limit: 500}); ; {
			piece, err := list(ctx, tx, who.Scope(access.UnitRead), f)
			if err != nil {
				return err
			}
			above, err := parents(ctx, tx, piece.Items)
			if err != nil {
				return err
			}
			for _, u := range piece.Items {
				up := above[u.Parent]
				err := out.Row(u.Code, u.Name, u.Short, rungs[u.Level].In(lang), up.Code, up.Name, u.Committee, u.Symbol, u.Place,
					u.Position, sheet.Day(u.From), sheet.Day(u.To))
				if err != nil {
					return err
				}
			}
			if f.Page.After = piece.Next; piece.Next == "" {
				return out.Close()
			}
		}
	})
}

// parents are the units directly above those of a list.
func parents(ctx context.Context, tx db.Tx, units []Unit) (map[id.ID]Unit, error) {
	var ids []id.ID
	for _, u := range units {
		if u.Parent != 0 {
			ids = append(ids, u.Parent)
		}
	}
	return FindAll(ctx, tx, ids)
}
