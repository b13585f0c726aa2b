package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"quantriet/internal/app"
	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/sheet"
)

type imports struct {
	app.Config `embed:""`
	What       string `arg:"" enum:"units,people" help:"units or people."`
	File       string `arg:"" type:"existingfile" help:"xlsx or csv as offices keep it."`
	DryRun     bool   `help:"Look only; change nothing."`
	Good       bool   `help:"Take the good rows although others are wrong."`
	Errors     string `help:"Where to write the rows that are wrong, in the same columns." type:"path"`
}

// Run prints a verdict for every wrong row; with any of them nothing is applied unless --good.
func (c imports) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	f, who := batch.Bytes(filepath.Base(c.File), b), access.System("command line")
	columns, read := org.Columns, a.Org.Import
	if c.What == "people" {
		columns, read = person.Columns, a.Person.Import
	}
	r, err := read(ctx, who, f, batch.Options{DryRun: c.DryRun, Good: c.Good})
	if err != nil {
		return err
	}
	c.tell(r)
	if c.Errors != "" && r.Wrong() > 0 {
		return c.write(r, f, columns)
	}
	return nil
}

func (c imports) tell(r *batch.Result) {
	for _, v := range []batch.Verdict{batch.Bad, batch.Ask} {
		for _, row := range r.Of(v) {
			fmt.Printf("%6d  %s\n", row.Number, row.Told("vi"))
		}
	}
	fmt.Printf("mới / new %d, đổi / changed %d, như cũ / same %d, cần hỏi / ask %d, sai / wrong %d\n",
		r.Count[batch.New], r.Count[batch.Changed], r.Count[batch.Same], r.Count[batch.Ask], r.Count[batch.Bad])
	if r.Applied {
		fmt.Println("Đã lưu / applied.")
	} else {
		fmt.Println("Chưa thay đổi gì / nothing was changed.")
	}
}

func (c imports) write(r *batch.Result, f batch.File, columns []sheet.Column) error {
	var out bytes.Buffer
	kind := "xlsx"
	if filepath.Ext(c.Errors) == ".csv" {
		kind = "csv"
	}
	if err := r.WriteWrong(&out, f, columns, kind, "vi"); err != nil {
		return err
	}
	return os.WriteFile(c.Errors, out.Bytes(), 0o600)
}
