package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"quantriet/internal/app"
	"quantriet/internal/kit/db"
	"quantriet/internal/schema"
)

type token struct {
	app.Config `embed:""`
	Login      string `arg:"" help:"Account the token acts for."`
	Name       string `help:"What it is for." default:"command line"`
	Days       int    `help:"How long it is good." default:"90"`
}

// Run prints the token, once.
func (c token) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	t, err := a.Account.Token(ctx, c.Login, c.Name, c.Days)
	if err == nil {
		fmt.Println(t)
	}
	return err
}

type backup struct {
	app.Config `embed:""`
	To         string `arg:"" help:"Folder to make; it must not exist." type:"path"`
}

// Run copies database and files, not the key of what is sealed in them: beside its key a copy
// would be readable to whoever finds it.
func (c backup) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	if err := os.Mkdir(c.To, 0o700); err != nil {
		return err
	}
	if err := a.DB.Backup(ctx, filepath.Join(c.To, "quantriet.db")); err != nil {
		return errors.Join(err, os.Remove(c.To)) // on PostgreSQL, which is told what to do instead
	}
	if err := os.CopyFS(filepath.Join(c.To, "files"), os.DirFS(a.Dir)); err != nil {
		return err
	}
	fmt.Println("Đã sao lưu / saved:", c.To)
	fmt.Println("Khóa mã hóa không nằm trong bản sao lưu. Hãy giữ riêng một bản của / the key is not in the copy; keep one of your own elsewhere:", app.KeyFile(c.Data))
	return nil
}

type move struct {
	app.Config `embed:""`
	To         string `required:"" help:"Database to copy to: postgres://… or a file. It must be empty."`
}

// Run copies every table and compares the counts.
func (c move) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	to, err := db.Open(c.To)
	if err != nil {
		return err
	}
	defer to.Close()
	if err := to.Migrate(ctx, schema.Files); err != nil {
		return err
	}
	if err := db.Copy(ctx, a.DB, to, func(table string, n int64) { fmt.Printf("%-28s %d\n", table, n) }); err != nil {
		return err
	}
	fmt.Println("Đã chuyển; số dòng của mọi bảng khớp / moved; the rows of every table agree.")
	return nil
}

type doctor struct {
	app.Config `embed:""`
}

// Run prints what it looked at; an error ends it with status 1.
func (c doctor) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	return a.Doctor(ctx, os.Stdout)
}
