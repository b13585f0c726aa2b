package sheet

import (
	"bytes"
	"encoding/xml"
	"io"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"
)

// workbook is what all sheets of a file share.
type workbook struct {
	parts   pack
	limits  Limits
	epoch04 bool
	styles  []look // by cellXfs index
	shared  *strs  // nil until a sheet is read
}

type worksheet struct {
	book  *workbook
	name  string
	part  string
	areas []area
	known bool // areas have been looked for
}

const sheetsMax = 200

func openXLSX(r io.ReaderAt, size int64, l Limits) ([]grid, error) {
	p, err := openPack(r, size, l)
	if err != nil {
		return nil, err
	}
	if p["xl/workbook.xml"] == nil {
		return nil, &Error{Code: NotASheet}
	}
	wb := &workbook{parts: p, limits: l}
	if wb.styles, err = readStyles(p); err != nil {
		return nil, err
	}
	sheets, err := wb.sheets()
	if err != nil {
		return nil, err
	}
	if len(sheets) == 0 {
		return nil, broken(0, 0)
	}
	return sheets, nil
}

// sheets lists the worksheets, the visible ones first.
func (wb *workbook) sheets() ([]grid, error) {
	target := map[string]string{}
	err := wb.parts.each("xl/_rels/workbook.xml.rels", func(e xml.StartElement) error {
		if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/worksheet") && len(target) < sheetsMax {
			target[attr(e, "Id")] = resolve(attr(e, "Target"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var shown, hidden []grid
	err = wb.parts.each("xl/workbook.xml", func(e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			wb.epoch04 = truth(attr(e, "date1904"))
		case "sheet":
			s := &worksheet{book: wb, name: attr(e, "name"), part: target[attr(e, "id")]}
			if wb.parts[s.part] == nil || len(shown)+len(hidden) >= sheetsMax {
				return nil // a chart sheet, or one that is not there
			}
			if st := attr(e, "state"); st == "" || st == "visible" {
				shown = append(shown, s)
			} else {
				hidden = append(hidden, s)
			}
		}
		return nil
	})
	return slices.Concat(shown, hidden), err
}

func resolve(target string) string {
	if strings.HasPrefix(target, "/") {
		return clean(target)
	}
	return clean(path.Join("xl", target))
}

func truth(s string) bool { return s == "1" || s == "true" || s == "on" }

func (s *worksheet) title() string { return s.name }

// mergesMax bounds memory; a sheet with more merged areas is no table.
const mergesMax = 200_000

// merges finds the merged areas, which stand behind the rows: the text is
// searched for their element, far faster than reading every cell, and "<" cannot
// stand in the value of a cell.
func (s *worksheet) merges() ([]area, error) {
	if s.known {
		return s.areas, nil
	}
	f, err := s.book.parts[s.part].Open()
	if err != nil {
		return nil, broken(0, 0)
	}
	defer f.Close()
	rest, found, err := seek(f, []byte("mergeCells"))
	if err != nil {
		return nil, broken(0, 0)
	}
	if found {
		text := io.MultiReader(strings.NewReader("<mergeCells"), bytes.NewReader(rest), f)
		if s.areas, err = readAreas(newPart(text, f)); err != nil {
			return nil, err
		}
	}
	s.known = true
	return s.areas, nil
}

func readAreas(x *part) ([]area, error) {
	var out []area
	for {
		t, err := x.next()
		if err != nil {
			return nil, err
		}
		switch e := t.(type) {
		case nil:
			return out, nil
		case xml.StartElement:
			if a, ok := parseArea(attr(e, "ref")); ok && e.Name.Local == "mergeCell" {
				out = append(out, a)
			}
		case xml.EndElement:
			if e.Name.Local == "mergeCells" {
				return out, nil
			}
		}
		if len(out) > mergesMax {
			return nil, &Error{Code: TooBig}
		}
	}
}

func parseArea(ref string) (area, bool) {
	from, to, ok := strings.Cut(ref, ":")
	if !ok {
		return area{}, false
	}
	r1, c1 := parseRef(from)
	r2, c2 := parseRef(to)
	return area{r1, c1, r2, c2}, r1 > 0 && c1 > 0 && r2 >= r1 && c2 >= c1
}

// parseRef reads "AB12" as row 12, column 28; a part that is missing or
// outside what a spreadsheet can hold is 0.
func parseRef(ref string) (row, col int) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		if col = col*26 + int(ref[i]-'A') + 1; col > 16_384 {
			return 0, 0
		}
	}
	n, err := strconv.ParseUint(ref[i:], 10, 32)
	if err != nil || n > 1<<20 {
		return 0, col
	}
	return int(n), col
}

// lines streams the rows that hold something.
func (s *worksheet) lines() iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		if err := s.book.loadStrings(); err != nil {
			yield(line{}, err)
			return
		}
		x, err := s.book.parts.open(s.part)
		if err != nil {
			yield(line{}, err)
			return
		}
		defer x.Close()
		r := &rowReader{book: s.book, x: x}
		for {
			l, err := r.next()
			if err != nil {
				yield(line{}, err)
				return
			}
			if l.number == 0 || !yield(l, nil) {
				return
			}
		}
	}
}
