package main

import (
	"context"
	"fmt"

	"quantriet/internal/app"
)

type resetFactor struct {
	app.Config `embed:""`
	Login      string `arg:"" help:"Account that begins anew with its second step."`
}

// Run takes the second step of an account away, for an installation where no second
// administrator can confirm it.
func (c resetFactor) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	if err := a.Account.ResetFactor(ctx, c.Login); err != nil {
		return err
	}
	fmt.Println("Đã đặt lại bước xác nhận thứ hai / the second step is reset:", c.Login)
	return nil
}
