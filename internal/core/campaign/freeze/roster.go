package freeze

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"quantriet/internal/base/person/audience"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// span is the interval of a unit in the frozen tree.
type span struct{ lo, hi int64 }

// spans are the places of the units that the audiences name; a unit that is not in the tree
// has none.
func spans(ctx context.Context, tx db.Tx, o Order) (map[id.ID]span, error) {
	out := map[id.ID]span{}
	for _, g := range o.Groups {
		for _, u := range g.Query.Units {
			s, err := db.One(ctx, tx, func(scan func(...any) error) (s span, err error) { return s, scan(&s.lo, &s.hi) },
				`select lo, hi from campaign_unit where campaign = $1 and unit = $2`, o.Campaign, u)
			if err == nil {
				out[u] = s
			} else if fault.Of(err) != fault.Missing {
				return nil, err
			}
		}
	}
	return out, nil
}

// audiences is the SQL expression for the first audience that fits; it appends its parameters.
func audiences(o Order, places map[id.ID]span, args *[]any) string {
	c := audience.Columns{Person: "p", Unit: "m.unit", Level: "cu.level", Below: func(top id.ID, args *[]any) string {
		s, ok := places[top]
		if !ok {
			return "(1 = 0)"
		}
		*args = append(*args, s.lo, s.hi)
		return fmt.Sprintf("cu.lo between $%d and $%d", len(*args)-1, len(*args))
	}}
	var b strings.Builder
	for _, g := range o.Groups {
		if !g.Query.ByHead() {
			fmt.Fprintf(&b, " when %s then %d", g.Query.Where(c, o.Day, args), int64(g.ID))
		}
	}
	if b.Len() == 0 {
		return "null"
	}
	return "case" + b.String() + " end"
}

// people are those after one person up to and with another; with ids, only these of them.
type people struct {
	after, upto id.ID
	ids         []id.ID
}

func (s people) only() string {
	if s.ids == nil {
		return ""
	}
	list := make([]string, len(s.ids))
	for i, p := range s.ids {
		list[i] = strconv.FormatInt(int64(p), 10)
	}
	return " and p.id in (" + strings.Join(list, ", ") + ")" // numbers of ours; as parameters they would cost more
}

// homes are the people after one who have a study home in the frozen tree on the first day,
// by id. Worth asking when the tree is a small part of the country.
func homes(ctx context.Context, tx db.Tx, o Order, after, mark id.ID) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `
		select m.person from campaign_unit cu
		join person_membership m on m.unit = cu.unit and m.study_home and m.valid_from <= $2 and (m.valid_to is null or m.valid_to >= $2)
		where cu.campaign = $1 and m.person > $3 and m.person <= $4 order by m.person`, o.Campaign, o.Day, int64(after), mark)
}

// take adds those of some who have a study home in the frozen tree on the first day, numbers
// them from n+1, and counts them at their units; it returns the last number. Numbers are drawn over
// ids alone, which costs SQLite less than numbering whole rows; who has no study home leaves
// a gap. The cross joins keep SQLite from beginning with all units of the country for every piece.
// Unless heedful it is a duplicate when somebody has two: to look for the row before each is written
// costs a third more.
func take(ctx context.Context, tx db.Tx, o Order, places map[id.ID]span, some people, n int64, heedful bool) (int64, error) {
	args := []any{o.Campaign, n, o.Day, int64(some.after), some.upto}
	which, conflict := audiences(o, places, &args), ""
	if heedful {
		conflict = " on conflict (campaign, person) do nothing"
	}
	added, err := db.Exec(ctx, tx, `
		insert into campaign_roster (campaign, person, n, unit, lo, audience, kind, key_cadre, exempt, position)
		select $1, p.id, $2 + q.n, m.unit, cu.lo, `+which+`, case when p.kind = 'civil' then 'civil' else 'member' end, p.key_cadre,
		       p.kind <> 'civil' and exists (select 1 from person_exemption e where e.person = p.id and e.kind = 'exempt'
		         and e.valid_from <= $3 and (e.valid_to is null or e.valid_to >= $3)), p.position
		from (select p.id, row_number() over (order by p.id) as n from person p
		      where p.id > $4 and p.id <= $5`+some.only()+` and p.kind <> 'mass' and (p.left_on is null or p.left_on >= $3)) as q
		cross join person p cross join person_membership m cross join campaign_unit cu
		where p.id = q.id and m.person = p.id and m.person > $4 and m.person <= $5 and m.study_home and m.valid_from <= $3 and (m.valid_to is null or m.valid_to >= $3)
		and cu.campaign = $1 and cu.unit = m.unit`+conflict+` /* anew */`, args...)
	if err != nil || added == 0 {
		return n, err
	}
	return count(ctx, tx, o, some)
}

// count adds those of some who were taken to the figures of their units, and gives the last
// number. Were the campaign named for the units too, SQLite would go through all units of the country
// for every piece as long as it knows nothing of a campaign's tables.
func count(ctx context.Context, tx db.Tx, o Order, some people) (n int64, err error) {
	_, err = tx.ExecContext(ctx, `
		update campaign_unit set members = campaign_unit.members + x.members, exempt = campaign_unit.exempt + x.exempt, civil = campaign_unit.civil + x.civil
		from (select campaign, lo, count(*) filter (where kind = 'member') as members, count(*) filter (where exempt) as exempt,
		             count(*) filter (where kind = 'civil') as civil
		      from campaign_roster where campaign = $1 and person > $2 and person <= $3 group by campaign, lo) as x
		where campaign_unit.campaign = x.campaign and campaign_unit.lo = x.lo /* anew */`, o.Campaign, int64(some.after), some.upto)
	if err != nil {
		return n, err
	}
	return db.One(ctx, tx, db.Value[int64], `select max(n) from campaign_roster where campaign = $1 and person > $2 and person <= $3 /* anew */`, o.Campaign, int64(some.after), some.upto)
}
