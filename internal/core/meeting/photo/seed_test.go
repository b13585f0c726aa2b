package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"path/filepath"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
)

var now = time.Date(2018, 7, 19, 1, 0, 0, 0, time.UTC) // 08:00 in Hà Nội

// world is a province with two districts; each has held a class, and the province a conference with
// a site at each.
type world struct {
	*Service
	d                                           *db.DB
	province, east, west, campaign, doc         id.ID
	classEast, classWest, linked, guest, own    id.ID
	officer, host, usher, stranger, west1, high access.Actor
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{d: d, province: id.New(), east: id.New(), west: id.New(), campaign: id.New(), doc: id.New(), guest: id.New(), own: id.New(),
		Service: &Service{DB: d, Now: clock.Fixed(now), Files: file.New(filepath.Join(t.TempDir(), "photos"), 0)}}
	for i, u := range []struct {
		id, parent id.ID
		name       string
	}{{w.province, 0, "Thành ủy mẫu"}, {w.east, w.province, "Quận ủy mẫu Đông"}, {w.west, w.province, "Quận ủy mẫu Tây"}} {
		w.exec(t, `insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, 0)`, u.id, fmt.Sprint("u", i), u.parent, u.name)
		w.exec(t, `insert into org_below (top, unit, depth) values ($1, $1, 0)`, u.id)
		if u.parent != 0 {
			w.exec(t, `insert into org_below (top, unit, depth) values ($1, $2, 1)`, u.parent, u.id)
		}
	}
	w.exec(t, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '26-NQ/TW', 'x', '2018-05-19', 'Nghị quyết', 'x', 0)`, w.doc, w.province)
	w.exec(t, `insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt mẫu', 'open', '2018-06-26', 0)`, w.campaign, w.province)
	w.exec(t, `insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, w.campaign, w.doc)
	for i, u := range []id.ID{w.province, w.east, w.west} {
		w.exec(t, `insert into campaign_unit (campaign, unit, lo, hi, depth, level, name, short) values ($1, $2, $3, $3, 0, 'cell', 'x', 'x')`, w.campaign, u, i+1)
	}
	as := func(r access.Role, unit id.ID) access.Actor {
		return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
	}
	w.officer, w.host, w.usher, w.stranger, w.west1 = as(access.Officer, w.province), as(access.UnitOfficer, w.east), as(access.Usher, w.east), as(access.Inspector, w.east), as(access.UnitOfficer, w.west)
	w.high = as(access.Leader, w.province)
	w.classEast, w.classWest, w.linked = w.meeting(t, w.east, -24, "Hội trường Đông"), w.meeting(t, w.west, -48, "Hội trường Tây"), w.meeting(t, w.province, -72, "")
	w.exec(t, `insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 1, 'Điểm cầu Tây', $3)`, w.guest, w.linked, w.west)
	w.exec(t, `insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 2, 'Điểm cầu Đông', $3)`, w.own, w.linked, w.east)
	return w
}

// meeting of unit that began some hours from now.
func (w *world) meeting(t testing.TB, unit id.ID, hours int, place string) id.ID {
	t.Helper()
	starts := now.Add(time.Duration(hours) * time.Hour)
	m, err := (&meeting.Service{DB: w.d, Now: clock.Fixed(now)}).Plan(context.Background(), w.officer, meeting.Meeting{ID: id.New(), Campaign: w.campaign, Unit: unit, Kind: "class",
		Mode: "in_person", Title: "Lớp học mẫu", Place: place, Starts: starts.UnixMilli(), Ends: starts.Add(2 * time.Hour).UnixMilli(), Documents: []id.ID{w.doc}})
	if err != nil {
		t.Fatal(err)
	}
	return m.ID
}

func (w *world) exec(t testing.TB, q string, args ...any) {
	t.Helper()
	ctx := context.Background()
	if err := w.d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q, args...); return err }); err != nil {
		t.Fatal(q, err)
	}
}

// hall draws an invented hall: a wall, a rostrum and rows of chairs, laid out by n.
func hall(n, width int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, width*3/4))
	for y := range img.Rect.Dy() {
		for x := range width {
			u, v := 12*x/width, 9*y/img.Rect.Dy()
			c := uint8(40 + (u*37+v*53+u*v*n*11+n*29)%200)
			img.SetRGBA(x, y, color.RGBA{c, c / 2, 255 - c, 255})
		}
	}
	return img
}

func jpg(img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pngOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// exif is a JPEG as a telephone writes it: how it was held, and a place.
func exif(data []byte, held uint16) []byte {
	block := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x02\x01\x12\x00\x03\x00\x00\x00\x01")
	block = binary.BigEndian.AppendUint16(block, held)
	block = append(block, "\x00\x00\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26\x00\x00\x00\x0020.8449N 106.6881E"...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(block)+2))...)
	return append(append(out, block...), data[2:]...)
}

// bomb is a PNG that claims to be w×h and holds nothing.
func bomb(w, h uint32) []byte {
	b := pngOf(image.NewGray(image.Rect(0, 0, 70, 70)))
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc(b[12:29]))
	return b
}

func pdf(inside []byte) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\ntrailer<<>>\nstartxref\n0\n%%%%EOF", len(inside), inside)
}
