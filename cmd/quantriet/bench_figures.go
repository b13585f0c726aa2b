package main

import (
	"context"
	"os"

	"quantriet/internal/app"
	"quantriet/internal/app/bench/figures"
)

type benchFigures struct {
	Cells   int     `help:"Cells of the nation." default:"230000"`
	Records float64 `help:"Part of the cells whose people and records are there as rows; 1 takes some minutes and 4 GB."`
	Visits  int     `help:"Visits of each page." default:"100"`
	DB      string  `help:"Database to fill, or filled by an earlier run with the same numbers: postgres://… or a file; a temporary file unless given." name:"db"`
}

// Run fills an empty database and prints the table.
func (c benchFigures) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("/var/tmp", "quantriet-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return (&figures.Figures{Config: app.Config{Data: dir, DB: c.DB}, Cells: c.Cells, Records: c.Records, Visits: c.Visits, Out: os.Stdout}).Run(ctx)
}
