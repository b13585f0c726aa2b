package photo

import (
	"bytes"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"math/bits"
	"strings"
	"testing"

	"quantriet/internal/kit/fault"
)

func crc(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

func TestLook(t *testing.T) {
	first := lookOf(hall(1, 480))
	apart := func(img image.Image) int {
		p, err := develop(jpg(img, 90))
		if err != nil {
			t.Fatal(err)
		}
		return bits.OnesCount64(uint64(first ^ p.look))
	}
	brighter := hall(1, 480)
	for i, c := range brighter.Pix {
		brighter.Pix[i] = uint8(min(255, int(c)+12))
	}
	flipped := image.NewRGBA(image.Rect(0, 0, 480, 360))
	for y := range 360 {
		for x := range 480 {
			flipped.Set(x, y, hallOne.At(479-x, y))
		}
	}
	for _, c := range []struct {
		say  string
		img  image.Image
		near bool
	}{
		{"itself", hall(1, 480), true},
		{"four times as large", hall(1, 1920), true},
		{"a little brighter", brighter, true},
		{"another hall", hall(2, 480), false},
		{"a third hall", hall(5, 480), false},
		{"mirrored: not seen", flipped, false},
	} {
		if n := apart(c.img); (n <= close) != c.near {
			t.Errorf("%s: %d bits apart", c.say, n)
		}
	}
	for _, q := range []int{30, 60, 95} {
		if p, _ := develop(jpg(hall(1, 480), q)); !p.look.alike(first) {
			t.Errorf("quality %d: %d bits apart", q, bits.OnesCount64(uint64(first^p.look)))
		}
	}
	wall := image.NewRGBA(image.Rect(0, 0, 200, 200))
	draw.Draw(wall, wall.Rect, image.White, image.Point{}, draw.Src)
	if l := lookOf(wall); l != 0 || l.alike(l) {
		t.Errorf("a white wall looks like %x", l)
	}
}

var hallOne = hall(1, 480)

// Whatever three bits differ, one band of two looks is equal.
func TestBands(t *testing.T) {
	l := Look(0x0123456789abcdef)
	for i := range 64 {
		for j := i; j < 64; j++ {
			o := l ^ 1<<i ^ 1<<j ^ 1<<((i+j)%64)
			a, b, shared := l.bands(), o.bands(), false
			for k := range a {
				shared = shared || a[k] == b[k]
			}
			if !shared || !l.alike(o) {
				t.Fatalf("%x and %x", l, o)
			}
		}
	}
	if l.alike(l ^ 0xf) {
		t.Error("four bits apart are alike")
	}
}

func TestDevelop(t *testing.T) {
	whole := jpg(hall(1, 480), 80)
	for _, c := range []struct {
		say  string
		data []byte
		want string // fault
	}{
		{"a photograph", whole, ""},
		{"a drawing", pngOf(hall(1, 100)), ""},
		{"a bomb", bomb(20_000, 20_000), "photo.pixels"},
		{"a bomb of one line", bomb(1<<30, 64), "photo.pixels"},
		{"a picture that holds less than it says", bomb(3000, 3000), "file.broken"},
		{"half a photograph", whole[:len(whole)/2], "file.broken"},
		{"a stamp", pngOf(hall(1, 40)), "photo.small"},
		{"no picture", []byte("chữ"), "file.broken"},
		{"nothing", nil, "file.broken"},
	} {
		p, err := develop(c.data)
		if key(err) != c.want || err == nil && (p.width < 64 || len(p.full) == 0 || len(p.thumb) == 0) {
			t.Errorf("%s: %v, want %s", c.say, err, c.want)
		}
	}
}

// What the camera wrote is gone, and the picture stands as it was held.
func TestPlaceIsDropped(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 1000, 600))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, 500, 300), image.NewUniform(color.RGBA{200, 0, 0, 255}), image.Point{}, draw.Src)
	for held, red := range map[uint16]image.Point{1: {5, 5}, 2: {-5, 5}, 3: {-5, -5}, 4: {5, -5}, 5: {5, 5}, 6: {-5, 5}, 7: {-5, -5}, 8: {5, -5}, 9: {5, 5}} {
		data := exif(jpg(img, 90), held)
		if !bytes.Contains(data, []byte("106.6881E")) {
			t.Fatal("the sample has no place")
		}
		p, err := develop(data)
		if err != nil {
			t.Fatal(held, err)
		}
		if s := string(p.full) + string(p.thumb); strings.Contains(s, "106.6881E") || strings.Contains(s, "Exif") {
			t.Errorf("held %d: the place is kept", held)
		}
		got, _, _ := image.Decode(bytes.NewReader(p.full))
		at := got.Bounds().Size()
		if tall := at.Y > at.X; tall != (held > 4 && held < 9) {
			t.Errorf("held %d: %v", held, at)
		}
		x, y := (red.X+at.X)%at.X, (red.Y+at.Y)%at.Y
		if r, g, _, _ := got.At(x, y).RGBA(); r < 0x9000 || g > 0x5000 {
			t.Errorf("held %d: the red corner is not at %d,%d", held, x, y)
		}
	}
	scan := pdf(exif(jpg(hall(1, 80), 80), 1))
	if out := blank(scan); bytes.Contains(out, []byte("106.6881E")) || len(out) != len(scan) || !bytes.HasPrefix(out, []byte("%PDF")) || !bytes.HasSuffix(out, []byte("EOF")) {
		t.Error("a place stands in a scan")
	}
}

func FuzzDevelop(f *testing.F) {
	f.Add(exif(jpg(hall(1, 80), 50), 6))
	f.Add(pngOf(hall(2, 64)))
	f.Add(bomb(20_000, 20_000))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		orientation(data)
		held(data)
		if len(blank(data)) != len(data) {
			t.Error("a scan changed its length")
		}
		if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && c.Width*c.Height > 1<<20 {
			return
		}
		if _, err := develop(data); err != nil && fault.Of(err) != fault.Invalid {
			t.Error(err)
		}
	})
}
