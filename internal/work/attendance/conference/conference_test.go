package conference

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

func TestFind(t *testing.T) {
	var people []Candidate
	for i, who := range [][2]string{{"Nguyễn Văn Mẫu", "Chi bộ mẫu 01"}, {"Trần Thị Mẫu", "Chi bộ mẫu 01"}, {"Nguyễn Văn Mẫu", "Chi bộ mẫu 02"}, {"Lê Thanh Trung Tâm", "Chi bộ mẫu 02"}} {
		people = append(people, Candidate{Person: id.ID(i + 1), Name: who[0], UnitName: who[1], folded: text.Fold(who[0])})
	}
	r := newRoll(people, []place{{100, "xa mau 01"}, {101, "diem cau quan uy mau dong"}})
	for _, c := range []struct {
		display, verdict string
		person, place    id.ID
		heads            int64
	}{
		{"Trần Thị Mẫu", "exact", 2, 0, 0},
		{"tran thi mau", "exact", 2, 0, 0},
		{"TRẦN THỊ MẪU - Chi bộ mẫu 01", "exact", 2, 0, 0},
		{"CB01_Trần Thị Mẫu", "exact", 2, 0, 0},
		{"Nguyễn Văn Mẫu", "many", 0, 0, 0},
		{"Nguyễn Văn Mẫu (Chi bộ mẫu 02)", "exact", 3, 0, 0},
		{"Nguyễn Văn Mẫu - iPhone", "many", 0, 0, 0},
		{"Lê Thanh Trung Tâm", "exact", 4, 0, 0},
		{"iPhone của Lan", "none", 0, 0, 0},
		{"", "none", 0, 0, 0},
		{"Điểm cầu xã mẫu 01 (62 người)", "site", 0, 100, 62},
		{"Xã mẫu 01", "site", 0, 100, 0},
		{"UBND thị trấn mẫu", "site", 0, 0, 0},
		{"ĐIỂM CẦU QUẬN ỦY MẪU ĐÔNG - 120 đại biểu", "site", 0, 101, 120},
	} {
		f := r.find(c.display)
		var person id.ID
		if f.Verdict == "exact" {
			person = f.Candidates[0].Person
		}
		if f.Verdict != c.verdict || person != c.person || f.Place != c.place || f.Heads != c.heads {
			t.Errorf("%q: %+v", c.display, f)
		}
	}
}

func TestTimes(t *testing.T) {
	m := meeting.Meeting{Starts: time.Date(2026, 2, 7, 0, 30, 0, 0, time.UTC).UnixMilli(), Ends: time.Date(2026, 2, 7, 4, 30, 0, 0, time.UTC).UnixMilli()}
	want := time.Date(2026, 2, 7, 7, 25, 0, 0, clock.Zone).UnixMilli()
	for _, s := range []string{"07/02/2026 07:25:00", "02/07/2026 07:25:00 AM", "2026-02-07 07:25", "07:25", "7:25 SA", "2026-02-07T07:25:00", "2026-02-07T00:25:00Z", "07:25 07/02/2026"} {
		if got := instant(s, m); got != want {
			t.Errorf("%q is %s", s, clock.From(got))
		}
	}
	for _, s := range []string{"", "hôm qua", "07/02/2025 07:25:00", strings.Repeat("9", 70)} {
		if got := instant(s, m); got != 0 {
			t.Errorf("%q is %s", s, clock.From(got))
		}
	}
	for s, want := range map[string]int64{"80": 4800, "80 phút": 4800, "1h 20m 5s": 4805, "1:20:05": 4805, "1 giờ 20 phút": 4800, "x": 0, "": 0, "45 s": 45, "2 hours": 7200} {
		if got := span(s); got != want {
			t.Errorf("%q lasts %d", s, got)
		}
	}
}

