package photo

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var ctx = context.Background()

// key is the fault's key; "" when there is none.
func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Key(err)
}

func (w *world) put(who access.Actor, p Photo, data []byte) (Photo, error) {
	if p.ID == 0 {
		p.ID = id.New()
	}
	if p.Kind == "" {
		p.Kind = "photo"
	}
	return w.Attach(ctx, who, p, "anh.jpg", bytes.NewReader(data))
}

func (w *world) count(t *testing.T, q string, args ...any) (n int64) {
	t.Helper()
	if err := w.d.Read(ctx, func(tx db.Tx) (err error) { n, err = db.One(ctx, tx, db.Value[int64], q, args...); return err }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAttach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		soon := w.meeting(t, w.east, 24, "")
		one, scan := jpg(hall(1, 200), 80), pdf([]byte("BT (bien ban) Tj ET"))
		first := id.New()
		for _, c := range []struct {
			say  string
			who  access.Actor
			p    Photo
			data []byte
			want string
		}{
			{"the organiser", w.host, Photo{ID: first, Meeting: w.classEast, Caption: " Hội trường  mẫu "}, one, ""},
			{"the same form again", w.host, Photo{ID: first, Meeting: w.classEast}, one, ""},
			{"its id for another meeting", w.host, Photo{ID: first, Meeting: w.linked, Site: w.own}, one, "photo.taken"},
			{"the same file again", w.host, Photo{Meeting: w.classEast}, one, "photo.twice"},
			{"an usher of the unit", w.usher, Photo{Meeting: w.classEast}, jpg(hall(2, 200), 80), ""},
			{"an officer above", w.officer, Photo{Meeting: w.classEast}, jpg(hall(3, 200), 80), ""},
			{"an inspector", w.stranger, Photo{Meeting: w.classEast}, jpg(hall(4, 200), 80), "access.denied"},
			{"a leader", w.high, Photo{Meeting: w.classEast}, jpg(hall(4, 200), 80), "access.denied"},
			{"a foreign unit", w.west1, Photo{Meeting: w.classEast}, jpg(hall(4, 200), 80), "fault.missing"},
			{"a conference above, without a site", w.host, Photo{Meeting: w.linked}, one, "access.denied"},
			{"a site of a neighbour", w.host, Photo{Meeting: w.linked, Site: w.guest}, one, "access.denied"},
			{"no meeting", w.host, Photo{Meeting: id.New()}, one, "fault.missing"},
			{"a meeting to come", w.host, Photo{Meeting: soon}, one, "photo.early"},
			{"a site of another meeting", w.host, Photo{Meeting: w.classEast, Site: w.guest}, jpg(hall(4, 200), 80), "web.choose"},
			{"a kind that is none", w.host, Photo{Meeting: w.classEast, Kind: "selfie"}, one, "web.choose"},
			{"a caption that is none", w.host, Photo{Meeting: w.classEast, Caption: "a\x00b"}, one, "web.not_text"},
			{"a long caption", w.host, Photo{Meeting: w.classEast, Caption: strings.Repeat("ẩ", 301)}, one, "web.too_long"},
			{"no picture", w.host, Photo{Meeting: w.classEast}, []byte("chữ"), "photo.not_picture"},
			{"a program", w.host, Photo{Meeting: w.classEast}, []byte("MZ\x90\x00"), "file.program"},
			{"nothing", w.host, Photo{Meeting: w.classEast}, nil, "file.empty"},
			{"a bomb", w.host, Photo{Meeting: w.classEast}, bomb(20_000, 20_000), "photo.pixels"},
			{"half a photograph", w.host, Photo{Meeting: w.classEast}, one[:len(one)/2], "file.broken"},
			{"a PDF as a photograph", w.host, Photo{Meeting: w.classEast}, scan, "photo.not_picture"},
			{"a PDF as minutes", w.host, Photo{Meeting: w.classEast, Kind: "minutes"}, scan, ""},
			{"too much", w.host, Photo{Meeting: w.classEast}, append(bytes.Clone(one), make([]byte, mostBytes)...), "file.too_large"},
		} {
			if _, err := w.put(c.who, c.p, c.data); key(err) != c.want {
				t.Errorf("%s: %v, want %s", c.say, err, c.want)
			}
		}
		if n := w.count(t, `select count(*) from meeting_photo`); n != 4 {
			t.Errorf("%d rows, want 4", n)
		}
		if n := w.count(t, `select count(*) from audit_entry where action = 'meeting.photo'`); n != 4 {
			t.Errorf("%d lines in the log, want 4", n)
		}
		w.withdrawn(t, first)
		w.full(t)
	})
}

