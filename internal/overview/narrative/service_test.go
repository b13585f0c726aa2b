package narrative

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/review"
)

func TestAProvinceComposesFromPieces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.send(t, round, one, map[string]string{"causes": causes1, "strengths": good})
		w.send(t, round, two, map[string]string{"causes": causes2 + "\n- Thiếu loa."})
		v, err := w.Pieces(ctx, w.who[east], On(round, east), Query{Section: "causes"})
		ok(t, err)
		if len(v.Rows.Items) != 3 || v.Total != 3 || len(v.Senders) != 2 || !v.MayTake || v.Rows.Items[0].Name != "Đảng bộ xã Một" || v.Rows.Items[2].Text != "Thiếu loa." {
			t.Fatalf("causes below the east: %+v", v.Rows.Items)
		}
		for find, n := range map[string]int{"thu hoach vai": 1, "tám đảng viên": 1, "chậm tới cuối tuần": 1, "không có": 0} {
			if v, _ := w.Pieces(ctx, w.who[east], On(round, east), Query{Find: find}); len(v.Rows.Items) != n {
				t.Errorf("%q is found %d times, not %d", find, len(v.Rows.Items), n)
			}
		}
		first, _ := w.Pieces(ctx, w.who[east], On(round, east), Query{Page: db.Page{Limit: 1}})
		if next, _ := w.Pieces(ctx, w.who[east], On(round, east), Query{Page: db.Page{After: first.Rows.Next}}); len(next.Rows.Items) != 3 {
			t.Errorf("after the first piece come %d", len(next.Rows.Items))
		}
		x := v.Rows.Items[0]
		take := Taking{ID: id.New(), Source: x.Report, Version: x.Version, Part: "causes", Place: "1", Into: "causes"}
		for range 2 { // the same form twice
			ok(t, w.Take(ctx, w.who[east], On(round, east), take))
		}
		own := Taking{ID: id.New(), Source: v.Rows.Items[1].Report, Version: 1, Part: "causes", Place: "1", Into: "shortcomings", Own: true, Words: "Nơi bí thư kiêm nhiệm thì sổ ghi chậm."}
		ok(t, w.Take(ctx, w.who[east], On(round, east), own))
		r, err := w.report.Show(ctx, w.who[east], round, east)
		ok(t, err)
		if r.Report.Texts["causes"] != "“"+causes1+"” [T1]" || r.Report.Texts["shortcomings"] != own.Words+" [T2]" {
			t.Errorf("the texts are %q", r.Report.Texts)
		}
		if len(r.Sources) != 2 || r.Sources[0].Unit != "Đảng bộ xã Một" || r.Sources[0].How != "quote" || r.Sources[1].How != "own" || r.Sources[0].Since != "" {
			t.Errorf("the sources are %+v", r.Sources)
		}
		w.chain(t)
		w.changed(t, x)
		w.sealed(t)
	})
}

// chain: the city quotes the district, which had quoted the commune.
func (w *world) chain(t *testing.T) {
	w.send(t, round, east, map[string]string{"leading": "Huyện ủy chỉ đạo sớm."})
	v, err := w.Pieces(ctx, w.who[city], On(round, city), Query{Section: "causes"})
	ok(t, err)
	x := v.Rows.Items[0]
	ok(t, w.Take(ctx, w.who[city], On(round, city), Taking{ID: id.New(), Source: x.Report, Version: x.Version, Part: "causes", Place: "1", Into: "causes"}))
	r, err := w.report.Show(ctx, w.who[city], round, city)
	ok(t, err)
	if len(r.Sources) != 1 || r.Sources[0].Unit != "Đảng bộ xã Một" || r.Sources[0].Via != "Đảng bộ huyện Đông" || strings.Contains(r.Report.Texts["causes"], "““") {
		t.Errorf("quoted through the district: %+v %q", r.Sources, r.Report.Texts["causes"])
	}
	var b bytes.Buffer
	ok(t, w.report.Export(ctx, w.who[city], round, city, "docx", &b))
}

