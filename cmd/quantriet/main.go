// Command quantriet carries a resolution from its issue to proven effect.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"quantriet/internal/app"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/words"
)

type commands struct {
	Serve       serve            `cmd:"" default:"withargs" help:"Serve the pages and the API."`
	Demo        demo             `cmd:"" help:"Show the program with an invented story; touches no other data."`
	Import      imports          `cmd:"" help:"Bring in units or people from a sheet."`
	Report      reports          `cmd:"" help:"Write a unit's report to a file."`
	Proof       proofs           `cmd:"" help:"Write the sealed log to a file, for quantriet-verify."`
	Token       token            `cmd:"" help:"Make a token for programs that use the API."`
	ResetFactor resetFactor      `cmd:"" help:"Let an account that lost its second step begin anew."`
	Backup      backup           `cmd:"" help:"Copy the database and the files to a new folder, while it is in use."`
	Move        move             `cmd:"" help:"Copy an installation to another database."`
	Doctor      doctor           `cmd:"" help:"Look whether everything is in order."`
	Bench       benches          `cmd:"" help:"Measure this machine."`
	V           kong.VersionFlag `name:"version" help:"Show the version."`
}

type serve struct {
	app.Config `embed:""`
}

// Run serves until interrupted.
func (c serve) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	return a.Serve(ctx, c.Config, func(base string) error {
		fmt.Println("Quán Triệt:", base)
		link, err := a.Account.SetupLink(ctx, base)
		if link != "" {
			fmt.Println("Thiết lập lần đầu, trong 30 phút / first set-up, within 30 minutes:", link)
		}
		return err
	})
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	k := kong.Parse(&c, kong.Name("quantriet"), kong.Description("Carries a resolution from its issue to proven effect."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Vars{"version": app.Version}, kong.UsageOnError())
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "quantriet:", sentence(err))
		stop()
		os.Exit(1)
	}
}

// sentence is what the keeper of the machine reads: the words of a fault, or the error itself.
func sentence(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && words.Has(f.Key) {
		return words.T("en", f.Key, f.Args...) + " (" + err.Error() + ")"
	}
	return err.Error()
}
