package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestCoverageOfHaiphong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), context.Background()
		resolution, plan := w.haiphong()
		for _, c := range []struct {
			who  access.Actor
			of   id.ID
			want string
			seen string // listed units of the districts, and documents in sight of how many
		}{
			{w.officer, resolution.ID, "province 1/1 department 20/20 district 15/15 cell 0/1", "15+0, 40 of 40"},
			{w.officer, plan.ID, "department 20/20 district 15/15 cell 0/1", "15+0, 39 of 39"},
			{w.district, resolution.ID, "province 1/1 department 20/20 district 15/15 cell 0/1", "1+0, 6 of 40"},
			{w.member, plan.ID, "department 20/20 district 15/15 cell 0/1", "0+0, 5 of 39"},
		} {
			v, err := w.Show(ctx, c.who, c.of)
			w.must(err)
			as, err := w.Cover(ctx, c.who, c.of, "")
			w.must(err)
			var got []string
			var seen string
			for _, a := range as {
				got = append(got, fmt.Sprintf("%s %d/%d", a.Level, a.Issued, a.Total))
				if a.Level == "district" {
					seen = fmt.Sprintf("%d+%d, %d of %d", len(a.Done), len(a.Missing), v.Seen, v.Chain)
				}
			}
			if s := strings.Join(got, " "); s != c.want || seen != c.seen {
				t.Errorf("%s sees %s (%s), want %s (%s)", c.who.Grants[0].Role, s, seen, c.want, c.seen)
			}
		}
		w.must(d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `delete from document_link where document in (select id from document where issuer = $1)`, w.districts[7])
			return err
		}))
		as, err := w.Cover(ctx, w.officer, resolution.ID, "district")
		w.must(err)
		if a := as[2]; a.Issued != 14 || len(a.Missing) != 1 || a.Missing[0].ID != w.districts[7] || a.Missing[0].Documents != 0 {
			t.Errorf("%+v", a)
		}
	})
}

func TestRegister(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), context.Background()
		resolution, plan := w.haiphong()
		for _, c := range []struct {
			what   string
			who    access.Actor
			change func(*Document)
			want   string
		}{
			{"a letter of the city", w.officer, func(d *Document) { d.Targets = []id.ID{plan.ID, resolution.ID} }, ""},
			{"a plan of the district, found by its symbol", w.district, func(d *Document) { d.Unit, d.Issuer, d.Number = w.districts[0], w.districts[0], "2-KH/HU" }, ""},
			{"what the unit above registered", w.district, func(d *Document) {
				d.Unit, d.Number, d.IssuerName, d.IssuedOn = w.districts[0], "18-nq/tw", "Ban Chấp hành trung ương", "2017-10-25"
			}, "document.known"},
			{"what a unit of another tree registered too", w.stranger, func(d *Document) {
				d.Unit, d.Number, d.IssuerName, d.IssuedOn = w.stranger.Grants[0].Unit, "18-NQ/TW", "Ban Chấp hành Trung ương", "2017-10-25"
			}, ""},
			{"into the register above", w.district, func(d *Document) {}, "fault.missing"},
			{"into the register of a neighbour", w.district, func(d *Document) { d.Unit = w.districts[1] }, "fault.missing"},
			{"a member may not", w.member, func(d *Document) { d.Unit = w.cell }, "access.denied"},
			{"an issuer out of sight", w.district, func(d *Document) { d.Unit, d.Issuer = w.districts[0], w.districts[1] }, "web.choose"},
			{"a target out of sight", w.stranger, func(d *Document) { d.Unit, d.Targets = w.stranger.Grants[0].Unit, []id.ID{plan.ID} }, "web.choose"},
			{"a target that is not", w.officer, func(d *Document) { d.Number, d.Targets = "77-CV/TU", []id.ID{77} }, "web.choose"},
			{"a unit that is not", w.officer, func(d *Document) { d.Unit = 77 }, "fault.missing"},
			{"the id of another paper", w.officer, func(d *Document) { d.ID = plan.ID }, "document.taken"},
		} {
			in := w.letter("1-CV/TU")
			c.change(&in)
			out, err := w.Register(ctx, c.who, in)
			if key(err) != c.want {
				t.Errorf("%s: %v, want %q", c.what, err, c.want)
			}
			if c.want == "" {
				again, err := w.Register(ctx, c.who, in)
				if err != nil || again.ID != out.ID || again.CreatedAt != out.CreatedAt {
					t.Errorf("%s, sent twice: %v", c.what, err)
				}
			}
			if known := new(Known); errors.As(err, &known) && known.Of != resolution.ID {
				t.Errorf("%s: points to %v", c.what, known.Of)
			}
		}
	})
}