// withdrawn: a reason, once, and the picture is for its keepers.
func (w *world) withdrawn(t *testing.T, p id.ID) {
	sees := func(who access.Actor) string {
		_, r, err := w.Open(ctx, who, w.classEast, p, true)
		if err != nil {
			return fault.Key(err)
		}
		defer r.Close()
		if b, _ := io.ReadAll(r); !bytes.HasPrefix(b, []byte("\xff\xd8\xff")) {
			t.Error("no JPEG")
		}
		return ""
	}
	for who, want := range map[string]string{sees(w.stranger): "", sees(w.high): "", sees(w.west1): "fault.missing"} {
		if who != want {
			t.Errorf("seen as %q, want %q", who, want)
		}
	}
	for _, c := range []struct {
		who       access.Actor
		why, want string
	}{{w.stranger, "x", "access.denied"}, {w.west1, "x", "fault.missing"}, {w.host, " ", "photo.why_needed"}, {w.host, "\x00", "web.not_text"},
		{w.host, strings.Repeat("a", 301), "web.too_long"}, {w.host, "Gửi nhầm ảnh", ""}, {w.usher, "lần nữa", ""}} {
		if err := w.Withdraw(ctx, c.who, w.classEast, p, c.why); key(err) != c.want {
			t.Errorf("withdraw %q: %v, want %s", c.why, err, c.want)
		}
	}
	if err := w.Withdraw(ctx, w.officer, w.linked, p, "x"); fault.Of(err) != fault.Missing {
		t.Error("withdrawn at another meeting", err)
	}
	if sees(w.stranger) != "fault.missing" || sees(w.host) != "" {
		t.Error("a withdrawn picture is seen by others, or not by its keepers")
	}
	v, err := w.Show(ctx, w.high, w.classEast, p)
	if err != nil || v.Photo.Why != "Gửi nhầm ảnh" || v.Photo.Stands() {
		t.Errorf("%+v %v", v.Photo, err)
	}
	if _, err := w.put(w.host, Photo{Meeting: w.classEast}, jpg(hall(1, 200), 80)); err != nil {
		t.Error("sent again after it was withdrawn:", err)
	}
}

// full: a place holds so many and no more; minutes are not for members of another unit.
func (w *world) full(t *testing.T) {
	for i := range perSite {
		if _, err := w.put(w.west1, Photo{Meeting: w.linked, Site: w.guest}, jpg(hall(20+i, 96), 60)); err != nil {
			t.Fatal(i, err)
		}
	}
	if _, err := w.put(w.west1, Photo{Meeting: w.linked, Site: w.guest}, jpg(hall(50, 96), 60)); fault.Key(err) != "photo.enough" {
		t.Error(err)
	}
	a, err := w.List(ctx, w.host, w.linked, db.Page{Limit: 5})
	if err != nil || len(a.Photos.Items) != 5 || a.Photos.Next == "" || len(a.Places) != 1 {
		t.Errorf("%d of a page, %d places, %v", len(a.Photos.Items), len(a.Places), err)
	}
	if a, err = w.List(ctx, w.west1, w.classEast, db.Page{}); fault.Of(err) != fault.Missing {
		t.Errorf("a foreign meeting: %d %v", len(a.Photos.Items), err)
	}
}

// TestTwins: which photographs are the same, which of these deserve a question, and whose name is told.
func TestTwins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		data := jpg(hall(1, 640), 90)
		put := func(say string, who access.Actor, m, site id.ID, data []byte, likes int64) Photo {
			t.Helper()
			p, err := w.put(who, Photo{Meeting: m, Site: site}, data)
			if err != nil {
				t.Fatal(say, err)
			}
			v, err := w.Show(ctx, who, m, p.ID)
			if err != nil || v.Photo.Likes != likes || int64(len(v.Twins)) != likes {
				t.Errorf("%s: %d likes, %v, want %d: %v", say, v.Photo.Likes, v.Twins, likes, err)
			}
			return p
		}
		first := put("the first", w.west1, w.classWest, 0, data, 0)
		p := put("another unit's, drawn smaller", w.host, w.classEast, 0, jpg(hall(1, 320), 70), 1)
		put("another hall", w.host, w.classEast, 0, jpg(hall(2, 320), 70), 0)
		v, _ := w.Show(ctx, w.host, w.classEast, p.ID)
		if tw := v.Twins[0]; tw.Photo != 0 || tw.Title != "" || tw.Exact {
			t.Errorf("the host is told of a foreign meeting: %+v", tw)
		}
		if v, _ = w.Show(ctx, w.officer, w.classEast, p.ID); len(v.Twins) != 1 || v.Twins[0].Photo != first.ID || v.Twins[0].Unit != "Quận ủy mẫu Tây" {
			t.Errorf("the officer above: %+v", v.Twins)
		}
		if v, _ = w.Show(ctx, w.high, w.classEast, p.ID); len(v.Twins) != 0 || v.Photo.Likes != 0 {
			t.Errorf("who does not keep it: %+v", v)
		}
		put("the same bytes at a site of a linked class, another day", w.host, w.linked, w.own, data, 2)
		put("the other site of the same meeting", w.west1, w.linked, w.guest, jpg(hall(1, 500), 90), 2)
		joint := w.meeting(t, w.east, -48, "Hội trường Tây")
		put("a joint meeting that both wrote down", w.host, joint, 0, jpg(hall(1, 400), 90), 3)
		day := w.meeting(t, w.west, -45, "Nhà văn hóa")
		put("the afternoon of the same unit: only the others", w.west1, day, 0, jpg(hall(1, 450), 90), 4)
		if err := w.Withdraw(ctx, w.west1, w.classWest, first.ID, "Gửi nhầm"); err != nil {
			t.Fatal(err)
		}
		if v, _ = w.Show(ctx, w.host, w.classEast, p.ID); len(v.Twins) != 0 {
			t.Errorf("what it repeats was withdrawn: %+v", v.Twins)
		}
	})
}
