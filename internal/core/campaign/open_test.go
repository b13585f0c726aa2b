package campaign

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/person"
	"quantriet/internal/base/person/audience"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/schema"
)

// crowd adds so many members, half to each cell.
func (w *world) crowd(t testing.TB, n int) {
	t.Helper()
	var people []person.Person
	for i := range n {
		people = append(people, person.Person{ID: id.New(), MemberNo: fmt.Sprintf("K%07d", i), Name: fmt.Sprintf("Đảng viên mẫu %05d", i), Kind: "official", Unit: []id.ID{w.cell, w.cell2}[i%2], Since: "2010-01-01"})
	}
	if err := w.DB.Write(context.Background(), func(tx db.Tx) error { return person.AddAll(context.Background(), tx, people, 0, 0) }); err != nil {
		t.Fatal(err)
	}
}

func (w *world) number(t testing.TB, query string, args ...any) (n int64) {
	t.Helper()
	err := w.DB.Read(context.Background(), func(tx db.Tx) (err error) {
		n, err = db.One(context.Background(), tx, db.Value[int64], query, args...)
		return err
	})
	if err != nil {
		t.Fatal(query, err)
	}
	return n
}

// whole checks a frozen roster: everybody once, the figures of the tree are its sums.
func (w *world) whole(t testing.TB, campaign id.ID, people int64) {
	t.Helper()
	if n := w.number(t, `select count(*) from campaign_roster where campaign = $1`, campaign); n != people {
		t.Errorf("%d people are frozen, want %d", n, people)
	}
	if n := w.number(t, `select count(distinct n) from campaign_roster where campaign = $1`, campaign); n != people {
		t.Errorf("%d serial numbers for %d people", n, people)
	}
	if n := w.number(t, `select count(*) from campaign_unit cu where cu.campaign = $1 and (cu.members + cu.civil <> (select count(*) from campaign_roster r where r.campaign = $1 and r.lo = cu.lo)
		or cu.exempt <> (select count(*) from campaign_roster r where r.campaign = $1 and r.lo = cu.lo and r.exempt))`, campaign); n != 0 {
		t.Errorf("%d units whose figures are not their people's", n)
	}
	if n := w.number(t, `select count(*) from campaign_opening`); n != 0 {
		t.Error("the opening is over and not forgotten")
	}
}

// An opening that is broken off again and again, while people move with a day in the past
// and others are made: nobody below sees it, everybody is taken once, newcomers are not.
func TestOpeningSurvives(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		w.crowd(t, 1500)
		w.piece = 150
		c, err := w.Draft(ctx, w.owner, w.draft())
		if err == nil {
			c, err = w.Order(ctx, w.owner, c.ID)
		}
		if err != nil || c.State != "opening" || c.Audiences[1].Sentence != "đảng viên" {
			t.Fatal(c.State, c.Audiences, err)
		}
		people := &person.Service{DB: d, Now: w.Now}
		r := rand.New(rand.NewPCG(1, 2))
		broken := 0
		for round := range 60 {
			if c, err = w.Show(ctx, w.owner, c.ID); err != nil || c.State == "open" {
				break
			}
			w.unseen(t, c.ID)
			for range 5 {
				p := id.ID(w.number(t, `select id from person where kind = 'official' order by id limit 1 offset $1`, r.IntN(1400)))
				if err := people.Move(ctx, access.System("x"), p, []id.ID{w.cell, w.cell2}[r.IntN(2)], "2018-06-01", "x"); err != nil && fault.Of(err) != fault.Invalid {
					t.Fatal(err)
				}
			}
			late := person.Person{ID: id.New(), Name: "Đảng viên mẫu đến muộn", Kind: "official", Unit: w.cell, Since: "2010-01-01"}
			if err := d.Write(ctx, func(tx db.Tx) error { return person.AddAll(ctx, tx, []person.Person{late}, 0, 0) }); err != nil {
				t.Fatal(err)
			}
			brief, cancel := context.WithCancel(ctx)
			left := 4 + r.IntN(3) // looks at the clock before the worker dies
			w.Now = func() time.Time {
				if left--; left == 0 {
					cancel()
				}
				return now.Add(time.Duration(round) * time.Minute)
			}
			if err := w.Freeze(brief, c.ID); err != nil {
				broken++
			}
			cancel()
		}
		if c.State != "open" || broken < 2 {
			t.Errorf("it is %s after being broken off %d times", c.State, broken)
		}
		w.whole(t, c.ID, 1506)
		if rows, err := w.List(ctx, w.unitOfficer, Query{}, db.Page{}); err != nil || len(rows.Items) != 1 || rows.Items[0].People != 1505 || rows.Items[0].Units != 5 {
			t.Error(rows, err)
		}
	})
}