func TestLinksHaveNoCircle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), context.Background()
		a, b, c := w.letter("1-CV/TU"), w.letter("2-CV/TU"), w.letter("3-CV/TU")
		for _, x := range []Document{a, b, c} {
			_, err := w.Register(ctx, w.officer, x)
			w.must(err)
		}
		for _, l := range []struct {
			from, to id.ID
			want     string
		}{{b.ID, a.ID, ""}, {b.ID, a.ID, ""}, {c.ID, b.ID, ""}, {a.ID, c.ID, "document.circle"}, {a.ID, a.ID, "document.circle"}, {c.ID, a.ID, ""}} {
			if err := w.Link(ctx, w.officer, l.from, l.to); key(err) != l.want {
				t.Errorf("%v → %v: %v", l.from, l.to, err)
			}
		}
		w.must(w.Unlink(ctx, w.officer, c.ID, b.ID))
		w.must(w.Unlink(ctx, w.officer, c.ID, b.ID))
		if err := w.Link(ctx, w.district, c.ID, b.ID); key(err) != "document.other_register" {
			t.Error(err)
		}
		if err := w.Link(ctx, w.stranger, c.ID, b.ID); key(err) != "fault.missing" {
			t.Error(err)
		}
		found, err := w.Show(ctx, w.officer, c.ID)
		w.must(err)
		if len(found.Document.Targets) != 1 || found.Document.Targets[0] != a.ID {
			t.Error(found.Document.Targets)
		}
	})
}

func TestFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), context.Background()
		doc, err := w.Register(ctx, w.officer, w.letter("1-CV/TU"))
		w.must(err)
		put := func(who access.Actor, of id.ID, name, body string) (File, error) {
			return w.Attach(ctx, who, File{ID: of, Document: doc.ID, Name: name}, strings.NewReader(body))
		}
		one := id.New()
		f, err := put(w.officer, one, "a.pdf", "chữ")
		w.must(err)
		if f.Name != "a.txt" {
			t.Errorf("kept as %s", f.Name)
		}
		if again, err := put(w.officer, one, "a.pdf", "chữ"); err != nil || again.ID != one {
			t.Error("sent twice", err)
		}
		if same, err := put(w.officer, id.New(), "b.txt", "chữ"); err != nil || same.ID != one {
			t.Error("the same content is kept twice", err)
		}
		for _, c := range []struct {
			who              access.Actor
			name, body, want string
		}{
			{w.officer, "a.txt", "Số 1\nMẬT\n", "file.secret"},
			{w.officer, "a.txt", "<html>", "file.program"},
			{w.officer, "a.txt", "", "file.empty"},
			{w.district, "a.txt", "hai", "document.other_register"},
			{w.member, "a.txt", "hai", "document.other_register"},
			{w.stranger, "a.txt", "hai", "fault.missing"},
		} {
			if _, err := put(c.who, id.New(), c.name, c.body); key(err) != c.want {
				t.Errorf("%q: %v, want %s", c.body, err, c.want)
			}
		}
		if n := w.count("audit_entry where action = 'document.refuse_file'"); n != 3 {
			t.Errorf("%d refusals are logged", n)
		}
		got, body, err := w.Open(ctx, w.member, doc.ID, f.ID)
		w.must(err)
		b, _ := io.ReadAll(body)
		body.Close()
		if string(b) != "chữ" || got.Name != "a.txt" {
			t.Errorf("%q %+v", b, got)
		}
		if _, _, err := w.Open(ctx, w.stranger, doc.ID, f.ID); key(err) != "fault.missing" {
			t.Error(err)
		}
		w.use(doc.ID)
		if err := w.RemoveFile(ctx, w.officer, doc.ID, f.ID); key(err) != "document.file_used" {
			t.Error(err)
		}
		w.must(d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, `delete from campaign_document`); return err }))
		w.must(w.RemoveFile(ctx, w.officer, doc.ID, f.ID))
		if _, err := w.Files.Reader(f.SHA256); fault.Of(err) != fault.Missing {
			t.Error("the content is still there")
		}
	})
}

