package main

import (
	"context"
	"os"

	"quantriet/internal/app"
	"quantriet/internal/app/bench"
)

// benches measure; each prints a table with its conditions.
type benches struct {
	Textreuse benchTextreuse `cmd:"" help:"Finding of copied passages: quality, speed and size."`
	Nation    benchNation    `cmd:"" help:"An invented country: import, pages, search, audiences, the opening of a campaign."`
	Checkin   benchCheckin   `cmd:"" help:"The morning itself: people let in a second, overload, retry storm, and that nobody was lost."`
	Watch     benchWatch     `cmd:"" help:"Live boards: thousands of watchers, and how soon each sees what was recorded."`
	Figures   benchFigures   `cmd:"" help:"The figures of a nation: the root page, a change at a leaf, every definition counted anew."`
	Seal      benchSealing   `cmd:"" help:"The sealed log: 52,000 reports sealed, exported and checked."`
}

type benchNation struct {
	Data   string  `help:"Folder of the database; a temporary one unless given." type:"path"`
	DB     string  `help:"Database to fill, or filled by an earlier run: postgres://… or a file." name:"db"`
	Size   float64 `help:"Part of the country; 1 is 5.6 million people." default:"0.05"`
	Seed   uint64  `help:"The same seed invents the same country." default:"1"`
	Dir    string  `help:"Folder for the sheets; a temporary one unless given." type:"path"`
	Direct bool    `help:"Load past the import, which is not measured then."`
}

// Run fills the database when it is empty and measures.
func (c benchNation) Run(ctx context.Context) error {
	for _, at := range []*string{&c.Dir, &c.Data} { // never the folder of the installation
		if *at != "" {
			continue
		}
		dir, err := os.MkdirTemp("/var/tmp", "quantriet-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		*at = dir
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	return (&bench.Nation{Config: app.Config{Data: c.Data, DB: c.DB}, Dir: c.Dir, Size: c.Size, Seed: c.Seed, Direct: c.Direct, Out: os.Stdout}).Run(ctx)
}