// unseen proves that a campaign that is being frozen does not exist for those below.
func (w *world) unseen(t testing.TB, campaign id.ID) {
	t.Helper()
	ctx := context.Background()
	if _, err := w.Show(ctx, w.unitOfficer, campaign); fault.Of(err) != fault.Missing && fault.Of(err) != fault.Denied {
		t.Error("seen before it is open:", err)
	}
	if rows, err := w.List(ctx, w.unitOfficer, Query{}, db.Page{}); err != nil || len(rows.Items) != 0 {
		t.Error("listed before it is open:", rows, err)
	}
	if _, err := w.Obligations(ctx, w.unitOfficer, campaign, w.district); fault.Of(err) != fault.Missing {
		t.Error("obliges before it is open:", err)
	}
	c := w.draft()
	c.ID = campaign
	if _, err := w.Edit(ctx, w.owner, c); fault.Key(err) != "campaign.is_opening" {
		t.Error("edited while it is being opened:", err)
	}
	if _, err := w.Close(ctx, w.owner, campaign); fault.Key(err) != "campaign.not_open" {
		t.Error("closed while it is being opened:", err)
	}
	if o, err := w.Progress(ctx, w.owner, campaign); err != nil || o.Campaign.State != "opening" || o.Progress.Stage == "" {
		t.Error("how far it is:", o, err)
	}
	if _, err := w.Progress(ctx, w.unitOfficer, campaign); err == nil {
		t.Error("a unit below sees how far it is")
	}
}

// A worker that is alive keeps others away; when it falls silent another one goes on.
func TestOneWorkerAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		c, err := w.Draft(ctx, w.owner, w.draft())
		if err == nil {
			c, err = w.Order(ctx, w.owner, c.ID)
		}
		if err == nil {
			err = d.Write(ctx, func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `update campaign_opening set worker = 1, beat = $1`, now.UnixMilli()-5000)
				return err
			})
		}
		if err == nil {
			err = w.Freeze(ctx, c.ID)
		}
		if c, e := w.Show(ctx, w.owner, c.ID); err != nil || e != nil || c.State != "opening" {
			t.Error("two at it:", c.State, err, e)
		}
		w.Now = func() time.Time { return now.Add(time.Minute) }
		err = w.Freeze(ctx, c.ID)
		if c, e := w.Show(ctx, w.owner, c.ID); err != nil || e != nil || c.State != "open" {
			t.Error("nobody went on:", c.State, err, e)
		}
	})
}

// Own audiences come first in the order given, by place and position, on the frozen tree.
func TestOwnAudiences(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		c := w.draft()
		own := func(name string, q audience.Query) Audience {
			return Audience{Name: name, Filter: "query", Query: q, Counted: "person"}
		}
		c.Audiences = append([]Audience{own("Chi bộ hai", audience.Query{Units: []id.ID{w.cell2, w.commune}, Kinds: []string{"official"}}),
			own("Cấp chi bộ, chủ chốt", audience.Query{Levels: []string{"cell"}, KeyCadre: true}), own("Được miễn", audience.Query{Relief: "exempt"}),
			{Name: "Đoàn viên", Filter: "query", Query: audience.Query{Groups: []string{"union"}}, Counted: "headcount"}}, c.Audiences...)
		c, err := w.Draft(ctx, w.owner, c)
		if err == nil {
			c, err = w.Open(ctx, w.owner, c.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"Cấp chi bộ, chủ chốt", "Được miễn", "campaign.usual.member", "Chi bộ hai", "Chi bộ hai", "campaign.usual.civil"} {
			if n := w.number(t, `select count(*) from campaign_roster r join campaign_audience a on a.id = r.audience where r.campaign = $1 and r.person = $2 and a.name = $3`, c.ID, w.people[i], want); n != 1 {
				t.Errorf("person %d does not belong to %s", i, want)
			}
		}
		if got := c.Audiences[0].Sentence; got != "đảng viên chính thức, của Đơn vị mẫu X và Đơn vị mẫu C2" && got != "đảng viên chính thức, của Đơn vị mẫu C2 và Đơn vị mẫu X" {
			t.Errorf("it reads %q", got)
		}
		bad := w.draft()
		bad.Audiences[0] = own("Không hỏi gì", audience.Query{})
		if _, err := w.Draft(ctx, w.owner, bad); fault.Of(err) != fault.Invalid {
			t.Error("an audience that asks nothing:", err)
		}
		bad = w.draft()
		bad.Audiences[0] = Audience{Name: "x", Filter: "query", Query: audience.Query{Groups: []string{"union"}}, Counted: "person"}
		if _, err := w.Draft(ctx, w.owner, bad); fault.Of(err) != fault.Invalid {
			t.Error("heads counted as persons:", err)
		}
	})
}

