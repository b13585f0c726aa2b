package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png" // is taken too

	"quantriet/internal/kit/fault"
)

const (
	mostPixels = 25_000_000 // decoded at most; a telephone makes twelve million
	leastSide  = 64
	fullSide   = 1600
	thumbSide  = 320
)

// picture is a photograph as it is kept.
type picture struct {
	full, thumb   []byte // JPEG
	width, height int
	look          Look
}

// develop draws a JPEG or PNG anew. How large it claims to be is read before it is decoded.
// Faults: Invalid on field "file".
func develop(data []byte) (p picture, err error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return p, fault.At("file", "file.broken")
	case c.Width < leastSide || c.Height < leastSide:
		return p, fault.At("file", "photo.small", "n", leastSide)
	case c.Width > mostPixels/c.Height:
		return p, fault.At("file", "photo.pixels", "n", mostPixels/1_000_000)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return p, fault.At("file", "file.broken")
	}
	full := turn(fit(img, fullSide), orientation(data))
	p.width, p.height, p.look = full.Rect.Dx(), full.Rect.Dy(), lookOf(full)
	if p.full, err = encode(full, 82); err == nil {
		p.thumb, err = encode(fit(full, thumbSide), 75)
	}
	return p, err
}

func encode(img image.Image, quality int) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("draw picture: %w", err)
	}
	return b.Bytes(), nil
}

// fit shrinks a picture until its longer side is at most most.
func fit(img image.Image, most int) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if long := max(w, h); long > most {
		w, h = max(1, w*most/long), max(1, h*most/long)
	}
	return shrink(img, w, h)
}

// shrink averages a picture, on white paper, into w×h, neither above its own; a strip at a
// time, so that it takes little more memory than the decoded picture.
func shrink(img image.Image, w, h int) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()/h+1))
	for y := range h {
		y0, y1 := y*b.Dy()/h, (y+1)*b.Dy()/h
		r := image.Rect(0, 0, b.Dx(), y1-y0)
		draw.Draw(strip, r, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, r, img, image.Pt(b.Min.X, b.Min.Y+y0), draw.Over)
		for x := range w {
			out.SetRGBA(x, y, average(strip, x*b.Dx()/w, (x+1)*b.Dx()/w, y1-y0))
		}
	}
	return out
}

func average(img *image.RGBA, x0, x1, h int) color.RGBA {
	var r, g, b int
	for y := range h {
		row := img.Pix[img.PixOffset(x0, y):]
		for x := range x1 - x0 {
			r, g, b = r+int(row[4*x]), g+int(row[4*x+1]), b+int(row[4*x+2])
		}
	}
	n := (x1 - x0) * h
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 255}
}

// turn puts a picture upright; o is 1 to 8 as Exif counts.
func turn(img *image.RGBA, o int) *image.RGBA {
	if o == 1 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if o > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fx, fy := x, y
			if o > 4 {
				fx, fy = y, x
			}
			if o == 2 || o == 3 || o == 7 || o == 8 {
				fx = w - 1 - fx
			}
			if o == 3 || o == 4 || o == 6 || o == 7 {
				fy = h - 1 - fy
			}
			out.SetRGBA(x, y, img.RGBAAt(fx, fy))
		}
	}
	return out
}
