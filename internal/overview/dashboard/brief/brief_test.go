package brief

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/dashboard"
	"quantriet/internal/overview/rollup"
)

func unit(c rollup.Count, t dashboard.Timing) Brief {
	b := Brief{}
	b.Self.Count, b.Self.Timing, b.Campaign.Required = c, t, 9000
	return b
}

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		say             string
		b               Brief
		far, sure, next string
	}{
		{"nobody obliged", unit(rollup.Count{}, dashboard.Timing{Kind: "none"}), "nobody", "nothing", "none"},
		{"nobody studied", unit(rollup.Count{Members: 9}, dashboard.Timing{Kind: "waiting"}), "none", "nothing", "waiting"},
		{"half, all recorded", unit(rollup.Count{Members: 10, Studied: 5, Grades: [5]int64{5}}, dashboard.Timing{Kind: "soon"}), "under", "all", "soon"},
		{"enough, a little declared", unit(rollup.Count{Members: 10, Studied: 9, Grades: [5]int64{7, 0, 0, 0, 2}}, dashboard.Timing{Kind: "in_time"}), "enough", "some", "in_time"},
		{"all, three of ten declared", unit(rollup.Count{Members: 10, Studied: 10, Grades: [5]int64{7, 0, 0, 0, 3}}, dashboard.Timing{Kind: "late"}), "all", "weak", "late"},
		{"only the exempt came", unit(rollup.Count{Members: 10, Exempt: 2, ExemptCame: 2, Studied: 2, Grades: [5]int64{0, 0, 0, 0, 2}}, dashboard.Timing{Kind: "overdue"}), "under", "weak", "overdue"},
	} {
		if f, s, n := c.b.Far().Key, c.b.Sure().Key, c.b.Next().Key; f != "brief.far."+c.far || s != "brief.sure."+c.sure || n != "brief.next."+c.next {
			t.Errorf("%s: %s, %s, %s", c.say, f, s, n)
		}
	}
}

func kinds(ls []Lack) string {
	var out []string
	for _, l := range ls {
		out = append(out, l.Kind)
	}
	return strings.Join(out, " ")
}

func TestBrief(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		ctx := context.Background()
		s := service(d)
		b, err := s.Of(ctx, leader(north), dashboard.Ask{Campaign: this, Unit: north})
		if err != nil {
			t.Fatal(err)
		}
		if c := b.Self.Count; c.Members != 150 || c.Studied != 111 || c.Grades != [5]int64{81, 0, 0, 0, 30} {
			t.Errorf("counts %+v", c)
		}
		if got := kinds(b.Lacks()); got != "report below absent declared contested" {
			t.Errorf("missing: %s", got)
		}
		if len(b.Past) != 2 || b.Past[1].Count.Studied != 60 || b.Past[0].Campaign != this {
			t.Errorf("campaigns: %+v", b.Past)
		}
		if len(b.Contested) != 1 || b.Contested[0].People != 1 || b.Grace != 5 || b.Closing != 10 {
			t.Errorf("contested %+v, grace %d, closing %d", b.Contested, b.Grace, b.Closing)
		}
		if len(b.Given) != 2 || b.Given[1].Due.Day != "2018-07-16" || b.Given[1].By != "Đảng bộ huyện Bắc" {
			t.Errorf("given: %+v", b.Given)
		}
		if b, err = s.Of(ctx, leader(commune), dashboard.Ask{Campaign: this, Unit: commune}); err != nil || b.Self.Timing.Kind != "in_time" || kinds(b.Lacks()) != "absent contested" {
			t.Errorf("a commune: %s, %s, %v", b.Self.Timing.Kind, kinds(b.Lacks()), err)
		}
		usher := leader(commune)
		usher.Grants[0].Role = access.Usher
		if b, err = s.Of(ctx, usher, dashboard.Ask{Campaign: this, Unit: commune}); err != nil || len(b.Contested) != 0 || b.Declared != 0 {
			t.Errorf("an usher is told of contests: %+v %v", b.Contested, err)
		}
		for say, ask := range map[string]dashboard.Ask{"a neighbour": {Campaign: this, Unit: south}, "above": {Campaign: this, Unit: province}, "no campaign": {Campaign: 9, Unit: north}, "no unit": {Campaign: this, Unit: 9}} {
			if _, err := s.Of(ctx, leader(north), ask); fault.Of(err) != fault.Missing {
				t.Errorf("%s: %v", say, err)
			}
		}
	})
}

func TestDoors(t *testing.T) {
	d := dbtest.One(t)
	world(t, d)
	who := leader(north)
	h := house(d, func() access.Actor { return who })
	at := "/campaigns/" + this.String() + "/units/"
	for _, c := range []struct {
		say, path string
		status    int
		has       string
	}{
		{"a unit", at + north.String(), 200, "79,29%"},
		{"in three sentences", at + north.String(), 200, "111 trên 140 đảng viên phải học"},
		{"how it is known", at + north.String(), 200, "81 có ghi nhận, 30 chỉ do khai báo"},
		{"how the report stands", at + north.String(), 200, "quá hạn 3 ngày (trước 20/07/2018)"},
		{"those below", at + north.String(), 200, at + commune.String()},
		{"campaigns before", at + north.String(), 200, "Đợt học tập năm 2017"},
		{"a unit without any below", at + commune.String(), 200, "đúng hạn"},
		{"a neighbour", at + south.String(), 404, ""},
		{"no id", at + "xyz", 404, ""},
		{"no campaign", "/campaigns/xyz/units/" + north.String(), 404, ""},
		{"a document that is not of it", at + north.String() + "?document=" + id.ID(9).String(), 404, ""},
		{"by the interface", "/api/v1/campaigns/" + this.String() + "/units/" + north.String() + "/brief", 200, `"grace":5`},
		{"a neighbour by the interface", "/api/v1/campaigns/" + this.String() + "/units/" + south.String() + "/brief", 404, ""},
		{"a bad document by the interface", "/api/v1/campaigns/" + this.String() + "/units/" + north.String() + "/brief?document=x", 404, ""},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
		if body := w.Body.String(); w.Code != c.status || !strings.Contains(body, c.has) || strings.Contains(body, "brief.") && c.status == 200 && !strings.Contains(c.path, "/api/") {
			t.Errorf("%s: %s answers %d, want %d with %q", c.say, c.path, w.Code, c.status, c.has)
		}
	}
	who.Lang = "en"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", at+north.String(), nil))
	if body := w.Body.String(); strings.Contains(body, "brief.") {
		t.Error("a word is missing in English")
	}
}
