package recheck

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Confirmed counts the people of each unit of a part of a campaign's tree who were asked and whom a report counts,
// and who of them confirmed it, in tree order, by draws that are over. Whoever was asked for several draws
// is one person, who confirmed it once he did so for any.
func Confirmed(ctx context.Context, tx db.Tx, of id.ID, lo, hi int64, add func(lo, asked, confirmed int64)) error {
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var at, n, k int64
		if err = scan(&at, &n, &k); err == nil {
			add(at, n, k)
		}
		return none, err
	}, `select x.lo, count(*), sum(x.sure) from (
			select p.lo, p.person, max(case when p.answer = 'confirmed' then 1 else 0 end) as sure
			from recheck_person p where p.campaign = $1 and p.lo between $2 and $3 and p.counted
				and p.draw in (select id from recheck_draw where campaign = $1 and state = 'closed') group by p.lo, p.person) x
		group by x.lo order by x.lo`, of, lo, hi)
	return err
}
