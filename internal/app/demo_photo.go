package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"

	"quantriet/internal/core/meeting/photo"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// pictures has two bases of Thủy Nguyên send a photograph of their class, and a third one
// nearly the first one again: an invented hall, drawn here.
func (t *demo) pictures(ctx context.Context, c *city, r *round) error {
	done := 0
	for _, base := range c.bases[c.hosts[7].ID] {
		var class, n int64
		err := t.DB.Read(ctx, func(tx db.Tx) error {
			return tx.QueryRowContext(ctx, `select count(*), coalesce(max(m.id), 0) from report p join meeting m on m.campaign = p.campaign and m.unit = p.unit and m.kind = 'class'
				where p.campaign = $1 and p.unit = $2 and p.first_sent_at is not null`, r.campaign.ID, base.ID).Scan(&n, &class)
		})
		if err != nil {
			return fmt.Errorf("class of %s: %w", base.Short, err)
		}
		if n != 1 {
			continue
		}
		t.at(fmt.Sprintf("2018-07-22 1%d:30", done))
		p := photo.Photo{ID: id.New(), Meeting: id.ID(class), Kind: "photo", Caption: "Quang cảnh lớp học (ảnh vẽ minh họa)"}
		if _, err := t.Photo.Attach(ctx, officer(base), p, "lop-hoc.jpg", bytes.NewReader(hall([]int{3, 8, 3}[done], 640-80*done))); err != nil {
			return fmt.Errorf("photograph of %s: %w", base.Short, err)
		}
		if done++; done == 3 {
			return nil
		}
	}
	return errors.New("no three classes of Thủy Nguyên to photograph")
}

// hall draws a hall nobody has sat in: a red curtain, a banner, a rostrum and rows of chairs, aisle after
// so many of them.
func hall(aisle, width int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, width, width*3/4))
	box := func(x, y, w, h int, c color.RGBA) { // in 64ths of the width
		u := func(v int) int { return v * width / 64 }
		draw.Draw(img, image.Rect(u(x), u(y), u(x+w), u(y+h)), image.NewUniform(c), image.Point{}, draw.Src)
	}
	box(0, 0, 64, 48, color.RGBA{228, 216, 190, 255})
	box(0, 40, 64, 8, color.RGBA{150, 110, 70, 255})
	box(8, 2, 48, 18, color.RGBA{170, 30, 36, 255})
	box(10+aisle, 5, 26, 4, color.RGBA{250, 220, 90, 255})
	box(24-aisle, 14, 12, 9, color.RGBA{110, 66, 34, 255})
	for row := range 4 {
		for seat := range 11 {
			if seat != aisle {
				box(3+row%2+seat*5+seat*aisle/12, 25+row*5, 3, 3, color.RGBA{uint8(40 + 9*seat), uint8(60 + 20*row), 110, 255})
			}
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}) // into memory: it does not fail
	return b.Bytes()
}
