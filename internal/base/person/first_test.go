package person

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// crowd is a sheet of people some of whom cannot be told apart.
func crowd(n int) string {
	var b strings.Builder
	b.WriteString("Số thẻ đảng,Họ và tên,Ngày sinh,Giới tính,Ngày chính thức,Mã chi bộ,Miễn sinh hoạt từ ngày,Lý do miễn,Số nghị quyết\n")
	for i := range n {
		number, name, birth, unit, relief := fmt.Sprintf("%06d", i), "Nguyễn Văn Mẫu", fmt.Sprintf("%02d/02/19%02d", 1+i%7, 30+i%5), []string{"E1", "W1"}[i%2], ",,"
		switch i % 97 {
		case 3:
			number = "" // perhaps another row of the same name and birth
		case 5:
			number = fmt.Sprintf("%06d", i-50) // of an earlier row
		case 7:
			birth = fmt.Sprint(1930 + i%5) // the year alone
		case 9:
			birth = ""
		case 11:
			unit = "nowhere"
		case 13:
			relief = "01/01/2025,Tuổi cao,12-NQ/CB"
		case 15:
			number = strings.TrimLeft(number, "0") + "0"
		}
		if i%3 > 0 {
			name = []string{"Trần Thị Mẫu", "LE VAN MAU"}[i%3-1] + fmt.Sprintf(" %c", 'A'+i%23)
		}
		fmt.Fprintf(&b, "%s,%s,%s,Nam,19/05/1996,%s,%s\n", number, name, birth, unit, relief)
	}
	return b.String()
}

// first brings a sheet in, as the first load of empty rosters or as any other; meanwhile runs
// after the second piece. It gives the verdicts and all that the rosters hold, but for ids.
func (w *world) first(t *testing.T, text string, large bool, meanwhile func(db.Tx) error) (rows []string) {
	t.Helper()
	table, err := batch.Open(batch.Bytes("t.csv", []byte(text)), Columns)
	if err != nil {
		t.Fatal(err)
	}
	p := &Pass{Who: w.all, File: "t.csv", Large: large, most: pieceFew}
	p.Guard = func(ctx context.Context, tx db.Tx) (int64, error) {
		return db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry`)
	}
	p.Done = func(piece *Piece) error {
		for _, r := range piece.Rows {
			rows = append(rows, fmt.Sprint(r.Number, r.Verdict, len(r.Notes)))
			for _, n := range r.Notes {
				rows = append(rows, n.Cell+n.Key)
			}
		}
		if piece.N == 1 && (p.load.alone != large || p.load.aside != large) {
			t.Errorf("aside %v, alone %v", p.load.aside, p.load.alone)
		}
		if piece.N == 2 && meanwhile != nil {
			return w.DB.Write(ctx, meanwhile)
		}
		return nil
	}
	if err := w.Run(ctx, table, p); err != nil || p.load.aside {
		t.Fatal(err, p.load.aside)
	}
	err = w.DB.Read(ctx, func(tx db.Tx) error {
		held, err := db.All(ctx, tx, db.Value[string], `
			select coalesce(p.member_no, '') || '|' || p.name || '|' || p.folded || '|' || p.name_key || '|' || coalesce(p.birth, '') || '|' || p.twin || '|' || u.code || '|' ||
			  (select count(*) from person_membership m where m.person = p.id and m.unit = p.unit and m.valid_from = '2026-02-07') || '|' ||
			  (select count(*) from person_word w where w.person = p.id) || '|' || (select count(*) from person_exemption e where e.person = p.id)
			from person p join org_unit u on u.id = p.unit order by p.name_key, p.birth, p.member_no, u.code`)
		rows = append(rows, held...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestFirstLoadIsLikeAnyOther(t *testing.T) {
	text := crowd(700)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := func(large bool, meanwhile func(db.Tx) error) []string {
			err := w.DB.Write(ctx, func(tx db.Tx) error {
				for _, q := range []string{`delete from person_word`, `delete from person_exemption`, `delete from person_membership`, `delete from person`, `delete from audit_entry`} {
					if _, err := tx.ExecContext(ctx, q); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return w.first(t, text, large, meanwhile)
		}
		intruder := func(tx db.Tx) error {
			p := Person{ID: id.New(), Name: "Nguyễn Văn Mẫu", MemberNo: "000600", Birth: "1960-01-01", Kind: Official, Unit: w.e1.ID}
			if err := AddAll(ctx, tx, []Person{p}, w.Now.Ms(), w.all.Account); err != nil {
				return err
			}
			return audit.Write(ctx, tx, w.all, w.Now.Ms(), "person.create", p.ID, p.Unit, nil, "")
		}
		for _, c := range []struct {
			say       string
			meanwhile func(db.Tx) error
		}{{"alone", nil}, {"somebody else adds one", intruder}} {
			want, got := run(false, c.meanwhile), run(true, c.meanwhile)
			for i := range max(len(want), len(got)) {
				if i >= len(got) || i >= len(want) || got[i] != want[i] {
					t.Fatalf("%s: line %d of %d and %d:\n%s\n%s", c.say, i, len(want), len(got), want[min(i, len(want)-1)], got[min(i, len(got)-1)])
				}
			}
			if !slices.ContainsFunc(want, func(s string) bool { return strings.Contains(s, "twice_perhaps") }) {
				t.Error("no row is doubtful")
			}
		}
	})
}
