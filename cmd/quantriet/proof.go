package main

import (
	"context"
	"errors"
	"os"

	"quantriet/internal/app"
)

type proofs struct {
	app.Config `embed:""`
	Out        string `short:"o" required:"" help:"File to write, for quantriet-verify." type:"path"`
}

// Run writes the sealed log with everything it seals, as the database has it now.
func (c proofs) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(a.Proof.Dump(ctx, f), f.Close())
}