// Who belongs to a unit of another line that sits in the area is of the audience too, as of the day of the roster.
func TestAudienceOfWhoSitsInTheArea(t *testing.T) {
	for _, x := range []struct {
		from, to string
		want     int64
	}{{"2010-01-01", "", 5}, {"2010-01-01", "2017-12-31", 3}} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			w, ctx := seed(t, d), context.Background()
			if err := d.Write(ctx, func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `insert into org_area (unit, area, valid_from, valid_to) values ($1, $2, $3, nullif($4, ''))`, w.cell2, w.cell, x.from, x.to)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			c := w.draft()
			c.Audiences = append([]Audience{{Name: "Trên địa bàn", Filter: "query", Query: audience.Query{Units: []id.ID{w.cell}, Sitting: true, Kinds: []string{"official", "probationary"}}, Counted: "person"}}, c.Audiences...)
			c, err := w.Draft(ctx, w.owner, c)
			if err == nil {
				c, err = w.Open(ctx, w.owner, c.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			if n := w.number(t, `select count(*) from campaign_roster r join campaign_audience a on a.id = r.audience where r.campaign = $1 and a.name = $2`, c.ID, "Trên địa bàn"); n != x.want {
				t.Errorf("%s to %s: %d people", x.from, x.to, n)
			}
		})
	}
}

const childFile, childCampaign = "QUANTRIET_OPEN_FILE", "QUANTRIET_OPEN_CAMPAIGN"

// The program is killed in the middle of an opening, more than once; the next one finishes it.
func TestOpeningKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("another process does the work: nothing for the race detector")
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	reopen := func() *db.DB {
		d, err := db.Open(path)
		if err == nil {
			err = d.Migrate(context.Background(), schema.Files)
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := reopen()
	w, ctx := seed(t, d), context.Background()
	w.crowd(t, 4000)
	c, err := w.Draft(ctx, w.owner, w.draft())
	if err == nil {
		c, err = w.Order(ctx, w.owner, c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for round := range 60 {
		w.DB.Close()
		cmd := exec.Command(os.Args[0], "-test.run=^TestChildThatOpens$")
		cmd.Env = append(os.Environ(), childFile+"="+path, childCampaign+"="+fmt.Sprint(int64(c.ID), " ", round))
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fscan(out, new(string)) // it is at it
		time.Sleep(time.Duration(4*round+rand.IntN(12)) * time.Millisecond)
		if round < 59 { // the last one may finish, however slow the machine is
			cmd.Process.Kill()
		}
		if cmd.Wait() != nil {
			killed++
		}
		w.DB = reopen()
		if w.number(t, `select count(*) from campaign where id = $1 and state = 'open'`, c.ID) == 1 {
			break
		}
		w.unseen(t, c.ID)
	}
	t.Logf("killed %d times", killed)
	w.whole(t, c.ID, 4006)
	w.DB.Close()
}

// TestChildThatOpens is the program that TestOpeningKilled kills.
func TestChildThatOpens(t *testing.T) {
	path := os.Getenv(childFile)
	if path == "" {
		t.Skip("it runs as the child of TestOpeningKilled")
	}
	var campaign, round int64
	if _, err := fmt.Sscan(os.Getenv(childCampaign), &campaign, &round); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	fmt.Println("begun")
	s := &Service{DB: d, piece: 200, Now: func() time.Time { return now.Add(time.Duration(round+1) * time.Minute) }}
	if err := s.Freeze(context.Background(), id.ID(campaign)); err != nil {
		t.Fatal(err)
	}
}
