package document

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Filter chooses from the register. Every empty field chooses all.
type Filter struct {
	Find   string // words of number, title and issuer, without marks
	Kind   string
	Year   string // of issue, four digits
	Issuer string // its name
	Target id.ID  // what implements this one directly
	Page   db.Page

	registers []id.ID // only those of these units
}

// Listed is a piece of the register with how many it is of.
type Listed struct {
	Items []Name `json:"items"`
	Next  string `json:"next" doc:"after of the next piece, empty at the end"`
	Total int64  `json:"total"`
}

const findMax = 100

func (f Filter) check() error {
	return fault.All(
		when(utf8.RuneCountInString(f.Find) > findMax, "q", "web.too_long", "n", findMax),
		when(utf8.RuneCountInString(f.Issuer) > nameMax, "issuer", "web.too_long", "n", nameMax),
		when(!clean(f.Find), "q", "web.not_text"),
		when(!clean(f.Issuer), "issuer", "web.not_text"))
}

func clean(s string) bool { _, ok := text.Clean(s); return ok }

// where is the condition of the filter within what the actor sees.
func (f Filter) where(who access.Actor, args *[]any) string {
	add := func(format string, v any) string {
		*args = append(*args, v)
		return fmt.Sprintf(format, len(*args))
	}
	q := "where " + who.Scope(access.DocumentRead).WhereSeen("d.unit", args)
	for _, word := range strings.Fields(text.Fold(f.Find)) {
		q += add(` and d.folded like $%d escape '\'`, "%"+escape.Replace(word)+"%")
	}
	if f.Kind != "" {
		q += add(" and d.kind = $%d", f.Kind)
	}
	if f.Year != "" {
		q += add(" and d.issued_on >= $%d", f.Year+"-01-01") + add(" and d.issued_on <= $%d", f.Year+"-12-31")
	}
	if f.Issuer != "" {
		q += add(" and coalesce(i.name, d.issuer_name) = $%d", f.Issuer)
	}
	if len(f.registers) > 0 {
		var in string
		in, *args = params(f.registers, *args...)
		q += " and d.unit in (" + in + ")"
	}
	if f.Target != 0 {
		q += add(" and exists (select 1 from document_link l where l.document = d.id and l.target = $%d)", f.Target)
	}
	return q
}

var escape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// List reads a piece of the register, the newest papers first.
func (s *Service) List(ctx context.Context, who access.Actor, f Filter) (out Listed, err error) {
	if err := f.check(); err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		rows, err := list(ctx, tx, who, f)
		if err != nil {
			return err
		}
		var args []any
		where := f.where(who, &args)
		out.Items, out.Next = rows.Items, rows.Next
		out.Total, err = db.One(ctx, tx, db.Value[int64], `select count(*)`+nameFrom+where, args...)
		return err
	})
	return out, wrap("list", err)
}

func list(ctx context.Context, tx db.Tx, who access.Actor, f Filter) (db.Rows[Name], error) {
	var args []any
	where := f.where(who, &args)
	return db.List(ctx, tx, f.Page, db.Order{Sort: "d.issued_on", ID: "d.id", Desc: true},
		func(n Name) (string, id.ID) { return n.IssuedOn, n.ID }, scanName, `select `+nameColumns+nameFrom+where, args...)
}

// Choices are what the filters of the list offer.
type Choices struct {
	Years   []string
	Issuers []string
}

const choicesMax = 100

// choices are the years and issuers of what the actor sees.
func (s *Service) choices(ctx context.Context, who access.Actor) (c Choices, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		var args []any
		where := Filter{}.where(who, &args)
		c.Years, err = db.All(ctx, tx, db.Value[string], fmt.Sprintf(`select distinct substr(d.issued_on, 1, 4) as year`+nameFrom+where+
			` order by year desc limit %d`, choicesMax), args...)
		if err != nil {
			return err
		}
		c.Issuers, err = db.All(ctx, tx, db.Value[string], fmt.Sprintf(`select coalesce(i.name, d.issuer_name) as issuer`+nameFrom+where+
			` and d.issuer_name <> '' group by coalesce(i.name, d.issuer_name) order by count(*) desc, issuer limit %d`, choicesMax), args...)
		return err
	})
	return c, wrap("choices of", err)
}

// exportMax bounds a sheet of the register, in rows.
const exportMax = 50_000

// Export writes the filtered register as "xlsx" or "csv".
func (s *Service) Export(ctx context.Context, who access.Actor, f Filter, kind, lang string, w io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	var all []Name
	err := s.DB.Read(ctx, func(tx db.Tx) error {
		for f.Page = (db.Page{Limit: 500}); ; {
			rows, err := list(ctx, tx, who, f)
			if err != nil {
				return err
			}
			all = append(all, rows.Items...)
			if f.Page.After = rows.Next; rows.Next == "" || len(all) >= exportMax {
				return nil
			}
		}
	})
	if err != nil {
		return wrap("export", err)
	}
	if kind == "csv" {
		return writeCSV(w, lang, all)
	}
	return writeXLSX(w, lang, all)
}

func head(lang string) []string {
	return []string{words.T(lang, "document.number"), words.T(lang, "document.issued_on"), words.T(lang, "document.kind"),
		words.T(lang, "document.title"), words.T(lang, "document.issuer"), words.T(lang, "document.secrecy"), words.T(lang, "document.files")}
}

func row(lang string, n Name) []string {
	return []string{n.Number, text.Date(n.IssuedOn), words.T(lang, "document.kind."+n.Kind), n.Title, n.IssuerName, degree(lang, n), fmt.Sprint(n.Files)}
}

func degree(lang string, n Name) string {
	if n.Secrecy == "" {
		return ""
	}
	return words.T(lang, "document.secrecy."+n.Secrecy) + ": " + n.KeptAt
}

func writeCSV(w io.Writer, lang string, all []Name) error {
	c := sheet.NewCSV(w)
	err := c.Row(head(lang)...)
	for _, n := range all {
		if err != nil {
			return err
		}
		err = c.Row(row(lang, n)...)
	}
	if err != nil {
		return err
	}
	return c.Close()
}

func writeXLSX(w io.Writer, lang string, all []Name) error {
	x := sheet.NewXLSX(w)
	s, err := x.Sheet(words.T(lang, "document.list"), sheet.Layout{Widths: []float64{18, 12, 20, 60, 32, 24, 8}, FreezeRows: 1, RepeatFrom: 1, RepeatTo: 1})
	if err != nil {
		return err
	}
	var cells []sheet.Cell
	for _, h := range head(lang) {
		cells = append(cells, sheet.Cell{Value: h, Style: sheet.Head})
	}
	err = s.Row(cells...)
	for _, n := range all {
		if err != nil {
			return err
		}
		cells = cells[:0]
		for _, v := range row(lang, n) {
			cells = append(cells, sheet.Cell{Value: v, Style: sheet.Text})
		}
		cells[1] = sheet.Cell{Value: sheet.Day(n.IssuedOn), Style: sheet.Date}
		cells[6] = sheet.Cell{Value: n.Files, Style: sheet.Int}
		err = s.Row(cells...)
	}
	if err != nil {
		return err
	}
	return x.Close()
}
