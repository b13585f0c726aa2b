package morning

import (
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

func TestFill(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, m := range []Morning{{Sites: 70, Each: 3, Meetings: 2, Begins: time.UnixMilli(1_800_000_000_000)}} {
			if err := m.Fill(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			number := func(query string, args ...any) (n int64) {
				err := d.Read(t.Context(), func(tx db.Tx) (err error) {
					n, err = db.One(t.Context(), tx, db.Value[int64], query, args...)
					return err
				})
				if err != nil {
					t.Fatal(query, err)
				}
				return n
			}
			for says, c := range map[string]struct {
				want  int
				query string
			}{
				"people":                   {m.People(), `select count(*) from campaign_participant`},
				"units, each closed":       {70*3 + 34*2 + 1, `select count(*) from org_below`},
				"places in the tree":       {70 + 34 + 1, `select count(distinct lo) from campaign_unit`},
				"cells inside a province":  {70, `select count(*) from campaign_unit u join campaign_unit p on p.unit = u.parent and u.lo between p.lo and p.hi and p.depth = 1`},
				"provinces inside the top": {34, `select count(*) from campaign_unit p join campaign_unit t on t.unit = p.parent and p.lo > t.lo and p.hi <= t.hi and p.depth = 1`},
				"people at their place":    {m.People(), `select count(*) from campaign_roster r join campaign_unit u on u.unit = r.unit and u.lo = r.lo`},
				"sites":                    {140, `select count(*) from meeting_site s join meeting_invite i on i.site = s.id and i.unit = s.unit`},
				"ushers":                   {70, `select count(*) from access_grant g join account_token t on t.account = g.account and g.role = 'usher'`},
			} {
				if got := number(c.query); got != int64(c.want) {
					t.Errorf("%s: %d, want %d", says, got, c.want)
				}
			}
			n := 206
			lo, serial, ok := m.Codes().Place(m.Code(m.Codes(), n))
			if !ok || number(`select person from campaign_roster where lo = $1 and n = $2`, lo, serial) != int64(m.Person(n)) || m.Of(m.Person(n)) != n {
				t.Error("the code of a person leads to somebody else")
			}
			if number(`select unit from campaign_roster where n = $1`, n+1) != int64(m.Unit(m.At(n))) {
				t.Error("a person lives elsewhere")
			}
		}
	})
}
