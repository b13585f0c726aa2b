package batch

import (
	"bytes"
	"io"
	"strings"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/words"
)

// File is a sheet to import, xlsx or csv; Data stays readable during the call.
type File struct {
	Name    string // as uploaded, to be shown only
	Data    io.ReaderAt
	Size    int64
	Mapping *sheet.Mapping     // how its columns are understood; nil finds out
	Own     bool               // from the machine itself, of any size
	Veil    func(*sheet.Table) // hides columns that nobody may read here; nil for none
}

// Bytes makes a File of what is in memory.
func Bytes(name string, b []byte) File {
	return File{Name: name, Data: bytes.NewReader(b), Size: int64(len(b))}
}

// Options of an import.
type Options struct {
	DryRun bool   // look only
	Good   bool   // apply the good rows although others are wrong
	Under  id.ID  // units: the parent of rows that name none
	Kind   string // people: official, probationary, civil or mass, for rows that do not say
}

// Verdict says what an import does with a row.
type Verdict string

// The verdicts. Ask and Bad rows are never applied.
const (
	New     Verdict = "new"
	Same    Verdict = "same"
	Changed Verdict = "changed"
	Ask     Verdict = "question" // perhaps somebody who is known already
	Bad     Verdict = "error"
)

// Verdicts in the order they are shown.
var Verdicts = []Verdict{Bad, Ask, Changed, New, Same}

// Note is what is wrong with a row; Cell is "C12", or "12" when no column is to blame.
type Note struct {
	Cell string
	Key  string
	Args []any
}

// In is the sentence in a language.
func (n Note) In(lang string) string { return words.T(lang, n.Key, n.Args...) }

// Change is a field before and after.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Row is the verdict on one row of the file.
type Row struct {
	Number  int // as the spreadsheet shows it
	Verdict Verdict
	Name    string // of the unit or person
	Code    string // organisation code or member number, as far as the row has one
	Changes []Change
	Notes   []Note
	Person  id.ID // who is known already and told of by them; 0 for nobody
}

// Told are the row's sentences in a language, each with its cell.
func (r Row) Told(lang string) string {
	var out []string
	for _, n := range r.Notes {
		out = append(out, words.T(lang, "batch.at", "cell", n.Cell, "text", n.In(lang)))
	}
	return strings.Join(out, " ")
}

// What a Result keeps, so that a wrong file of a million rows costs no memory.
const (
	keepWrong = 10_000
	keepGood  = 200 // of each other verdict
)

// Result is what an import found and did.
type Result struct {
	File    string
	Sheet   string // title of the sheet that was read
	Total   int    // rows with something in them
	Count   map[Verdict]int
	Rows    []Row    // the first ones of each verdict, in the order of the file
	Unknown []string // columns that nobody asked for, "C: Ghi chú"
	Applied bool
}

// Begin makes the result of reading a table.
func Begin(f File, t *sheet.Table) *Result {
	return &Result{File: f.Name, Sheet: t.Sheet, Count: map[Verdict]int{}, Unknown: t.Unknown}
}

// Add counts a row and keeps it while there is room.
func (r *Result) Add(row Row) {
	r.Total++
	r.Count[row.Verdict]++
	most := keepGood
	if row.Verdict == Bad || row.Verdict == Ask {
		most = keepWrong
	}
	if r.Count[row.Verdict] <= most {
		r.Rows = append(r.Rows, row)
	}
}

// Wrong is the number of rows that are not applied.
func (r *Result) Wrong() int { return r.Count[Bad] + r.Count[Ask] }

// Fresh is the number of rows that change something.
func (r *Result) Fresh() int { return r.Count[New] + r.Count[Changed] }

// May decides whether the file is applied.
func (r *Result) May(o Options) bool { return !o.DryRun && (o.Good || r.Wrong() == 0) }

// Of are the kept rows of a verdict.
func (r *Result) Of(v Verdict) []Row {
	var out []Row
	for _, row := range r.Rows {
		if row.Verdict == v {
			out = append(out, row)
		}
	}
	return out
}

// WriteWrong writes the rows that were not applied, in the columns of the file and with
// one more that says why.
func (r *Result) WriteWrong(w io.Writer, f File, columns []sheet.Column, kind, lang string) error {
	t, err := Open(f, columns)
	if err != nil {
		return err
	}
	why := map[int]string{}
	for _, row := range r.Rows {
		if row.Verdict == Bad || row.Verdict == Ask {
			why[row.Number] = row.Told(lang)
		}
	}
	return sheet.WriteErrors(w, kind, t, words.T(lang, "sheet.verdict"), func(row int) string { return why[row] })
}