func TestSecret(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), context.Background()
		base, err := w.Register(ctx, w.officer, w.letter("1-CV/TU"))
		w.must(err)
		in := w.letter("2-CV/TU")
		in.Targets, in.Parts = []id.ID{base.ID}, []Part{{Kind: "survey", Amount: 1}}
		doc, err := w.Register(ctx, w.officer, in)
		w.must(err)
		f, err := w.Attach(ctx, w.officer, File{ID: id.New(), Document: doc.ID, Name: "a.txt"}, strings.NewReader("chữ"))
		w.must(err)
		doc.Secrecy, doc.KeptAt = "mat", "Phòng Cơ yếu"
		_, err = w.Edit(ctx, w.officer, doc)
		w.must(err)
		v, err := w.Show(ctx, w.officer, doc.ID)
		w.must(err)
		if v.Document.Title+v.Document.IssuerName != "" || len(v.Document.Targets)+len(v.Document.Parts)+len(v.Files)+len(v.Coverage) != 0 {
			t.Errorf("kept %+v", v)
		}
		if _, err := w.Files.Reader(f.SHA256); fault.Of(err) != fault.Missing {
			t.Error("the file is still there")
		}
		if _, err := w.Attach(ctx, w.officer, File{ID: id.New(), Document: doc.ID, Name: "a.txt"}, strings.NewReader("chữ")); key(err) != "document.secret_bare" {
			t.Error(err)
		}
		if err := w.Link(ctx, w.officer, base.ID, doc.ID); key(err) != "document.target_secret" {
			t.Error(err)
		}
		l, err := w.List(ctx, w.officer, Filter{Find: "hoc tap"})
		w.must(err)
		if l.Total != 1 {
			t.Errorf("search finds %d", l.Total)
		}
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), context.Background()
		resolution, plan := w.haiphong()
		for _, c := range []struct {
			what string
			who  access.Actor
			f    Filter
			want int64
		}{
			{"all", w.officer, Filter{}, 41},
			{"a district sees its own and those above", w.district, Filter{}, 7},
			{"so does a member below", w.member, Filter{}, 7},
			{"another tree sees nothing", w.stranger, Filter{}, 0},
			{"without marks", w.officer, Filter{Find: "sap xep BO MAY"}, 1},
			{"by number", w.officer, Filter{Find: "91-kh"}, 1},
			{"a sign of the search language", w.officer, Filter{Find: "%"}, 0},
			{"by kind", w.officer, Filter{Kind: "resolution"}, 1},
			{"by year", w.officer, Filter{Year: "2017"}, 1},
			{"by issuer", w.officer, Filter{Issuer: "Ủy ban nhân dân thành phố"}, 4},
			{"what implements the plan", w.officer, Filter{Target: plan.ID}, 39},
			{"what implements the resolution itself", w.officer, Filter{Target: resolution.ID}, 1},
		} {
			l, err := w.List(ctx, c.who, c.f)
			if err != nil || l.Total != c.want {
				t.Errorf("%s: %d, %v, want %d", c.what, l.Total, err, c.want)
			}
		}
		seen, f := map[id.ID]bool{}, Filter{Page: db.Page{Limit: 7}}
		for {
			l, err := w.List(ctx, w.officer, f)
			w.must(err)
			for _, n := range l.Items {
				seen[n.ID] = true
			}
			if f.Page.After = l.Next; l.Next == "" {
				break
			}
		}
		if len(seen) != 41 {
			t.Errorf("paging saw %d", len(seen))
		}
		if _, err := w.List(ctx, w.officer, Filter{Find: "a\x00"}); fault.Of(err) != fault.Invalid {
			t.Error(err)
		}
		var b strings.Builder
		w.must(w.Export(ctx, w.officer, Filter{}, "csv", "vi", &b))
		if strings.Count(b.String(), "\n") != 42 || !strings.Contains(b.String(), "91-KH/TU,15/01/2018,Kế hoạch,") {
			t.Error(b.String()[:400])
		}
		b.Reset()
		w.must(w.Export(ctx, w.officer, Filter{}, "xlsx", "vi", &b))
	})
}

func TestNamed(t *testing.T) {
	w, ctx := newWorld(t, dbtest.One(t)), context.Background()
	resolution, plan := w.haiphong()
	w.must(w.DB.Read(ctx, func(tx db.Tx) error {
		names, err := Named(ctx, tx, []id.ID{plan.ID, 7, resolution.ID})
		if len(names) != 2 || names[0].Number != "91-KH/TU" || names[0].Level != "province" || names[1].IssuerName != "Ban Chấp hành Trung ương" {
			t.Errorf("%+v", names)
		}
		return err
	}))
}
