package extract

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// secret stands for a place, a device, a name.
const secret = "GPS 20.86 106.68 Dien thoai mau"

func photo(t testing.TB, held byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00"), held, 0, 0, 0, 0, 0, 0, 0)
	exif = append(exif, secret...)
	xmp := []byte("http://ns.adobe.com/xap/1.0/\x00" + secret)
	out := []byte{0xff, soi}
	for _, x := range [][]byte{exif, xmp} {
		out = append(append(out, 0xff, app1, 0, byte(len(x)+2)), x...)
	}
	for _, kind := range []byte{comment, app1 + 5, app1 + 10} { // a film camera's place, who signed it
		out = append(append(out, 0xff, kind, 0, byte(len(secret)+2)), secret...)
	}
	out = append(out, b.Bytes()[2:]...)
	return append(out, secret...) // what some cameras put behind the picture
}

func chunk(kind, body string) string {
	n := len(body)
	return string([]byte{0, 0, byte(n >> 8), byte(n)}) + kind + body + "\x00\x00\x00\x00"
}

// Nothing of the camera stays, and the picture does, held as it was.
func TestBare(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	drawn := b.String()
	at := strings.Index(drawn, "IDAT") - 4
	marked := drawn[:at] + chunk("tEXt", "Author\x00"+secret) + chunk("eXIf", secret) + chunk("caBX", secret) + drawn[at:] + secret
	webp := "RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x0c\x00\x00\x00\x08\x00\x00\x08\x00\x00EXIF\x1f\x00\x00\x00" + secret + "\x00C2PA\x1f\x00\x00\x00" + secret + "\x00VP8 \x02\x00\x00\x00xx"
	pdf := "%PDF-1.4 1 0 obj <</Author (" + secret + `)/Title <4750>>> <x:xmpmeta>` + secret + "</x:xmpmeta> \xff\xe1\x00\x28Exif\x00\x00" + secret
	for _, c := range []struct{ name, mime, data, holds string }{
		{"a photograph held sideways", "image/jpeg", string(photo(t, 6)), "Exif\x00\x00MM"},
		{"a photograph held upright", "image/jpeg", string(photo(t, 1)), "\xff\xd8\xff\xdb"},
		{"a PNG", "image/png", marked, drawn},
		{"a WebP", "image/webp", webp, "VP8X\x0a\x00\x00\x00\x00"},
		{"a PDF of pictures", PDFType, pdf, "/Author ("},
	} {
		out, err := Bare(c.mime, []byte(c.data))
		if err != nil || strings.Contains(string(out), secret) || !strings.Contains(string(out), c.holds) {
			t.Errorf("%s: %q %v", c.name, out, err)
			continue
		}
		if c.mime == "image/jpeg" || c.mime == "image/png" {
			if _, _, err := image.Decode(bytes.NewReader(out)); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		again, err := Bare(c.mime, out)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: bared twice is another", c.name)
		}
	}
	if out, _ := Bare("image/jpeg", photo(t, 6)); orientation(out[12:]) != 6 {
		t.Errorf("lies down: % x", out[:40])
	}
	for _, mime := range []string{"image/jpeg", "image/png", "image/webp"} {
		if _, err := Bare(mime, []byte("x")); err == nil {
			t.Errorf("%s of one byte", mime)
		}
	}
}

func FuzzBare(f *testing.F) {
	for kind, data := range map[byte][]byte{0: photo(f, 3), 1: []byte("\x89PNG\r\n\x1a\n" + chunk("IEND", "")), 2: []byte("RIFF\x00\x00\x00\x00WEBPVP8 \x02\x00\x00\x00xx"), 3: []byte("/Author (x)\xff\xe1\x00\x20Exif")} {
		f.Add(kind, data)
	}
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		mime := []string{"image/jpeg", "image/png", "image/webp", PDFType}[kind%4]
		out, err := Bare(mime, data)
		if err == nil && len(out) > len(data)+40 {
			t.Errorf("%d bytes became %d", len(data), len(out))
		}
	})
}
