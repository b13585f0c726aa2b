// Package essaytest makes a small Party organisation with an open campaign and an essay task, for
// the tests of the rooms about essays.
package essaytest

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/base/web"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/document"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
	"quantriet/internal/work/essay"
)

// Begin is when the tests begin: 08:00 on 02/07/2018 in Hà Nội.
var Begin = time.Date(2018, 7, 2, 1, 0, 0, 0, time.UTC)

// World is a province over two communes: East with the cells A and B, West with the cell C. Every
// cell has five members: the first is 75 years old, the last is exempt.
type World struct {
	*essay.Service
	D                      *db.DB
	At                     time.Time
	Campaign               id.ID
	Top, East, West        id.ID
	A, B, C                id.ID
	People                 map[id.ID][]id.ID
	Officer, Unit, Other   access.Actor // at the top, at East, at West
	Secretary, SecretaryOf access.Actor // of A, of B
	Leader                 access.Actor // reads at the top
	people                 []person.Person
	exempt                 []person.Exemption
	units                  []org.Unit
}

// New makes the world and opens its campaign.
func New(t testing.TB, d *db.DB) *World {
	t.Helper()
	w := &World{D: d, At: Begin, People: map[id.ID][]id.ID{}}
	now := clock.Now(func() time.Time { return w.At })
	w.Service = &essay.Service{DB: d, Now: now, Files: file.New(t.TempDir(), 0)}
	w.Top = w.unit(0, "province", "T", "Thành ủy mẫu")
	w.East, w.West = w.unit(w.Top, "grassroots", "E", "Đảng bộ xã Đông"), w.unit(w.Top, "grassroots", "W", "Đảng bộ xã Tây")
	w.A, w.B, w.C = w.cell(w.East, "A"), w.cell(w.East, "B"), w.cell(w.West, "C")
	w.Officer, w.Unit, w.Other = Actor(access.Officer, w.Top), Actor(access.UnitOfficer, w.East), Actor(access.UnitOfficer, w.West)
	w.Secretary, w.SecretaryOf, w.Leader = Actor(access.Secretary, w.A), Actor(access.Secretary, w.B), Actor(access.Leader, w.Top)
	paper := document.Document{ID: id.New(), Unit: w.Top, Kind: "resolution", Number: "26-NQ/TW", IssuerName: "Ban Chấp hành Trung ương", IssuedOn: "2018-05-19", Title: "Nghị quyết mẫu"}
	ctx := context.Background()
	must(t, d.Write(ctx, func(tx db.Tx) error {
		for _, do := range []func() error{
			func() error { return org.AddAll(ctx, tx, w.units, 0, 0) },
			func() error { return person.AddAll(ctx, tx, w.people, 0, 0) },
			func() error { return person.AddExemptions(ctx, tx, w.exempt, 0, 0) },
			func() error { return document.Add(ctx, tx, paper) },
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	}))
	c := &campaign.Service{DB: d, Now: now}
	made, err := c.Draft(ctx, w.Officer, campaign.Campaign{ID: id.New(), Unit: w.Top, Title: "Đợt học tập mẫu", StartsOn: "2018-06-26", Rounding: "half_up", Documents: []id.ID{paper.ID},
		Audiences: []campaign.Audience{{Name: "Đảng viên", Filter: "member", Counted: "person", NeedEssay: true}}, Dues: []campaign.Due{{Level: "grassroots", On: "2018-07-25", Inclusive: true}}})
	must(t, err)
	_, err = c.Open(ctx, w.Officer, made.ID)
	must(t, err)
	w.Campaign = made.ID
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Actor holds a role at a unit.
func Actor(r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu " + string(r), Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

func (w *World) unit(parent id.ID, level, code, name string) id.ID {
	u := org.Unit{ID: id.New(), Parent: parent, Level: level, Code: code, Name: name, Short: name, Place: "Mẫu", From: "1990-01-01", Position: len(w.units)}
	w.units = append(w.units, u)
	return u.ID
}

func (w *World) cell(parent id.ID, code string) id.ID {
	u := w.unit(parent, "cell", code, "Chi bộ "+code)
	for i := range 5 {
		n := len(w.people) + 1
		p := person.Person{ID: id.New(), MemberNo: fmt.Sprintf("M%05d", n), Name: fmt.Sprintf("Đảng viên mẫu %03d", n), Birth: "1980-01-01", Kind: "official", Unit: u, Since: "2010-01-01"}
		switch i {
		case 0:
			p.Birth = "1943-02-03"
		case 4:
			w.exempt = append(w.exempt, person.Exemption{ID: id.New(), Person: p.ID, Kind: "exempt", Reason: "Sức yếu", From: "2017-01-01", Resolution: "01-NQ/CB"})
		}
		w.people, w.People[u] = append(w.people, p), append(w.People[u], p.ID)
	}
	return u
}

// Member is the i-th of a cell, signed in.
func (w *World) Member(cell id.ID, i int) access.Actor {
	p := w.People[cell][i]
	return access.Actor{Account: p + 1, Person: p, Name: "Đảng viên mẫu", Lang: "vi", Grants: []access.Grant{{Role: access.Member, Unit: cell, From: "2018-01-01"}}}
}

// Task is a task of the whole campaign, with two questions, the second a contribution, and ten
// points; change may alter it before it is given to the roster.
func (w *World) Task(t testing.TB, change func(*essay.Task)) essay.Task {
	t.Helper()
	task := essay.Task{ID: id.New(), Campaign: w.Campaign, Unit: w.Top, Kind: "essay", Title: "Bài thu hoạch mẫu", Prompt: "Viết theo hai câu hỏi.", Due: Begin.Add(10 * 24 * time.Hour).UnixMilli(),
		Least: 5, Handwritten: true, InvitedAge: 70, Pass: 5, Bound: 2,
		Questions: []essay.Question{{Text: "Nội dung tâm đắc?", Models: []string{"Nêu đủ ba ý.", "", ""}}, {Text: "Đề xuất gì?", Contribution: true}},
		Criteria:  []essay.Criterion{{Title: "Nắm vững", Points: 6}, {Title: "Liên hệ", Points: 4}}}
	if change != nil {
		change(&task)
	}
	made, err := w.Draft(context.Background(), w.Officer, task)
	must(t, err)
	must(t, w.Open(context.Background(), w.Officer, made.ID))
	return made
}

// HandsIn writes an essay and hands it in; it answers the essay and the version.
func (w *World) HandsIn(t testing.TB, who access.Actor, task id.ID, answers ...string) (of, version id.ID) {
	t.Helper()
	d, err := w.Desk(context.Background(), who, task)
	must(t, err)
	if of = d.Essay.ID; of == 0 {
		of = id.New()
	}
	v, err := w.HandIn(context.Background(), who, task, of, id.New(), &essay.Save{Base: d.Draft.Serial, Tab: id.New().String(), Step: 1, Answers: answers})
	must(t, err)
	return of, v.ID
}

// Tally are the totals of a task over everything.
func (w *World) Tally(t testing.TB, task id.ID) (n essay.Tally) {
	t.Helper()
	must(t, w.D.Read(context.Background(), func(tx db.Tx) (err error) {
		n, err = essay.Totals(context.Background(), tx, task, 0, 1<<30)
		return err
	}))
	return n
}

// Door serves routes to whoever who says at the moment.
func (w *World) Door(routes []web.Route, who *access.Actor) http.Handler {
	site := &web.Site{Now: w.Now, WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	return site.Handler(routes, ui.Static())
}
