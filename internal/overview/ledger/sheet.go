package ledger

import (
	"bytes"
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/rollup"
)

// Sheet writes a unit's year as xlsx: campaigns, meetings, people. Faults as Whole.
func (s *Service) Sheet(ctx context.Context, who access.Actor, a Ask) ([]byte, error) {
	u, err := s.Whole(ctx, who, a)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	x := sheet.NewXLSX(&b)
	for _, write := range []func(*sheet.XLSX) error{u.campaignSheet, u.meetingSheet, u.peopleSheet} {
		if err := write(x); err != nil {
			return nil, fmt.Errorf("ledger sheet: %w", err)
		}
	}
	if err := x.Close(); err != nil {
		return nil, fmt.Errorf("ledger sheet: %w", err)
	}
	return b.Bytes(), nil
}

// leaf begins a sheet with its title and heads.
func (u Unit) leaf(x *sheet.XLSX, name string, widths []float64, heads []string) (*sheet.Sheet, error) {
	out, err := x.Sheet(name, sheet.Layout{Widths: widths, FreezeRows: 2, RepeatFrom: 2, RepeatTo: 2})
	if err != nil {
		return nil, err
	}
	out.RowOf(24, sheet.Cell{Value: say("ledger.book.of_year", "name", u.Name, "year", fmt.Sprint(u.Year)), Style: sheet.Title})
	if err := out.Merge(1, len(heads), 1); err != nil {
		return nil, err
	}
	var cells []sheet.Cell
	for _, h := range heads {
		cells = append(cells, sheet.Cell{Value: say(h), Style: sheet.Head})
	}
	return out, out.Row(cells...)
}

func (u Unit) campaignSheet(x *sheet.XLSX) error {
	heads := []string{"ledger.no", "ledger.campaign", "ledger.book.starts", "ledger.unit", "ledger.documents", "ledger.book.members", "ledger.book.studied_n", "ledger.book.rate_all", "ledger.book.rate_obliged",
		"ledger.book.recorded", "ledger.book.declared", "ledger.book.essays", "ledger.book.report", "ledger.note"}
	out, err := u.leaf(x, say("ledger.book.campaigns"), []float64{6, 44, 13, 30, 32, 11, 11, 12, 12, 12, 12, 12, 13, 24}, heads)
	for i, c := range u.lines(words.Langs[0]) {
		if err != nil {
			return err
		}
		r, all, obliged := rollup.Rounding(c.Rounding), c.Count.RateAll(), c.Count.RateObliged()
		err = out.Row(sheet.Cell{Value: i + 1, Style: sheet.Middle}, plain(c.Title), plain(text.Date(c.Starts)), plain(c.Unit), plain(c.Document), whole(c.Count.Members), whole(c.Count.Studied),
			sheet.Cell{Value: sheet.Fraction{Num: all.Num, Den: all.Den, Rounding: r}, Style: sheet.Rate}, sheet.Cell{Value: sheet.Fraction{Num: obliged.Num, Den: obliged.Den, Rounding: r}, Style: sheet.Rate},
			whole(c.Count.Studied-c.Count.Grades[4]), whole(c.Count.Grades[4]), plain(c.essays), plain(c.sent), plain(c.merits))
	}
	return err
}

func (u Unit) meetingSheet(x *sheet.XLSX) error {
	out, err := u.leaf(x, say("ledger.book.meetings"), []float64{6, 13, 44, 28, 32, 12, 12, 12, 12, 12}, []string{"ledger.no", "ledger.day", "ledger.meeting", "ledger.unit", "ledger.documents", "ledger.expected", "ledger.came",
		"ledger.state.excused", "ledger.state.unexcused", "ledger.made_up"})
	for i, h := range u.Rows {
		if err != nil {
			return err
		}
		err = out.Row(sheet.Cell{Value: i + 1, Style: sheet.Middle}, plain(day(h.Starts)), plain(h.Title), plain(h.Organiser), plain(h.Documents), whole(h.Sum.Expected), whole(h.Sum.Came), whole(h.Sum.States["excused"]),
			whole(h.Sum.States["unexcused"]), whole(h.Sum.States["made_up"]))
	}
	return err
}

func (u Unit) peopleSheet(x *sheet.XLSX) error {
	heads := append([]string{memberHeads[0], "ledger.unit"}, memberHeads[1:]...)
	out, err := u.leaf(x, say("ledger.book.people"), []float64{6, 30, 28, 12, 14, 18, 9, 9, 24, 24}, heads)
	for i, m := range u.People.Items {
		if err != nil {
			return err
		}
		row := []sheet.Cell{{Value: i + 1, Style: sheet.Middle}, plain(m.Unit)}
		for _, c := range memberCells(words.Langs[0], m) {
			row = append(row, plain(c))
		}
		err = out.Row(row...)
	}
	return err
}

func plain(s string) sheet.Cell { return sheet.Cell{Value: s, Style: sheet.Text} }

func whole(n int64) sheet.Cell { return sheet.Cell{Value: n, Style: sheet.Int} }
