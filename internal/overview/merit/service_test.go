package merit

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var ctx = context.Background()

type world struct {
	*World
	*Service
	now time.Time
}

func seed(t testing.TB, d *db.DB) *world {
	w := &world{World: Seed(t, d), now: Now}
	w.Service = &Service{DB: d, Now: func() time.Time { return w.now }}
	return w
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const round = Round

func TestFromCandidateToDecision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		l, err := w.List(ctx, w.Eastern, round, East)
		ok(t, err)
		if len(l.Units) != 2 || codes(l.Units[0].Evidence) != "co:in_time co:confirmed co:made_up" || codes(l.Units[1].Evidence) != "cr:late_again cr:unanswered cr:upheld" {
			t.Fatalf("candidates %+v", l.Units)
		}
		var people []string
		for _, p := range l.People {
			people = append(people, p.Who+" "+codes(p.Evidence))
		}
		if got := strings.Join(people, "; "); got != "Đảng viên mẫu 001 co:spoke; Đảng viên mẫu 005 cr:absent; Đảng viên mẫu 006 cr:absent_cadre" {
			t.Errorf("people %s", got)
		}
		m := id.New()
		in := Proposal{ID: m, Campaign: round, Unit: Two, Kind: Criticise, What: "Báo cáo chậm ba năm liền.", Codes: []string{"late_again", "in_time"}, Said: "Đã nhắc hai lần /reports"}
		for range 2 {
			ok(t, w.Propose(ctx, w.Eastern, in))
		}
		v, err := w.Show(ctx, w.Two, m)
		ok(t, err)
		if codes(v.Evidence) != "cr:late_again cr:said" || v.Decider != East || !v.MayAnswer || v.MayDecide || v.Evidence[1].Href != "/reports" {
			t.Errorf("Two sees %+v", v)
		}
		w.refused(t, m)
		for range 2 {
			ok(t, w.Answer(ctx, w.Two, m, "Mất điện hai ngày; đã sửa."))
		}
		for range 2 {
			ok(t, w.Decide(ctx, w.Eastern2, m, true, "Có mất điện, nhưng ba năm liền."))
		}
		l, err = w.List(ctx, w.Officer, round, City)
		ok(t, err)
		if len(l.Merits) != 1 || l.Merits[0].State != "upheld" || l.Merits[0].Answer == "" {
			t.Errorf("the list has %+v", l.Merits)
		}
		w.sealed(t)
		w.files(t)
	})
}

// refused: who may not, before the answer came.
func (w *world) refused(t *testing.T, m id.ID) {
	t.Helper()
	for _, c := range []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"a stranger looks", errOf(w.Show(ctx, w.Outside, m)), fault.Missing},
		{"a neighbour looks", errOf(w.Show(ctx, w.One, m)), fault.Missing},
		{"the level above answers for the unit", w.Answer(ctx, w.Eastern2, m, "Đúng."), fault.Denied},
		{"who proposed answers", w.Answer(ctx, w.Eastern, m, "Đúng."), fault.Denied},
		{"who proposed decides", w.Decide(ctx, w.Eastern, m, true, "Rõ."), fault.Denied},
		{"the unit itself decides", w.Decide(ctx, w.Two, m, false, "Không."), fault.Denied},
		{"before the answer", w.Decide(ctx, w.Eastern2, m, true, "Rõ."), fault.Conflict},
		{"somebody else withdraws", w.Withdraw(ctx, w.Eastern2, m, "Thôi."), fault.Denied},
		{"another's form", w.Propose(ctx, w.Eastern2, Proposal{ID: m, Campaign: round, Unit: Two, Kind: Commend, What: "x", Said: "x"}), fault.Conflict},
		{"without evidence", w.Propose(ctx, w.Eastern, Proposal{ID: id.New(), Campaign: round, Unit: Two, Kind: Commend, What: "x", Codes: []string{"late_again"}}), fault.Invalid},
		{"at a foreign unit", w.Propose(ctx, w.One, Proposal{ID: id.New(), Campaign: round, Unit: Two, Kind: Commend, What: "x", Said: "x"}), fault.Missing},
		{"a person of nowhere", w.Propose(ctx, w.Eastern, Proposal{ID: id.New(), Campaign: round, Person: id.New(), Kind: Commend, What: "x", Said: "x"}), fault.Missing},
	} {
		if fault.Of(c.err) != c.want {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
}

// Who may read the log may not see people: nothing of a person's proposal is in the sealed text.
func TestNobodyInTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		m := id.New()
		ok(t, w.Propose(ctx, w.Eastern, Proposal{ID: m, Campaign: round, Person: People(5), Kind: Criticise, What: "Vắng cả đợt.", Codes: []string{"absent_cadre"}, Said: "Đã nhắc hai lần"}))
		own := As("Người được nêu", access.Member, Two)
		own.Person = People(5)
		ok(t, w.Answer(ctx, own, m, "Tôi đi viện."))
		ok(t, w.Decide(ctx, w.Eastern2, m, false, "Có giấy viện."))
		ok(t, d.Read(ctx, func(tx db.Tx) error {
			n := 0
			err := w.Sealed(ctx, tx, func(r proof.Row) error {
				n++
				for _, s := range []string{People(5).String(), "Vắng", "nhắc", "viện", "được nêu", own.Account.String()} {
					if strings.Contains(r.Body, s) {
						t.Errorf("%s tells %q: %s", r.Kind, s, r.Body)
					}
				}
				line, err := db.One(ctx, tx, func(scan func(...any) error) (l [2]string, err error) { return l, scan(&l[0], &l[1]) },
					`select salt, digest from proof_line where subject = $1 and kind = $2`, r.Subject, r.Kind)
				if err != nil || proof.Digest(line[0], r.Body) != line[1] {
					t.Errorf("%s is not what was sealed: %v", r.Kind, err)
				}
				return nil
			})
			if n != 3 {
				t.Errorf("%d rows", n)
			}
			return err
		}))
	})
}

