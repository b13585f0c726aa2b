package attendance

import (
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// crowd is how many people a roll call shows at once.
const crowd = 60

// Part is a unit whose people are expected.
type Part struct {
	Unit id.ID
	Name string
}

// roll prepares a roll call: where it is taken, of which units, and whether it can be now.
func (s *Service) roll(ctx context.Context, tx db.Tx, who access.Actor, v *Sheet, q *Query) (err error) {
	if v.At, err = home(ctx, tx, who, v); err != nil {
		return err
	}
	for i, site := range v.Mine {
		if i == 0 || site.ID == q.Site {
			v.At = site.ID
		}
	}
	q.Site = 0
	if len(v.Sites) > 1 && len(v.Mine) > 0 {
		q.Site = v.At
	}
	if _, err := open(ctx, tx, v.Meeting.ID, s.Now.Ms()); fault.Of(err) == fault.Conflict {
		v.Shut = fault.Key(err)
	} else if err != nil {
		return err
	}
	v.Units, err = db.All(ctx, tx, func(scan func(...any) error) (u Part, err error) {
		var lo int64
		err = scan(&u.Unit, &u.Name, &lo)
		return u, err
	}, `select distinct cu.unit, cu.name, cu.lo from meeting_invite i
		join campaign_unit top on top.campaign = $2 and top.unit = i.unit
		join campaign_unit cu on cu.campaign = top.campaign and cu.lo between top.lo and top.hi and cu.members + cu.civil > 0
		where i.meeting = $1 and i.site = $3 order by cu.lo limit 300`, v.Meeting.ID, v.Meeting.Campaign, v.At)
	return err
}

// home is the site at which the actor's own people are expected: of a linked meeting the one
// that invites their unit most closely, otherwise the main site.
func home(ctx context.Context, tx db.Tx, who access.Actor, v *Sheet) (id.ID, error) {
	units, _ := who.Scope(access.AttendanceTake).Tops()
	for _, unit := range units {
		found, err := db.All(ctx, tx, db.Value[id.ID], `
			select i.site from meeting_invite i
			join campaign_unit iu on iu.campaign = $2 and iu.unit = i.unit
			join campaign_unit mine on mine.campaign = $2 and mine.unit = $3 and mine.lo between iu.lo and iu.hi
			where i.meeting = $1 order by iu.hi - iu.lo, i.id limit 1`, v.Meeting.ID, v.Meeting.Campaign, unit)
		if err != nil {
			return 0, err
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return v.Sites[0].ID, nil
}

// mine are the sites at which the actor takes attendance.
func mine(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, sites []meeting.Site) (out []meeting.Site, err error) {
	args := []any{of}
	ids, err := db.All(ctx, tx, db.Value[id.ID], `select s.id from meeting_site s join meeting m on m.id = s.meeting where m.id = $1 and (`+taking(who, &args)+`)`, args...)
	for _, s := range sites {
		if slices.Contains(ids, s.ID) {
			out = append(out, s)
		}
	}
	return out, err
}
