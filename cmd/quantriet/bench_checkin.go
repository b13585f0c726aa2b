package main

import (
	"context"
	"os"
	"path/filepath"

	"quantriet/internal/app/bench/checkin"
)

type benchCheckin struct {
	Single    bool `help:"One person a request."`
	Overload  bool `help:"One, two and three times the capacity."`
	Reconnect bool `help:"500 stations come back at once with 20,000 records."`
	Storm     bool `help:"Three times the capacity; whoever is turned away comes again."`
	Batch     int  `help:"People in one request: one whole site at 62."`

	Sites       int    `help:"Sites, each with a cell of its own." default:"3100"`
	People      int    `help:"People of each site." default:"62"`
	Connections int    `help:"Lasting connections of the generator." default:"256"`
	Many        int    `help:"Connections when more is offered than can be done." default:"4096"`
	Wire        string `help:"station: devices that sign in and sign; codes: the plain operation with an usher's token." enum:"station,codes" default:"station"`
	Seconds     int    `help:"Length of each run at most." default:"20"`
	DB          string `help:"Empty database to fill: postgres://… or a file; a temporary file unless given." name:"db"`
	Servers     int    `help:"Server processes before the database." default:"1"`
	Pair        bool   `help:"On a temporary PostgreSQL with a synchronous standby."`
	Dir         string `help:"Folder to work in; a temporary one unless given." type:"path"`
	Pocketbase  string `help:"Address of a plain PocketBase to compare with: http://127.0.0.1:8090. docs/bench.md tells how to set it up."`
}

// Run measures what was asked for; everything unless something was.
func (c benchCheckin) Run(ctx context.Context) error {
	var modes []string
	for mode, wanted := range map[string]bool{"single": c.Single, "batch": c.Batch > 0, "overload": c.Overload, "reconnect": c.Reconnect, "storm": c.Storm} {
		if wanted {
			modes = append(modes, mode)
		}
	}
	if len(modes) == 0 {
		modes = checkin.Modes
	}
	if c.Batch == 0 {
		c.Batch = c.People
	}
	if c.Dir != "" {
		c.Dir = filepath.Clean(c.Dir)
		if err := os.MkdirAll(c.Dir, 0o700); err != nil {
			return err
		}
	}
	return (&checkin.Checkin{Dir: c.Dir, URL: c.DB, Servers: c.Servers, Pair: c.Pair, Sites: c.Sites, Each: c.People, Batch: c.Batch, Connections: c.Connections, Many: c.Many, Wire: c.Wire,
		Seconds: c.Seconds, Modes: modes, PocketBase: c.Pocketbase, Out: os.Stdout}).Run(ctx)
}