// zoom is a list as Zoom writes it: a head of its own, people who come back, devices of sites.
const zoom = `Meeting ID,Topic,Start Time
912 345,Hội nghị,07/19/2018 07:00:00 AM

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Đảng viên mẫu 000,a@mau.vn,07/19/2018 07:20:00 AM,07/19/2018 07:40:00 AM,20,No
Đảng viên mẫu 000,a@mau.vn,07/19/2018 07:45:00 AM,07/19/2018 08:00:00 AM,15,No
dang vien mau 001 (Chi bộ mẫu 01),,07/19/2018 07:30:00 AM,07/19/2018 08:00:00 AM,30,No
Đảng viên mẫu 002,,07/19/2018 07:58:00 AM,07/19/2018 08:00:00 AM,2,No
Điểm cầu Đông (62 người),,07/19/2018 07:00:00 AM,07/19/2018 08:00:00 AM,60,No
iPhone,,07/19/2018 07:00:00 AM,07/19/2018 08:00:00 AM,60,Yes
`

func meetingNow() meeting.Meeting {
	return meeting.Meeting{Starts: now.Add(-time.Hour).UnixMilli(), Ends: now.Add(3 * time.Hour).UnixMilli()}
}

func (w *world) zoom(t testing.TB) []Line {
	t.Helper()
	lines, err := ReadList(meetingNow(), "z.csv", bytes.NewReader([]byte(zoom)), int64(len(zoom)))
	if err != nil || len(lines) != 5 || lines[0].Joins != 2 || lines[0].Seconds != 35*60 {
		t.Fatalf("%+v %v", lines, err)
	}
	return lines
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		lines := w.zoom(t)
		l := List{ID: id.New(), Meeting: w.meeting, Site: w.siteEast, Name: "zoom.csv", Least: 10}
		if _, err := w.Bring(ctx, w.stranger, l, lines); fault.Of(err) != fault.Missing {
			t.Error("a stranger brought a list in:", err)
		}
		l, err := w.Bring(ctx, w.host, l, lines)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Bring(ctx, w.host, List{ID: id.New(), Meeting: w.meeting, Site: w.siteEast, Name: "khac.csv"}, lines)
		if err != nil || again.ID != l.ID {
			t.Errorf("the same list twice: %+v %v", again, err)
		}
		if n := w.count(t, `select count(*) from attendance_record`); n != 0 {
			t.Error("a list recorded somebody by itself:", n)
		}
		_, _, rows, err := w.Review(ctx, w.host, w.meeting, l.ID, db.Page{})
		var got []string
		for _, r := range rows.Items {
			got = append(got, fmt.Sprintf("%s%d%v", r.Verdict, len(r.Candidates), r.Short))
		}
		if want := "exact1false exact1false exact1true site0false none0false"; err != nil || strings.Join(got, " ") != want {
			t.Fatalf("%v %v", got, err)
		}
		picks := []Pick{{N: 1, Person: w.people[0]}, {N: 2, Person: w.people[1]}, {N: 4, Site: w.siteEast}, {N: 5}}
		for n := range 2 {
			res, err := w.Confirm(ctx, w.host, w.meeting, l.ID, picks)
			if err != nil || n == 0 && res != (Result{Recorded: 2, Sites: 1, Skipped: 1}) || n == 1 && res.Recorded != 0 {
				t.Errorf("time %d: %+v %v", n, res, err)
			}
		}
		if n := w.count(t, `select count(*) from attendance_record where grade = 3 and form = 'online' and how = 'list' and void_at is null`); n != 2 {
			t.Error("during the meeting a confirmed entry is E3 and online:", n)
		}
		if n := w.count(t, `select count(*) from attendance_headcount`); n != 0 {
			t.Error("a device counted heads")
		}
		w.at(now.Add(9 * time.Hour))
		if res, err := w.Confirm(ctx, w.host, w.meeting, l.ID, []Pick{{N: 3, Person: w.people[2]}}); err != nil || res.Recorded != 1 {
			t.Error(res, err)
		}
		if n := w.count(t, `select count(*) from attendance_record where grade = 4 and late and void_at is null`); n != 1 {
			t.Error("afterwards it is E4:", n)
		}
		if _, _, err := w.Undo(ctx, w.host, w.meeting, l.ID, ""); fault.Of(err) != fault.Invalid {
			t.Error("undone without a reason:", err)
		}
		undone, kept, err := w.Undo(ctx, w.host, w.meeting, l.ID, "nhầm tệp")
		if err != nil || undone != 3 || kept != 0 || w.count(t, `select count(*) from attendance_record where void_at is null`) != 0 {
			t.Error(undone, kept, err)
		}
		if res, err := w.Confirm(ctx, w.host, w.meeting, l.ID, picks[:1]); err != nil || res.Recorded != 1 {
			t.Error("after an undo it may be confirmed anew:", res, err)
		}
		for _, bad := range [][]Pick{nil, {{N: 99}}, {{N: 1}, {N: 1}}, {{N: 5, Person: w.people[0], Site: w.siteEast}}, {{N: 4, Site: id.New()}}} {
			if _, err := w.Confirm(ctx, w.host, w.meeting, l.ID, bad); fault.Of(err) != fault.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if res, err := w.Confirm(ctx, w.host, w.meeting, l.ID, []Pick{{N: 5, Person: id.New()}}); err != nil || res.Refused != 1 {
			t.Error("somebody who is nobody:", res, err)
		}
		for _, c := range []struct {
			at   time.Duration
			want int64
		}{{Stays, 5}, {Stays + time.Minute, 0}} {
			w.at(now.Add(c.at))
			if err := w.Forget(ctx); err != nil {
				t.Fatal(err)
			}
			if n := w.count(t, `select count(*) from attendance_conference_row where name <> '' or email <> ''`); n != c.want {
				t.Errorf("%d names are kept after %v, not %d", n, c.at, c.want)
			}
		}
		if l, _, err := w.Lists(ctx, w.host, w.meeting, ""); err != nil || l[0].Kept != 1 || l[0].Entries != 5 {
			t.Errorf("what was decided is forgotten with the names: %+v %v", l, err)
		}
	})
}

