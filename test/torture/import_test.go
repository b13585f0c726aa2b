package torture

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/base/person/intake"
	"quantriet/internal/kit/db"
)

// bringEnv names the database into which the victim brings the sheet beside it.
const bringEnv = "QUANTRIET_TORTURE_BRING"

func bring(path string) {
	d, err := db.Open(path)
	die(err)
	now := func() time.Time { return begins }
	units, people := &org.Service{DB: d, Now: now}, &person.Service{DB: d, Now: now}
	s := &intake.Service{DB: d, Now: now, Units: units, People: people}
	body, err := os.ReadFile(path + ".csv")
	die(err)
	fmt.Println("open")
	sh, err := s.Bring(context.Background(), morning.Morning{}.Keeper(), batch.Bytes("nguoi.csv", body), intake.Order{Kind: intake.People, Good: true, Tell: func(sh intake.Sheet) { fmt.Println("at", sh.Done) }})
	die(err)
	fmt.Println("ok", sh.Added, sh.Same+sh.Changed+sh.Asked+sh.Bad)
	fmt.Println("end")
	die(d.Close())
}

// TestImportKilled kills an import of people again and again, and brings the same file anew each time: in
// the end everybody stands there once, in the right cell, and the sheet has counted each row once.
func TestImportKilled(t *testing.T) {
	r := chance(t)
	const cells = 40
	rows := times(10_000, 100_000)
	path := file(t, morning.Morning{Sites: cells, Each: 1, Meetings: 1, Begins: begins})
	var b bytes.Buffer
	b.WriteString("Số thẻ đảng,Họ và tên,Ngày sinh,Mã chi bộ\n")
	for n := range rows {
		fmt.Fprintf(&b, "%06d,Đảng viên mẫu %d,1980,M-%d\n", n, n, n%cells)
	}
	must(t, os.WriteFile(path+".csv", b.Bytes(), 0o600))
	kills, midway, far := 0, 0, 0
	for ended := false; !ended; {
		v := begin(t, bringEnv+"="+path)
		if kills < times(20, 200) {
			wait := time.Duration(60+r.IntN(200)) * time.Millisecond
			time.AfterFunc(wait, func() { v.cmd.Process.Kill() })
		}
		v.finish(t)
		if ended = v.ended; !ended {
			kills++
		}
		if v.at > far && !ended {
			far, midway = v.at, midway+1
		}
		if n, of := v.kept[rows]; ended && (!of || n != 0) {
			t.Errorf("the sheet counted otherwise: %v", v.kept)
		}
		if t.Failed() {
			return
		}
	}
	d, err := db.Open(path)
	must(t, err)
	defer d.Close()
	type one struct {
		no, name, cell string
		times          int64
	}
	var list []one
	must(t, d.Read(t.Context(), func(tx db.Tx) (err error) {
		list, err = db.All(t.Context(), tx, func(scan func(...any) error) (o one, err error) {
			err = scan(&o.no, &o.name, &o.cell, &o.times)
			return o, err
		}, `select p.member_no, min(p.name), min(u.code), count(*) from person p join org_unit u on u.id = p.unit where p.member_no <> '' group by p.member_no order by p.member_no`)
		return err
	}))
	if len(list) != rows {
		t.Errorf("%d people of %d", len(list), rows)
	}
	for n, o := range list {
		if want := (one{fmt.Sprintf("%06d", n), fmt.Sprint("Đảng viên mẫu ", n), fmt.Sprint("M-", n%cells), 1}); o != want {
			t.Fatalf("%+v, want %+v", o, want)
		}
	}
	t.Logf("%d rows of %s, killed %d times, in %d of them after it got further than before", rows, filepath.Base(path), kills, midway)
	if midway == 0 {
		t.Error("never killed in the middle")
	}
}
