package main

import (
	"context"
	"os"

	"quantriet/internal/app"
	"quantriet/internal/app/bench/sealing"
)

type benchSealing struct {
	Reports int    `help:"Reports of the nation." default:"52000"`
	Writers int    `help:"Who send and accept at once." default:"32"`
	Verify  string `help:"The program quantriet-verify, to measure it too." type:"path"`
	DB      string `help:"Empty database to fill: postgres://… or a file; a temporary file unless given." name:"db"`
}

// Run fills an empty database and prints the table.
func (c benchSealing) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("/var/tmp", "quantriet-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return (&sealing.Sealing{Config: app.Config{Data: dir, DB: c.DB}, Reports: c.Reports, Writers: c.Writers, Verify: c.Verify, Out: os.Stdout}).Run(ctx)
}
