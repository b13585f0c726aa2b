package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"quantriet/internal/app"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/words"
	"quantriet/internal/schema"
)

type demo struct {
	Scenario string   `help:"haiphong-2018 or province." default:"haiphong-2018" enum:"haiphong-2018,province"`
	Data     string   `help:"Folder of the demo; a new one each time unless given." type:"path"`
	Listen   string   `help:"Address to listen on." default:"127.0.0.1:8018"`
	Size     app.Size `embed:""`
}

// Run fills a folder of its own and serves it, with a clock that starts on the story's day.
func (c demo) Run(ctx context.Context) error {
	if err := free(ctx, c.Listen); err != nil {
		return err
	}
	if c.Data == "" {
		dir, err := os.MkdirTemp("", "quantriet-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.Data = dir
	}
	if err := os.MkdirAll(filepath.Join(c.Data, "files"), 0o700); err != nil {
		return err
	}
	d, err := db.Open(filepath.Join(c.Data, "demo.db"))
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx, schema.Files); err != nil {
		return err
	}
	fmt.Println("Đang dựng số liệu mẫu / building the story …")
	story, err := app.Demo(ctx, d, c.Data, c.Scenario, c.Size)
	if err != nil {
		return err
	}
	began := time.Now()
	a := app.New(d, func() time.Time { return story.Now.Add(time.Since(began)) }, c.Data)
	cfg := app.Config{Data: c.Data, Listen: c.Listen}
	return a.Serve(ctx, cfg, func(base string) error {
		fmt.Printf("\nQuán Triệt, bản trình diễn / demo: %s\nĐồng hồ của bản mẫu / its clock: %s\n\n", base, story.Now.Format("15:04 02/01/2006"))
		for _, door := range story.Doors {
			fmt.Printf("%-34s %-38s %s%s\n", words.T("vi", "access.role."+string(door.Role)), door.Unit, base, door.Path)
		}
		fmt.Print("\nMở một đường dẫn và bấm “Vào với vai …”; mở đường dẫn khác để đổi vai. Dừng: Ctrl+C; không chọn --data thì số liệu mẫu được xóa.\n" +
			"Open a link and press its button; open another link to change roles. Ctrl+C stops; without --data the story is deleted.\n\n")
		return nil
	})
}

// free says at once that an address is taken, not after the story was built.
func free(ctx context.Context, address string) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("%w (--listen 127.0.0.1:0 takes any free port)", err)
	}
	return l.Close()
}