// changed: what was taken says so when its report comes back, and when it says something else.
func (w *world) changed(t *testing.T, x Piece) {
	since := func(want string) {
		t.Helper()
		r, err := w.report.Show(ctx, w.who[0], round, east)
		ok(t, err)
		if r.Sources[0].Since != want {
			t.Errorf("the source is %q, want %q", r.Sources[0].Since, want)
		}
	}
	ok(t, w.report.Return(ctx, w.who[east], round, one, "Xin nêu rõ hai chi bộ nào.", report.Any))
	since("returned")
	take := Taking{ID: id.New(), Source: x.Report, Version: x.Version, Part: "causes", Place: "1", Into: "causes"}
	if err := w.Take(ctx, w.who[east], On(round, east), take); fault.Of(err) != fault.Conflict {
		t.Errorf("taking into a report that was sent: %v", err)
	}
	w.send(t, round, one, map[string]string{"causes": causes1 + " Đó là Đông Hải và Nam Hải."})
	since("newer")
	ok(t, w.report.Return(ctx, w.who[east], round, one, "Xin viết lại.", report.Any))
	w.send(t, round, one, map[string]string{"causes": "Chi bộ Đông Hải mở lớp muộn."})
	since("changed")
}

func (w *world) sealed(t *testing.T) {
	var n int
	ok(t, w.d.Read(ctx, func(tx db.Tx) error {
		return w.Sealed(ctx, tx, func(r proof.Row) error {
			if !strings.HasPrefix(r.Kind, "narrative.") || !strings.Contains(r.Body, "ByName") {
				t.Errorf("sealed as %+v", r)
			}
			n++
			return nil
		})
	}))
	if n != 3 {
		t.Errorf("%d passages are sealed, not 3", n)
	}
}

