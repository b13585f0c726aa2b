package dashboard

import (
	"context"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestOverview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		s := &Service{DB: d, Now: clock.Fixed(now)}
		o, err := s.Overview(context.Background(), as(at(access.Leader, city)), Ask{Campaign: campaign, Open: districtOf(7)})
		if err != nil {
			t.Fatal(err)
		}
		c := o.Self.Count
		if c.Members != 112000 || c.Exempt != 11001 || c.Obliged() != 100999 || c.Studied != 95044 {
			t.Errorf("the city: %+v", c)
		}
		if got := c.RateAll().Percent("half_up"); got != "84,86%" {
			t.Error("of all members:", got)
		}
		if r := c.RateObliged(); r.Num != c.Studied-c.ExemptCame || r.Den != 100999 {
			t.Errorf("of those obliged: %+v", r)
		}
		if want := (Tally{Units: 16, Due: 16, Accepted: 9, Waiting: 3, Returned: 1, Overdue: 3, Late: 1, Plans: 15}); o.Reports != want {
			t.Errorf("reports: %+v", o.Reports)
		}
		if o.Self.Parts.All() != 804 || o.Self.Parts.None != 21 || o.PartLevel != "grassroots" {
			t.Errorf("organisations below: %+v %s", o.Self.Parts, o.PartLevel)
		}
		if len(o.Ticks) != 2 || !o.Ticks[0].Missing || o.Ticks[1].Missing || len(o.Ticks[0].Levels) != 2 {
			t.Errorf("deadlines: %+v", o.Ticks)
		}
		if len(o.Sites) != 1 || o.Sites[0].AtMain != 480 || o.Sites[0].AtOthers != 3350 || o.Sites[0].Others != 16 {
			t.Errorf("sites: %+v", o.Sites)
		}
		if first := o.Below[0]; first.Timing.Kind != "overdue" || len(o.tree) != 16 || o.tree[0].Name != "Quận Hồng Bàng" {
			t.Errorf("overdue units come first, the tree keeps its order: %+v", first)
		}
		opened := o.tree[7]
		if len(opened.Opened) != 100 || opened.Opened[0].Count.Members == 0 || opened.Opened[0].Due.Day != "2018-07-25" {
			t.Errorf("the opened row: %d", len(opened.Opened))
		}
		kinds := map[string]Finding{}
		for _, f := range o.Findings {
			kinds[f.Kind] = f
		}
		if f := kinds["gap"]; f.A != 674 || f.B != 675 || f.Unit != districtOf(7) {
			t.Errorf("the gap of one site: %+v", f)
		}
		if f := kinds["declared"]; f.Unit != districtOf(2) {
			t.Errorf("much declared: %+v", f)
		}
		if f := kinds["burst"]; f.A != 120 || f.B != 4 || f.Meeting != meeting1 {
			t.Errorf("many at once: %+v", f)
		}
	})
}

func TestOverviewOfAnotherDocument(t *testing.T) {
	d := dbtest.One(t)
	world(t, d)
	s := &Service{DB: d, Now: clock.Fixed(now)}
	o, err := s.Overview(context.Background(), as(at(access.Leader, city)), Ask{Campaign: campaign, Document: paper2})
	if err != nil || o.Self.Count.Studied != 0 || o.Self.Count.Members != 112000 || len(o.Sites) != 0 {
		t.Errorf("%v %+v", err, o.Self.Count)
	}
}

// Who sees which page; Missing looks the same for what is not there and what is not theirs.
func TestOverviewScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		s := &Service{DB: d, Now: clock.Fixed(now)}
		leader, unit := as(at(access.Leader, city)), as(at(access.UnitOfficer, districtOf(7)))
		for _, c := range []struct {
			name string
			who  access.Actor
			ask  Ask
			unit id.ID // the page that comes; 0: none
			kind fault.Kind
		}{
			{"the leader starts at the top", leader, Ask{Campaign: campaign}, city, 0},
			{"a unit officer starts at the own unit", unit, Ask{Campaign: campaign}, districtOf(7), 0},
			{"and sees what is below", unit, Ask{Campaign: campaign, Unit: lowOf(7, 3)}, lowOf(7, 3), 0},
			{"but no sibling", unit, Ask{Campaign: campaign, Unit: districtOf(6)}, 0, fault.Missing},
			{"nor the city", unit, Ask{Campaign: campaign, Unit: city}, 0, fault.Missing},
			{"a campaign of another province is not there", leader, Ask{Campaign: foreign}, 0, fault.Missing},
			{"nor its unit in one's own campaign", leader, Ask{Campaign: campaign, Unit: strange}, 0, fault.Missing},
			{"a draft has no page yet", leader, Ask{Campaign: draft}, 0, fault.Missing},
			{"a document of no campaign", leader, Ask{Campaign: campaign, Document: 77}, 0, fault.Missing},
			{"a member has none", as(at(access.Member, lowOf(7, 0))), Ask{Campaign: campaign}, 0, fault.Missing},
		} {
			o, err := s.Overview(context.Background(), c.who, c.ask)
			if o.Self.Unit != c.unit || c.kind != 0 && fault.Of(err) != c.kind || c.kind == 0 && err != nil {
				t.Errorf("%s: %s %v", c.name, o.Self.Name, err)
			}
		}
		own, err := s.Overview(context.Background(), unit, Ask{Campaign: campaign})
		if err != nil || len(own.Findings) != 2 || own.Findings[0].Unit != districtOf(7) || own.Findings[1].Kind != "gap" {
			t.Errorf("a unit sees first what is asked about itself: %v %+v", err, own.Findings)
		}
		o, err := s.Overview(context.Background(), unit, Ask{Campaign: campaign, Unit: lowOf(7, 3)})
		if err != nil || len(o.Path) != 1 || o.Path[0].ID != districtOf(7) {
			t.Errorf("the way down begins where the reader may look: %v %+v", err, o.Path)
		}
	})
}

