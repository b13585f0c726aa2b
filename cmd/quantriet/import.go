package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"quantriet/internal/app"
	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person/intake"
)

type imports struct {
	app.Config `embed:""`
	What       string `arg:"" enum:"units,people" help:"units or people."`
	File       string `arg:"" type:"existingfile" help:"xlsx or csv as offices keep it."`
	DryRun     bool   `help:"Look only; change nothing."`
	Good       bool   `help:"Take the good rows although others are wrong."`
	Remove     int64  `help:"End the stay of the people of the file's units who are not in it; type their number."`
	Errors     string `help:"Where to write the rows that are wrong, in the same columns." type:"path"`
}

// memory is what Go may take of the 512 MB for a file of millions: the rest is SQLite's, which the
// collector does not see. Who stood in which row of 5.6 million takes 140 MB of it.
const memory = 272 << 20

// Run prints a verdict for every wrong row; with any of them nothing is applied unless --good.
func (c imports) Run(ctx context.Context) error {
	debug.SetMemoryLimit(memory)
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	who := access.System("command line")
	told := time.Now()
	sh, err := a.Intake.Bring(ctx, who, batch.File{Name: filepath.Base(c.File), Data: file, Size: info.Size()}, intake.Order{
		Kind: c.What, DryRun: c.DryRun, Good: c.Good, Remove: c.Remove,
		Tell: func(s intake.Sheet) {
			if time.Since(told) > time.Second {
				told = time.Now()
				fmt.Fprintf(os.Stderr, "\r%-9s %3d%% %10d", s.State, s.Percent, s.Done)
			}
		},
	})
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return err
	}
	if err := c.tell(ctx, a, who, sh); err != nil {
		return err
	}
	if c.Errors != "" && sh.Wrong() > 0 {
		return c.write(ctx, a, who, sh, file)
	}
	return nil
}

func (c imports) tell(ctx context.Context, a *app.App, who access.Actor, sh intake.Sheet) error {
	for _, v := range []batch.Verdict{batch.Bad, batch.Ask} {
		rows, err := a.Intake.Rows(ctx, who, sh.ID, v, 0, 1000)
		if err != nil {
			return err
		}
		for _, row := range rows {
			fmt.Printf("%6d  %s\n", row.Number, row.Told("vi"))
		}
	}
	fmt.Printf("mới / new %d, đổi / changed %d, như cũ / same %d, cần hỏi / ask %d, sai / wrong %d, không có trong tệp / missing %d\n",
		sh.Added, sh.Changed, sh.Same, sh.Asked, sh.Bad, sh.Missing)
	if sh.State == intake.Applied {
		fmt.Println("Đã lưu / applied.")
	} else {
		fmt.Println("Chưa thay đổi gì / nothing was changed.")
	}
	return nil
}

func (c imports) write(ctx context.Context, a *app.App, who access.Actor, sh intake.Sheet, file *os.File) error {
	kind := "xlsx"
	if filepath.Ext(c.Errors) == ".csv" {
		kind = "csv"
	}
	out, err := os.OpenFile(c.Errors, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := a.Intake.WriteWrong(ctx, who, sh, batch.File{Name: sh.Name, Data: file, Size: sh.Size, Own: true}, out, kind, "vi"); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
