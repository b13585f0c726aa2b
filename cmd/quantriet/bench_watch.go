package main

import (
	"context"
	"os"

	"quantriet/internal/app/bench/watch"
)

type benchWatch struct {
	Watchers int    `help:"Open boards." default:"10000"`
	Sites    int    `help:"Sites of the meeting." default:"31000"`
	People   int    `help:"People of each site." default:"4"`
	Seconds  int    `help:"How long people are let in." default:"30"`
	Rate     int    `help:"Sites a second that send their people." default:"40"`
	DB       string `help:"Empty database to fill: postgres://… or a file; a temporary file unless given." name:"db"`
	Dir      string `help:"Folder to work in; a temporary one unless given." type:"path"`
}

// Run prints the table.
func (c benchWatch) Run(ctx context.Context) error {
	return (&watch.Watch{Dir: c.Dir, URL: c.DB, Watchers: c.Watchers, Sites: c.Sites, Each: c.People, Seconds: c.Seconds, Rate: c.Rate, Out: os.Stdout}).Run(ctx)
}
