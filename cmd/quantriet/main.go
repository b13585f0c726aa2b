// Command quantriet carries a resolution from its issue to proven effect.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"quantriet/internal/app"
)

type commands struct {
	Serve serve `cmd:"" help:"Serve the pages and the API."`
}

type serve struct {
	app.Config `embed:""`
}

// Run serves until interrupted.
func (s serve) Run(ctx context.Context) error {
	a, err := s.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	return a.Serve(ctx, s.Config, func(base string) { fmt.Println("Quán Triệt:", base) })
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	k := kong.Parse(&c, kong.Name("quantriet"), kong.Description("Carries a resolution from its issue to proven effect."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.UsageOnError())
	k.FatalIfErrorf(k.Run())
}
