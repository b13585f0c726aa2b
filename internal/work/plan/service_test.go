package plan

import (
	"context"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// A new plan is filled in: all sections, a line for each audience, the last day of its level.
func TestProposal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		v, err := w.Show(ctx, w.district, w.campaign.ID, w.east)
		if err != nil || v.Saved() || !v.MayEdit || len(v.Plan.Lines) != 3 || v.Above != nil {
			t.Fatalf("%+v %v", v, err)
		}
		if l := v.Plan.Lines[0]; l.Level != "district" || l.DueOn != "2018-07-19" {
			t.Errorf("%+v", l)
		}
		if !strings.Contains(v.Plan.Sections["content"], "26-NQ/TW") || !strings.Contains(v.Plan.Recipients, "Đảng bộ thành phố mẫu") {
			t.Errorf("%+v", v.Plan)
		}
		for _, f := range blocking(v.Findings) {
			if !strings.HasPrefix(f.Place, "assign") {
				t.Errorf("the proposal lacks more than names: %+v", f)
			}
		}
	})
}

// What the unit above wrote is where the units below start from.
func TestPlanAbove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		p := w.ready(t, w.owner, w.city, "117-KH/TU")
		p.Sections["outreach"] = "Tuyên truyền theo cách riêng của thành phố mẫu, có địa chỉ."
		for i := range p.Lines {
			if p.Lines[i].Level == "grassroots" {
				p.Lines[i].DueOn = "2018-07-22"
			}
		}
		if _, err := w.Save(ctx, w.owner, p); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Show(ctx, w.grassroots, w.campaign.ID, w.city); fault.Of(err) != fault.Missing && fault.Of(err) != fault.Denied {
			t.Error("a draft is seen below:", err)
		}
		if v, err := w.Show(ctx, w.grassroots, w.campaign.ID, w.base); err != nil || v.Above != nil {
			t.Error("a draft above counts:", err)
		}
		if _, err := w.Send(ctx, w.owner, w.campaign.ID, w.city); err != nil {
			t.Fatal(err)
		}
		if v, err := w.Show(ctx, w.grassroots, w.campaign.ID, w.city); err != nil || v.MayEdit || v.Plan.Number != "117-KH/TU" {
			t.Errorf("a sent plan is meant for those below: %+v %v", v.Plan, err)
		}
		v, err := w.Show(ctx, w.grassroots, w.campaign.ID, w.base)
		if err != nil || v.Above == nil || v.Plan.Sections["outreach"] != p.Sections["outreach"] || !strings.Contains(v.Plan.Sections["basis"], "117-KH/TU") {
			t.Fatalf("%+v %v", v.Plan.Sections, err)
		}
		late := w.ready(t, w.grassroots, w.base, "3-KH/ĐU")
		for i := range late.Lines {
			late.Lines[i].DueOn = "2018-07-24"
		}
		if v, err = w.Save(ctx, w.grassroots, late); err != nil || !has(v, "plan.find.looser") {
			t.Errorf("later than the plan above: %+v %v", v.Findings, err)
		}
	})
}

func has(v View, key string) bool {
	for _, f := range v.Findings {
		if f.Key == key {
			return true
		}
	}
	return false
}

func TestSaveSendReopen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx, of := seed(t, d), context.Background(), id.ID(0)
		of = w.campaign.ID
		if _, err := w.Send(ctx, w.district, of, w.east); fault.Of(err) != fault.Conflict && fault.Of(err) != fault.Missing {
			t.Error("sent what nobody saved:", err)
		}
		p := w.ready(t, w.district, w.east, "12")
		p.Assignments = p.Assignments[:1]
		v, err := w.Save(ctx, w.district, p)
		if err != nil || v.Plan.State != "draft" || v.Plan.Number != "12-KH/HU" {
			t.Fatalf("%+v %v", v.Plan, err)
		}
		if again, err := w.Save(ctx, w.district, p); err != nil || again.Plan.ID != v.Plan.ID || again.Plan.ChangedAt != v.Plan.ChangedAt {
			t.Error("the same form twice:", err)
		}
		if _, err := w.Send(ctx, w.district, of, w.east); fault.Key(err) != "plan.not_ready" {
			t.Error("sent with one person only:", err)
		}
		stale := p
		stale.Signer, stale.ChangedAt = "Người khác", v.Plan.ChangedAt-1
		if _, err := w.Save(ctx, w.district, stale); fault.Key(err) != "plan.changed" {
			t.Error("written over what somebody else wrote:", err)
		}
		p = w.ready(t, w.district, w.east, "12-KH/HU")
		if v, err = w.Save(ctx, w.district, p); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if v, err = w.Send(ctx, w.district, of, w.east); err != nil || v.Plan.State != "sent" || v.Plan.SentAt == 0 {
				t.Fatalf("%+v %v", v.Plan, err)
			}
		}
		p = v.Plan
		p.Signer = "Người khác"
		if _, err := w.Save(ctx, w.district, p); fault.Key(err) != "plan.is_sent" {
			t.Error("a sent plan was changed:", err)
		}
		if _, err := w.Reopen(ctx, w.district, of, w.east, " "); fault.Of(err) != fault.Invalid {
			t.Error("reopened without a reason:", err)
		}
		if v, err = w.Reopen(ctx, w.district, of, w.east, "Sửa thời gian"); err != nil || v.Plan.State != "draft" {
			t.Error(v.Plan.State, err)
		}
		n, err := count(d, `select count(*) from audit_entry where action in ('plan.save', 'plan.send', 'plan.reopen')`)
		if err != nil || n != 4 {
			t.Errorf("%d lines in the log, want two saved, one sent, one reopened: %v", n, err)
		}
		w.closed(t)
		if _, err := w.Save(ctx, w.district, v.Plan); fault.Of(err) != fault.Conflict {
			t.Error("saved in a closed campaign:", err)
		}
	})
}