func TestTakingIsRefused(t *testing.T) {
	w := seed(t, dbtest.One(t))
	r := w.send(t, round, one, map[string]string{"causes": causes1})
	foreign := w.send(t, round, west, map[string]string{"causes": causes2})
	good := Taking{Source: r.Report.ID, Version: 1, Part: "causes", Place: "1", Into: "causes"}
	with := func(f func(*Taking)) Taking { x := good; x.ID = id.New(); f(&x); return x }
	for _, c := range []struct {
		name string
		unit id.ID
		as   id.ID
		take Taking
		want fault.Kind
	}{
		{"by a stranger", east, strange, with(func(*Taking) {}), fault.Missing},
		{"by a commune into the district's", east, one, with(func(*Taking) {}), fault.Missing},
		{"of another unit's below", east, east, with(func(x *Taking) { x.Source = foreign.Report.ID }), fault.Missing},
		{"of no report", east, east, with(func(x *Taking) { x.Source = id.New() }), fault.Missing},
		{"into no section", east, east, with(func(x *Taking) { x.Into = "poem" }), fault.Missing},
		{"of a version that is not read any more", east, east, with(func(x *Taking) { x.Version = 7 }), fault.Conflict},
		{"of a place where nothing stands", east, east, with(func(x *Taking) { x.Place = "9.9" }), fault.Conflict},
		{"without own words", east, east, with(func(x *Taking) { x.Own = true; x.Words = " [T1] " }), fault.Invalid},
		{"with words that are none", east, east, with(func(x *Taking) { x.Own = true; x.Words = "a\xff" }), fault.Invalid},
		{"with too many", east, east, with(func(x *Taking) { x.Own = true; x.Words = strings.Repeat("đ", 4001) }), fault.Invalid},
		{"without an id", east, east, good, fault.Invalid},
	} {
		if err := w.Take(ctx, w.who[c.as], On(round, c.unit), c.take); fault.Of(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	mine := with(func(*Taking) {})
	ok(t, w.Take(ctx, w.who[east], On(round, east), mine))
	if err := w.Take(ctx, w.who[0], On(round, east), mine); fault.Of(err) != fault.Conflict {
		t.Errorf("another's form: %v", err)
	}
}

func TestCopiesAreAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.send(t, lastYear, two, map[string]string{"strengths": good})
		w.send(t, round, three, map[string]string{"strengths": good})
		w.send(t, round, one, map[string]string{"causes": causes1, "leading": "Cấp ủy đã quán triệt, chỉ đạo triển khai nghiêm túc, kịp thời, đúng kế hoạch đề ra."})
		w.send(t, round, two, map[string]string{"strengths": good, "causes": causes1 + " " + causes2, "leading": "Cấp ủy đã quán triệt, chỉ đạo triển khai nghiêm túc, kịp thời, đúng kế hoạch đề ra."})
		v, err := w.Alike(ctx, w.who[two], On(round, two))
		ok(t, err)
		if len(v.Found) != 3 || v.Found[0].Kind != "before" || v.Found[0].Campaign != lastYear || v.Found[0].Theirs == "" || v.Found[1].Unit != three || v.Before == 0 ||
			v.Found[2].Kind != "beside" || v.Found[2].Unit != one || v.Found[2].Place != "1.1" || v.Found[2].Share != 10000 {
			t.Fatalf("two copied %+v", v.Found)
		}
		if v.Found[2].Theirs != "" {
			t.Error("a neighbour's words are shown to whoever may not read them")
		}
		if v, err = w.Alike(ctx, w.who[east], On(round, two)); err != nil || v.Found[2].Theirs != causes1 || v.LastTime == "" || v.Neighbour != 2 {
			t.Errorf("above it: %+v %v", v, err)
		}
		if v, err = w.Alike(ctx, w.who[one], On(round, one)); err != nil || len(v.Found) != 0 {
			t.Errorf("who sent first is asked: %+v %v", v.Found, err)
		}
		for _, want := range []int{4, 0} {
			if n, err := w.Work(ctx); err != nil || n != want {
				t.Errorf("compared %d reports, not %d: %v", n, want, err)
			}
		}
		ok(t, d.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from narrative_alike a join report r on r.id = a.report where r.unit = $1 and r.campaign = $2`, two, round)
			if n != 3 {
				t.Errorf("%d sentences are kept", n)
			}
			return err
		}))
	})
}

// What was taken from below with its source is nobody's copy, though a neighbour took it, too.
func TestQuotedIsNoCopy(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.send(t, round, one, map[string]string{"causes": causes1})
	w.send(t, round, west, map[string]string{"causes": causes1})
	v, err := w.Pieces(ctx, w.who[east], On(round, east), Query{})
	ok(t, err)
	x := v.Rows.Items[0]
	ok(t, w.Take(ctx, w.who[east], On(round, east), Taking{ID: id.New(), Source: x.Report, Version: 1, Part: "causes", Place: "1", Into: "causes"}))
	if v, err := w.Alike(ctx, w.who[east], On(round, east)); err != nil || len(v.Found) != 0 || v.Neighbour != 1 {
		t.Errorf("quoted and asked: %+v %v", v, err)
	}
}

// wrote is a unit's review of a period, sent.
func (w *world) wrote(t testing.TB, unit id.ID, kind, from, to string, texts map[string]string) review.Review {
	t.Helper()
	w.now = w.now.Add(time.Minute)
	r, err := w.review.Begin(ctx, w.who[unit], review.Review{ID: id.New(), Unit: unit, Kind: kind, From: from, To: to, Head: review.Head{Title: "Báo cáo " + from[:4] + " của " + unit.String()}})
	ok(t, err)
	texts = maps.Clone(texts)
	for _, s := range []string{"strengths", "shortcomings", "causes"} {
		if texts[s] == "" {
			texts[s] = "Không có."
		}
	}
	ok(t, w.review.Save(ctx, w.who[unit], r.ID, r.Head, texts))
	ok(t, w.review.Send(ctx, w.who[unit], r.ID, review.Any))
	return r
}

// What the communes wrote about a part of the period is taken into the district's review with its source.
func TestAReviewIsComposedFromPieces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		first := w.wrote(t, one, "periodic", "2018-01-01", "2018-03-31", map[string]string{"causes": causes1})
		w.wrote(t, two, "preliminary", "2018-01-01", "2018-06-30", map[string]string{"causes": causes2})
		w.wrote(t, three, "final", "2017-01-01", "2018-06-30", map[string]string{"causes": good})      // begins earlier
		w.wrote(t, west, "preliminary", "2018-01-01", "2018-06-30", map[string]string{"causes": good}) // of another parent
		mine, err := w.review.Begin(ctx, w.who[east], review.Review{ID: id.New(), Unit: east, Kind: "preliminary", From: "2018-01-01", To: "2018-06-30", Head: review.Head{Title: "Báo cáo sơ kết"}})
		ok(t, err)
		v, err := w.Pieces(ctx, w.who[east], Of(mine.ID), Query{Section: "causes"})
		ok(t, err)
		if len(v.Rows.Items) != 2 || len(v.Senders) != 2 || !v.MayTake || v.Rows.Items[0].Text != causes1 || v.Rows.Items[0].Title != first.Title || v.Unit != east {
			t.Fatalf("causes below the east: %+v", v)
		}
		x := v.Rows.Items[0]
		take := Taking{ID: id.New(), Source: x.Report, Version: x.Version, Part: "causes", Place: "1", Into: "causes"}
		for range 2 { // the same form twice
			ok(t, w.Take(ctx, w.who[east], Of(mine.ID), take))
		}
		show, err := w.review.Show(ctx, w.who[east], mine.ID)
		ok(t, err)
		if show.Review.Texts["causes"] != "“"+causes1+"” [T1]" || len(show.Sources) != 1 || show.Sources[0].Unit != "Đảng bộ xã Một ("+first.Title+")" || len(show.Asks) != 0 {
			t.Errorf("the review says %q from %+v, asked %+v", show.Review.Texts, show.Sources, show.Asks)
		}
		paper, err := w.review.Paper(ctx, w.who[east], mine.ID)
		ok(t, err)
		if !strings.Contains(inside(t, paper.Body), first.Title) {
			t.Error("the paper does not name the source")
		}
		ok(t, w.review.Return(ctx, w.who[east], first.ID, "Xin nêu rõ.", review.Any))
		if show, err = w.review.Show(ctx, w.who[east], mine.ID); err != nil || show.Sources[0].Since != "returned" {
			t.Errorf("the source came back: %+v %v", show.Sources, err)
		}
		for _, c := range []struct {
			name string
			as   id.ID
			take Taking
			want fault.Kind
		}{
			{"of a review that came back", east, again(take, func(*Taking) {}), fault.Conflict},
			{"of a longer period", east, again(take, func(x *Taking) { x.Source = w.only(t, three) }), fault.Missing},
			{"of another's below", east, again(take, func(x *Taking) { x.Source = w.only(t, west) }), fault.Missing},
			{"into no section", east, again(take, func(x *Taking) { x.Into = "leading" }), fault.Missing},
			{"by a stranger", strange, again(take, func(*Taking) {}), fault.Missing},
		} {
			if err := w.Take(ctx, w.who[c.as], Of(mine.ID), c.take); fault.Of(err) != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if _, err := w.Pieces(ctx, w.who[east], Of(id.New()), Query{}); fault.Of(err) != fault.Missing {
			t.Errorf("of no review: %v", err)
		}
	})
}

func again(t Taking, f func(*Taking)) Taking {
	t.ID = id.New()
	f(&t)
	return t
}

// only is the review that a unit wrote.
func (w *world) only(t testing.TB, unit id.ID) (of id.ID) {
	t.Helper()
	ok(t, w.d.Read(ctx, func(tx db.Tx) (err error) {
		of, err = db.One(ctx, tx, db.Value[id.ID], `select id from review where unit = $1`, unit)
		return err
	}))
	return of
}

// inside is the text of a docx.
func inside(t testing.TB, docx []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	ok(t, err)
	f, err := z.Open("word/document.xml")
	ok(t, err)
	defer f.Close()
	b, err := io.ReadAll(f)
	ok(t, err)
	return string(b)
}

// A review is asked about what stands in the unit's own one of the last period, and in a
// neighbour's of the same that was sent earlier; those above see it when it was sent.
func TestCopiesInReviewsAreAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.wrote(t, two, "periodic", "2017-01-01", "2017-12-31", map[string]string{"strengths": good})
		w.wrote(t, two, "periodic", "2018-01-01", "2018-03-31", map[string]string{"strengths": causes2}) // a part of the period: no earlier one
		w.wrote(t, one, "preliminary", "2018-01-01", "2018-06-30", map[string]string{"causes": causes1})
		w.wrote(t, three, "preliminary", "2017-01-01", "2017-06-30", map[string]string{"lessons": causes2}) // another period
		mine := w.wrote(t, two, "preliminary", "2018-01-01", "2018-06-30", map[string]string{"strengths": good + " " + causes2, "causes": causes1})
		v, err := w.Alike(ctx, w.who[east], Of(mine.ID))
		ok(t, err)
		if len(v.Found) != 2 || v.Found[0].Kind != "before" || v.Found[0].Section != "strengths" || v.Found[1].Kind != "beside" || v.Found[1].Unit != one || v.Neighbour != 1 {
			t.Fatalf("found %+v", v)
		}
		if n, err := w.Work(ctx); err != nil || n != 5 {
			t.Errorf("%d reviews were compared: %v", n, err)
		}
		show, err := w.review.Show(ctx, w.who[east], mine.ID)
		ok(t, err)
		if len(show.Asks) != 2 || show.Asks[0].Key != "narrative.lead" || show.Asks[0].Href != "/reviews/"+mine.ID.String()+"/alike" {
			t.Errorf("above it: %+v", show.Asks)
		}
		ok(t, w.review.Return(ctx, w.who[east], mine.ID, "Xin viết lại.", review.Any))
		if show, err = w.review.Show(ctx, w.who[two], mine.ID); err != nil || len(show.Asks) != 2 || show.Asks[0].Key != "narrative.ask" {
			t.Errorf("the unit is asked %+v %v", show.Asks, err)
		}
	})
}

// Last time is by the day a campaign began, whenever it was entered; of a unit that came out of
// others it is what those wrote.
func TestLastTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.send(t, lastYear, one, map[string]string{"strengths": good})
		w.send(t, lastYear, three, map[string]string{"causes": causes1})
		ok(t, d.Write(ctx, func(tx db.Tx) error {
			for _, q := range []string{
				`insert into campaign (id, unit, title, state, starts_on, created_at) values (9000, 1000, 'Đợt nhập sau', 'open', '2018-01-10', 0)`,
				`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short) select 9000, unit, parent, lo, hi, depth, level, name, short from campaign_unit where campaign = 5000`,
				`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values (9000, 1000, 'grassroots', '2018-07-20', false, 0)`,
				`insert into org_event (id, unit, day, title, state, created_at) values (9100, 1000, '2018-05-01', 'Hợp nhất', 'applied', 0)`,
				`insert into org_successor (event, old, new) values (9100, 1003, 1004), (9100, 1005, 1004)`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		}))
		w.send(t, round, two, map[string]string{"strengths": good, "causes": causes1})
		v, err := w.Alike(ctx, w.who[two], On(round, two))
		ok(t, err)
		if len(v.Found) != 2 || v.Found[0].Unit != one || v.Found[1].Unit != three || v.Found[0].Kind != "before" {
			t.Fatalf("what came before the merger: %+v", v.Found)
		}
		w.send(t, 9000, two, map[string]string{"strengths": "Lần này tự viết cả."})
		if v, err = w.Alike(ctx, w.who[two], On(round, two)); err != nil || v.LastTime != "Đợt nhập sau" || len(v.Found) != 0 {
			t.Errorf("last time is the one that began last: %+v %v", v, err)
		}
	})
}