func errOf[T any](_ T, err error) error { return err }

func (w *world) sealed(t *testing.T) {
	t.Helper()
	var kinds []string
	ok(t, w.Service.DB.Read(ctx, func(tx db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from proof_line where kind like 'merit.%'`)
		if err != nil || n != 3 {
			t.Errorf("%d lines are sealed: %v", n, err)
		}
		return w.Sealed(ctx, tx, func(r proof.Row) error {
			kinds = append(kinds, r.Kind)
			line, err := db.One(ctx, tx, func(scan func(...any) error) (l [2]string, err error) {
				return l, scan(&l[0], &l[1])
			}, `select salt, digest from proof_line where subject = $1 and kind = $2`, r.Subject, r.Kind)
			if err != nil || proof.Digest(line[0], r.Body) != line[1] {
				t.Errorf("%s is not what was sealed: %v", r.Kind, err)
			}
			return nil
		})
	}))
	if !slices.Equal(kinds, []string{"merit.propose", "merit.answer", "merit.decide"}) {
		t.Errorf("sealed: %v", kinds)
	}
}

func (w *world) files(t *testing.T) {
	t.Helper()
	for _, kind := range []string{"docx", "xlsx"} {
		if f, err := w.file(ctx, w.Eastern, round, East, kind); err != nil || len(f.Body) < 1000 {
			t.Errorf("as %s: %d bytes, %v", kind, len(f.Body), err)
		}
	}
}

// A person sees everything about himself, answers, and nobody without the right to names does.
func TestAboutAPerson(t *testing.T) {
	w := seed(t, dbtest.One(t))
	m := id.New()
	ok(t, w.Propose(ctx, w.One, Proposal{ID: m, Campaign: round, Person: People(0), Kind: Criticise, What: "Chưa ghi sổ.", Said: "Biên bản"}))
	v, err := w.Show(ctx, w.Member, m)
	if err != nil || !v.Mine || !v.MayAnswer || v.Unit != One || v.Decider != East {
		t.Fatalf("the member sees %+v: %v", v, err)
	}
	mine, err := w.Mine(ctx, w.Member)
	if err != nil || len(mine) != 1 {
		t.Errorf("of mine: %d, %v", len(mine), err)
	}
	other := w.Member
	other.Account, other.Person = id.New(), People(1)
	if _, err := w.Show(ctx, other, m); fault.Of(err) != fault.Missing {
		t.Errorf("another member: %v", err)
	}
	if err := w.Answer(ctx, w.Two, m, "x"); fault.Of(err) != fault.Missing {
		t.Errorf("a neighbour answers: %v", err)
	}
	blind := As("Không xem tên", access.Officer, East)
	blind.Grants[0].Role = access.Usher
	if _, err := w.List(ctx, blind, round, East); err == nil {
		t.Error("an usher reads the list")
	}
	looks := func() (n int64) {
		ok(t, w.Service.DB.Read(ctx, func(tx db.Tx) (err error) {
			n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from audit_look where purpose = 'merit.list' and (person = $1 or id in (select look from audit_looked where person = $1))`, People(0))
			return err
		}))
		return n
	}
	before := looks()
	_, err = w.List(ctx, w.Eastern, round, East)
	ok(t, err)
	if looks() != before+1 {
		t.Error("the reading is not told")
	}
	if err := w.Decide(ctx, w.Eastern, m, true, "Rõ."); fault.Of(err) != fault.Conflict {
		t.Errorf("before a week: %v", err)
	}
	w.now = w.now.AddDate(0, 0, 8)
	ok(t, w.Decide(ctx, w.Eastern, m, false, "Đã ghi bổ sung."))
	if err := w.Answer(ctx, w.Member, m, "Muộn rồi."); fault.Of(err) != fault.Conflict {
		t.Errorf("after the decision: %v", err)
	}
}

// However many attended, the order is that of the tree.
func TestNeverByAttendance(t *testing.T) {
	w := seed(t, dbtest.One(t))
	for _, people := range []int{4, 0} {
		ok(t, w.Service.DB.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `update attendance_tally set studied = $1, in_person = $1, e1 = $1 where lo = 3`, people)
			return err
		}))
		l, err := w.List(ctx, w.Eastern, round, East)
		ok(t, err)
		if l.Units[0].Unit != One || l.Units[1].Unit != Two {
			t.Errorf("with %d who studied the order is another", people)
		}
	}
	m := id.New()
	ok(t, w.Propose(ctx, w.Eastern, Proposal{ID: m, Campaign: round, Unit: One, Kind: Commend, What: "Đúng hạn.", Codes: []string{"in_time"}}))
	ok(t, w.Withdraw(ctx, w.Eastern, m, "Nhầm đơn vị."))
	if err := w.Decide(ctx, w.Eastern2, m, true, "x"); fault.Of(err) != fault.Conflict {
		t.Errorf("after it was withdrawn: %v", err)
	}
}