func count(d *db.DB, q string) (n int64, err error) {
	ctx := context.Background()
	err = d.Read(ctx, func(tx db.Tx) error {
		n, err = db.One(ctx, tx, db.Value[int64], q)
		return err
	})
	return n, err
}

func TestWho(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		for _, c := range []struct {
			name string
			who  access.Actor
			unit id.ID
			show fault.Kind
			save fault.Kind
		}{
			{"the officer above", w.owner, w.east, fault.Internal, fault.Internal},
			{"the unit's own officer", w.district, w.east, fault.Internal, fault.Internal},
			{"an inspector reads only", w.eye, w.east, fault.Internal, fault.Denied},
			{"a neighbour", w.neighbour, w.east, fault.Missing, fault.Missing},
			{"an officer below, of a draft", w.grassroots, w.east, fault.Missing, fault.Missing},
			{"a secretary reads that of the cell", w.secretary, w.cell, fault.Internal, fault.Denied},
			{"a unit that is none", w.owner, id.New(), fault.Missing, fault.Missing},
		} {
			if _, err := w.Show(ctx, c.who, w.campaign.ID, c.unit); fault.Of(err) != c.show && err != nil || (err == nil) != (c.show == fault.Internal) {
				t.Errorf("%s shows: %v", c.name, err)
			}
			p := Plan{ID: id.New(), Campaign: w.campaign.ID, Unit: c.unit}
			if v, err := w.Show(ctx, c.who, w.campaign.ID, c.unit); err == nil && v.Saved() {
				p.ID, p.ChangedAt = v.Plan.ID, v.Plan.ChangedAt
			}
			_, err := w.Save(ctx, c.who, p)
			if got := fault.Of(err); err != nil && got != c.save || (err == nil) != (c.save == fault.Internal) {
				t.Errorf("%s saves: %v", c.name, err)
			}
		}
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		w.sent(t, w.district, w.east, "12-KH/HU")
		for _, c := range []struct {
			name string
			who  access.Actor
			f    Filter
			has  []id.ID
			not  []id.ID
		}{
			{"the city", w.owner, Filter{}, []id.ID{w.east, w.west, w.base}, []id.ID{w.cell}},
			{"sent", w.owner, Filter{State: "sent"}, []id.ID{w.east}, []id.ID{w.west}},
			{"not begun", w.owner, Filter{State: "none"}, []id.ID{w.west}, []id.ID{w.east, w.cell}},
			{"joining", w.owner, Filter{State: "joins"}, []id.ID{w.cell}, []id.ID{w.east}},
			{"found without marks", w.owner, Filter{Find: "tay"}, []id.ID{w.west}, []id.ID{w.east}},
			{"a district sees itself and below", w.district, Filter{}, []id.ID{w.base}, []id.ID{w.west}},
		} {
			l, err := w.List(ctx, c.who, w.campaign.ID, c.f)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			got := map[id.ID]Row{}
			for _, r := range l.Items {
				got[r.Unit] = r
			}
			for _, u := range c.has {
				if _, ok := got[u]; !ok {
					t.Errorf("%s lacks a unit: %+v", c.name, l.Items)
				}
			}
			for _, u := range c.not {
				if _, ok := got[u]; ok {
					t.Errorf("%s has a unit too many: %+v", c.name, l.Items)
				}
			}
		}
		if _, err := w.List(ctx, w.neighbour, w.campaign.ID, Filter{Unit: w.east}); fault.Of(err) != fault.Missing {
			t.Error("a neighbour lists:", err)
		}
		l, err := w.List(ctx, w.owner, w.campaign.ID, Filter{Page: db.Page{Limit: 1}})
		if err != nil || len(l.Items) != 1 || l.Next == "" {
			t.Fatal(l.Items, err)
		}
		next, err := w.List(ctx, w.owner, w.campaign.ID, Filter{Page: db.Page{Limit: 1, After: l.Next}})
		if err != nil || len(next.Items) != 1 || next.Items[0].Unit == l.Items[0].Unit {
			t.Error(next.Items, err)
		}
	})
}