func TestHome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		s := &Service{DB: d, Now: clock.Fixed(now)}
		home := func(who string, role access.Role) Home {
			h, err := s.Home(context.Background(), actors()[who], role)
			if err != nil {
				t.Fatalf("%s: %v", who, err)
			}
			return h
		}
		if h := home("officer", ""); len(h.Running) != 1 || len(h.Waiting) != 3 || len(h.Returned) != 1 || len(h.Drafts) != 1 {
			t.Errorf("officer: %d running, %d waiting, %d returned, %d drafts", len(h.Running), len(h.Waiting), len(h.Returned), len(h.Drafts))
		}
		if h := home("unit", ""); len(h.Running) != 1 || h.Running[0].Self.Unit != districtOf(7) || len(h.Meetings) != 1 || len(h.Drafts) != 0 {
			t.Errorf("unit officer: %+v", h.Meetings)
		}
		if h := home("leader", ""); len(h.Running) != 1 || h.Running[0].Reports.Overdue != 3 {
			t.Error("leader: the running campaign with its late units")
		}
		if h := home("secretary", ""); h.Role != access.Secretary || len(h.Roles) != 2 || len(h.Meetings) != 1 || h.Meetings[0].ID != cellNext {
			t.Errorf("secretary: %v %+v", h.Roles, h.Meetings)
		}
		if h := home("secretary", access.Member); h.Role != access.Member || len(h.Reading) != 2 {
			t.Errorf("a secretary is a member too: %s %d", h.Role, len(h.Reading))
		}
		if h := home("secretary", access.Administrator); h.Role != access.Secretary {
			t.Error("nobody takes a role that was not given:", h.Role)
		}
		if h := home("usher", ""); len(h.Stations) != 1 || h.Stations[0].Meeting != cellNext {
			t.Errorf("usher: today's sites %+v", h.Stations)
		}
		h := home("member", "")
		if len(h.Meetings) != 1 || len(h.Reading) != 2 || h.Reading[0].Due.Day != "2018-07-25" || len(h.Record) != 1 || h.Record[0].Grade != 4 || len(h.Talks) != 0 {
			t.Errorf("member: %d meetings, %+v, %+v", len(h.Meetings), h.Reading, h.Record)
		}
		if h := home("speaker", ""); len(h.Meetings) != 0 {
			t.Error("who was not invited is not told of the meeting as their own")
		}
		if h := home("inspector", ""); len(h.Latest) != 12 || h.Latest[0].Name != "Huyện Tiên Lãng" {
			t.Errorf("inspector: %d reports", len(h.Latest))
		}
		if h := home("admin", ""); !h.SetUp.Units || !h.SetUp.People || h.SetUp.Accounts || !h.SetUp.Campaigns {
			t.Errorf("administrator: %+v", h.SetUp)
		}
		if h := home("nobody", ""); h.Role != "" {
			t.Error("nobody has no screen:", h.Role)
		}
	})
}

func TestSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		s := &Service{DB: d, Now: clock.Fixed(now)}
		for _, c := range []struct {
			name, who, find string
			want            map[string]int
		}{
			{"without marks, beginnings of words", "leader", "thuy ng", map[string]int{"unit": 1}},
			{"people within the scope", "leader", "dang vien mau 007", map[string]int{"person": 1}},
			{"at most ten of a kind", "leader", "mau 0", map[string]int{"unit": 10, "person": 10}},
			{"a member finds no people", "member", "dang vien mau 007", map[string]int{}},
			{"documents from above are meant for those below", "member", "26-nq/tw", map[string]int{"document": 1}},
			{"campaigns and meetings", "unit", "hoc tap", map[string]int{"campaign": 1}},
			{"a unit officer finds no sibling", "unit", "quan do son", map[string]int{}},
			{"nothing of another province", "leader", "tinh khac", map[string]int{}},
			{"wildcards mean nothing", "leader", "%", map[string]int{}},
			{"no words, no answer", "leader", "  ", map[string]int{}},
		} {
			groups, err := s.Search(context.Background(), actors()[c.who], c.find)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for _, g := range groups {
				got[g.Kind] = len(g.Hits)
			}
			if len(got) != len(c.want) {
				t.Errorf("%s: %v", c.name, got)
			}
			for k, n := range c.want {
				if got[k] != n {
					t.Errorf("%s: %v", c.name, got)
				}
			}
		}
	})
}
