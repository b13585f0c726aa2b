package attendance

import (
	"image"
	"image/color"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// nasty are values that nobody should send.
var nasty = []string{"", "x", "%", "'", "\x00", "\xff", "0", "-1", "99999999999999999999", "zzzzzzzzzzzzz", "0000000000000", "ZZZZZZZZZZZZZ", strings.Repeat("a", 30_000),
	strings.Repeat("a ", 3_000), strings.Repeat("đ ", 3_000), "../../etc", "\r\nSet-Cookie: a=b", "<script>", "MS4x", "LTEuYQ", "MS4x%00"}

// Whatever stands in an address or a form, no door breaks: the sender is told, or finds nothing.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("one request after the other: nothing for the race detector")
	}
	w := seed(t, dbtest.One(t), 4, 2)
	h := w.meet(t, w.east, "class", "in_person", w.docs)
	if _, err := w.scan(w.usher, h, 0, w.cell.codes[0]); err != nil {
		t.Fatal(err)
	}
	head := Headcount{ID: id.New(), Meeting: h.meeting, Site: h.sites[0], Who: "mass", Amount: 2}
	if err := w.Count(t.Context(), w.usher, head); err != nil {
		t.Fatal(err)
	}
	who := w.officer
	who.Person = w.cell.people[0]
	door := door(w, &who)
	good := map[string]string{"meeting": h.meeting.String(), "site": h.sites[0].String(), "person": w.cell.people[0].String(), "headcount": head.ID.String(), "campaign": w.campaign.String()}
	fields := []string{"q", "unit", "site", "show", "after", "figure", "document", "limit", "code", "person", "id", "who", "amount", "marker", "note", "why", "shown", "absent", "came", "as", "next", "reason", "else"}
	try := func(method, path, body string) {
		if r := knock(door, method, path, body); r.Code >= 500 || r.Header().Get("Set-Cookie") != "" && strings.Contains(r.Header().Get("Set-Cookie"), "a=b") {
			t.Errorf("%s %.200s with %.100q: %d %.300s", method, path, body, r.Code, r.Body)
		}
	}
	for _, rt := range w.Routes() {
		for name := range good {
			for _, v := range nasty {
				if strings.Contains(rt.Path(), "{"+name+"}") && v != "" {
					try(rt.Method(), fill(rt.Path(), good, name, url.PathEscape(v)), "{}")
				}
			}
		}
		for _, f := range fields {
			for _, v := range nasty {
				path, pair := fill(rt.Path(), good, "", ""), url.Values{f: {v}}.Encode()
				switch {
				case rt.Method() == "GET":
					try("GET", path+"?"+pair, "")
				case rt.API():
					try(rt.Method(), path, `{"`+f+`":`+strconv.Quote(v)+`}`)
					try(rt.Method(), path, `{"codes":[`+strconv.Quote(v)+`],"marks":[{"person":`+strconv.Quote(v)+`,"note":`+strconv.Quote(v)+`}],"why":`+strconv.Quote(v)+`}`)
				default:
					try(rt.Method(), path, pair)
					try(rt.Method(), path, url.Values{f: {v}, "site": {good["site"]}, "shown": {good["person"]}, "as": {"present"}, "who": {"mass"}}.Encode())
				}
			}
		}
		try("PUT", fill(rt.Path(), good, "", ""), "x=1")
		try("DELETE", fill(rt.Path(), good, "", ""), "")
	}
	w.sound(t)
}

// fill puts ids into a pattern; the one called name gets v.
func fill(path string, good map[string]string, name, v string) string {
	for k, g := range good {
		if k == name {
			g = v
		}
		path = strings.ReplaceAll(path, "{"+k+"}", g)
	}
	return path
}

// No page drops the people who do not fit: it leads to the rest, with the search kept.
func TestPages(t *testing.T) {
	w := seed(t, dbtest.One(t), 205, 1)
	h := w.meet(t, w.cell, "class", "in_person", w.docs)
	who := w.secretary
	door, next := door(w, &who), regexp.MustCompile(`href="([^"]*)" rel="next"`)
	for _, page := range []string{"/attendance", "/slips"} {
		seen, path := map[string]bool{}, to(h.meeting)+page+"?q=đảng+viên"
		for range 5 {
			body := knock(door, "GET", path, "").Body.String()
			for _, name := range regexp.MustCompile(`Đảng viên mẫu \d{5}`).FindAllString(body, -1) {
				seen[name] = true
			}
			m := next.FindStringSubmatch(body)
			if m == nil {
				break
			}
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
		if len(seen) != 205 {
			t.Errorf("%s leads to %d of 205 people", page, len(seen))
		}
	}
}

// TestReadable reads the picture on a slip as a scanner would.
func TestReadable(t *testing.T) {
	for _, code := range []string{"ABC234XYZ", "222222222", "ZZZZZZZZZ"} {
		d := draw(code)
		side, err := strconv.Atoi(d.Side)
		if err != nil {
			t.Fatal(d.Side)
		}
		const dot = 6
		img := image.NewGray(image.Rect(0, 0, side*dot, side*dot))
		for i := range img.Pix {
			img.Pix[i] = 255
		}
		for _, m := range regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`).FindAllStringSubmatch(d.Path, -1) {
			x, _ := strconv.Atoi(m[1])
			y, _ := strconv.Atoi(m[2])
			for i := range dot * dot {
				img.SetGray(x*dot+i%dot, y*dot+i/dot, color.Gray{})
			}
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		got, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if err != nil || got.GetText() != code {
			t.Errorf("%s is read as %v, %v", code, got, err)
		}
	}
}