func (w *world) count(t testing.TB, q string) (n int64) {
	t.Helper()
	ctx := context.Background()
	if err := w.d.Read(ctx, func(tx db.Tx) (err error) { n, err = db.One(ctx, tx, db.Value[int64], q); return err }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLinks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		for _, bad := range []string{"http://zoom.us/j/1", "javascript:alert(1)", "https://", "https://localhost", "https://a@zoom.us/j", "//zoom.us", "https://zoom.us/\" onclick", "https://" + strings.Repeat("a", 1000) + ".vn"} {
			if err := w.SetLink(ctx, w.host, w.meeting, w.siteEast, bad, ""); fault.Key(err) != "conference.not_https" {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if err := w.SetLink(ctx, w.stranger, w.meeting, w.siteEast, "https://hop.mau.vn/1", ""); fault.Of(err) != fault.Missing {
			t.Error("a stranger set it:", err)
		}
		for _, n := range []string{"1", "2"} {
			if err := w.SetLink(ctx, w.host, w.meeting, w.siteEast, "https://hop.mau.vn/"+n, "mật khẩu 123"); err != nil {
				t.Fatal(err)
			}
		}
		invited, other := w.member, w.member
		invited.Grants, invited.Person = nil, w.people[0]
		other.Grants, other.Person = nil, id.New()
		if _, links, err := w.Links(ctx, invited, w.meeting, ""); err != nil || len(links) != 1 || links[0].URL != "https://hop.mau.vn/2" || links[0].May {
			t.Errorf("an invited member: %+v %v", links, err)
		}
		if _, links, err := w.Links(ctx, other, w.meeting, ""); fault.Of(err) != fault.Missing || len(links) != 0 {
			t.Errorf("a stranger: %+v %v", links, err)
		}
		if _, links, err := w.Links(ctx, other, w.meeting, "x"); fault.Of(err) != fault.Missing || len(links) != 0 {
			t.Errorf("a stranger who searches: %+v %v", links, err)
		}
		if _, links, err := w.Links(ctx, w.stranger, w.meeting, "khong co ten nay"); err != nil || len(links) != 0 {
			t.Errorf("a search for nothing: %+v %v", links, err)
		}
		if _, links, err := w.Links(ctx, w.stranger, w.meeting, ""); err != nil || len(links) != 1 || links[0].Site != w.siteWest || links[0].URL != "" {
			t.Errorf("the host of another site sees the own only: %+v %v", links, err)
		}
		if err := w.SetLink(ctx, w.officer, w.meeting, w.siteEast, "", ""); err != nil {
			t.Fatal(err)
		}
		if _, links, _ := w.Links(ctx, invited, w.meeting, ""); len(links) != 0 {
			t.Error("a link taken away is shown")
		}
	})
}
