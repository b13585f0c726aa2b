package honesty

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/report"
)

const papers = 2

// BenchmarkLevel opens the page of a nation's 34 provinces with 98 communes in each, and that of a
// province of 130 communes with 25 units in each: two documents, reports of two campaigns with all their
// figures, marks as kept when they were sent, and two people of each unit asked again.
func BenchmarkLevel(b *testing.B) {
	for name, size := range map[string][2]int{"nation": {34, 98}, "province": {130, 25}} {
		b.Run(name, func(b *testing.B) { page(b, size[0], size[1]) })
	}
}

func page(b *testing.B, wide, deep int) {
	d := dbtest.One(b)
	s := &Service{DB: d, Now: clock.Fixed(time.Date(2026, 4, 20, 9, 0, 0, 0, clock.Zone))}
	province(b, d, wide, deep)
	if err := (&measure.Service{DB: d, Now: s.Now}).FoldNow(ctx); err != nil {
		b.Fatal(err)
	}
	if err := d.Analyze(ctx); err != nil {
		b.Fatal(err)
	}
	who := as(access.Officer, city)
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		v, err := s.Level(ctx, who, camp, city, "")
		if err != nil || len(v.Rows) != wide {
			b.Fatal(len(v.Rows), err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/p50")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
}

// rows gathers values for one insert of many rows.
type rows struct {
	w    writer
	head string
	vals []string
}

func (r *rows) add(format string, args ...any) {
	r.vals = append(r.vals, "("+fmt.Sprintf(format, args...)+")")
}

func (r *rows) flush() {
	for some := range slices.Chunk(r.vals, 500) {
		r.w.ex(r.head + " values " + strings.Join(some, ","))
	}
}

func province(b *testing.B, d *db.DB, wide, deep int) {
	b.Helper()
	err := d.Write(ctx, func(tx db.Tx) error {
		w := writer{b, tx}
		w.ground()
		w.ex(`delete from campaign_unit`)
		w.ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values (61, 1, 'resolution', '27-NQ/TW', 'x', '2025-05-19', 'Nghị quyết mẫu', 'x', 0)`)
		w.ex(`insert into campaign_document (campaign, document, ord) values ($1, 61, 1), ($2, 61, 1)`, camp, last)
		in := map[string]*rows{}
		for _, t := range []string{"org_unit (id, code, level, parent, name, short, folded, sort_key, created_at)", "org_below (top, unit, depth)",
			"campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt)",
			"attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)",
			"attendance_fold (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)",
			"report (id, campaign, unit, state, version, first_sent_at, sent_at, created_at)", "report_figure (id, report, document, code, computed, value, at)",
			"honesty_fact (campaign, unit, at, body)", "recheck_person (draw, campaign, unit, person, lo, stratum, place, counted, asked_at, closed_at, answer, salt)"} {
			name, _, _ := strings.Cut(t, " ")
			in[name] = &rows{w: w, head: "insert into " + t}
		}
		for _, c := range []id.ID{camp, last} {
			in["campaign_unit"].add("%d,1,null,1,%d,0,'province','Tỉnh mẫu','Tỉnh mẫu',0,0", c, 1+wide*(deep+1))
		}
		for i := range wide {
			commune(in, i, deep)
		}
		for _, t := range []string{"org_unit", "org_below", "campaign_unit", "attendance_tally", "attendance_fold", "report", "report_figure", "honesty_fact", "recheck_person"} {
			if t == "recheck_person" {
				w.ex(`insert into recheck_draw (id, report, campaign, unit, version, asker, state, secret, hash, committed_at) values (1, $3, $1, $2, 1, $2, 'closed', $4, 'x', 0)`,
					camp, city, int64(camp)*1_000_000, []byte("x"))
			}
			in[t].flush()
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func commune(in map[string]*rows, i, deep int) {
	u, lo := 10_000+i*200, 2+i*(deep+1)
	add := func(u, parent, lo, hi, depth, members int, level string) {
		name := fmt.Sprintf("Đảng bộ mẫu %d", u)
		in["org_unit"].add("%d,'%d','%s',%d,'%s','%s','x','x',0", u, u, level, parent, name, name)
		in["org_below"].add("%d,%d,0", u, u)
		in["org_below"].add("1,%d,%d", u, depth)
		for _, c := range []id.ID{camp, last} {
			in["campaign_unit"].add("%d,%d,%d,%d,%d,%d,'%s','%s','%s',%d,%d", c, u, parent, lo, hi, depth, level, name, name, members, members/12)
		}
	}
	add(u, 1, lo, lo+deep, 1, 0, "grassroots")
	sum := [papers]int{}
	for k := range deep {
		add(u+1+k, u, lo+1+k, lo+1+k, 2, 40+k, "cell")
		for p := range papers {
			n := 33 + (i*7+k*5+p)%6 + k*10/11
			in["attendance_tally"].add("%d,%d,%d,'member',%d,0,%d,0,0,0,0,0,%d,0,0,0", camp, 60+p, lo+1+k, n, n, n)
			sum[p] += n
		}
		for j := range 2 {
			answer := []string{"confirmed", "confirmed", "confirmed", "skipped"}[(i+j+k)%4]
			in["recheck_person"].add("1,%d,%d,%d,%d,%d,%d,true,0,1,'%s','x'", camp, u+1+k, u*100+k*2+j, lo+1+k, u, k*2+j, answer)
		}
	}
	for p := range papers {
		in["attendance_fold"].add("%d,%d,%d,'member',%d,0,%d,0,0,0,0,0,%d,0,0,0", camp, 60+p, lo, sum[p], sum[p], sum[p])
	}
	in["honesty_fact"].add(`%d,%d,0,'{"records":%d,"late":%d,"bulk":%d,"two":%d,"moved":1,"excused":2,"halls":3,"heads":%d,"present":%d}'`, camp, u, sum[0], i%40, i%20, i%3, 300, 300+i%20)
	for _, c := range []id.ID{camp, last} {
		r := int(c)*1_000_000 + i
		in["report"].add("%d,%d,%d,'accepted',1,%d,1,0", r, c, u, 1_772_000_000_000+i)
		n := 0
		for _, def := range report.Defs {
			for p := range papers {
				doc := fmt.Sprint(60 + p)
				if !def.PerDocument {
					if doc = "null"; p > 0 {
						continue
					}
				}
				n++
				v := 11 + (i*31+n*17+int(c))%900
				in["report_figure"].add("%d,%d,%s,'%s',%d,%d,0", r*100+n, r, doc, def.Code, v, v)
			}
		}
	}
}
