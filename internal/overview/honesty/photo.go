package honesty

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting/photo"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// How often an honest photograph is one of another meeting. Two cameras never write the same
// bytes: what remains is a file chosen by mistake and left there. Two pictures that look nearly
// the same may be of one rostrum from one chair. Siblings are not asked how often it happens
// with them: those who share photographs are who is looked for.
const (
	mistaken = 1e-5
	lookWell = 1e-4
)

// photographs: the same photograph, or nearly, was sent earlier for another meeting.
func photographs(f Facts, _ []Facts) (found, bool) {
	m := f.Marks
	if m.Same+m.Near == 0 {
		return found{}, false
	}
	p := binomial(share{m.Same, m.Photos}, mistaken) * binomial(share{m.Near, m.Photos}, lookWell)
	return find("photo", p, n("k", m.Same+m.Near), n("n", m.Photos), n("same", m.Same), n("near", m.Near)), true
}

// photos counts photographs of meetings of the campaign, each once, and those that repeat an earlier one.
func (g *gather) photos() error {
	if err := g.each(1, func(m *Marks, v []int64) { m.Photos += v[0] }, `select cu.lo, count(*) from meeting m
		join meeting_photo p on p.meeting = m.id and p.kind = 'photo' and p.withdrawn_at = 0
		join campaign_unit cu on cu.campaign = m.campaign and cu.unit = p.unit
		where m.campaign = $1 and cu.lo between $2 and $3 group by cu.lo`); err != nil {
		return err
	}
	return g.each(2, func(m *Marks, v []int64) {
		m.Same += v[1]
		m.Near += 1 - v[1]
	}, `select cu.lo, p.id, max(case when t.exact then 1 else 0 end) from campaign_unit cu, `+photo.Twins+ofSpan+` group by cu.lo, p.id`)
}

// Pair is a photograph of a unit and the meeting that an earlier one stands at.
type Pair struct {
	Meeting id.ID  `json:"meeting"`
	Photo   id.ID  `json:"photo"`
	Exact   bool   `json:"exact" doc:"the same bytes"`
	Other   string `json:"other" doc:"the other meeting; empty when it is out of the viewer's sight"`
	Unit    string `json:"unit"`
	At      int64  `json:"at" doc:"when the other meeting began; 0 when it is out of sight"`

	unit id.ID
}

const mostPairs = 3 // shown of one lead

// ofSpan narrows photo.Twins to a campaign and a span of its tree.
const ofSpan = ` and m.campaign = $1 and cu.campaign = m.campaign and cu.unit = p.unit and cu.lo between $2 and $3`

// pairs are what lies under the lead "photo" of a span, as far as who may know it: the unit's own
// photographs, and the name of the other meeting only to who sees it.
func pairs(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, at span) ([]Pair, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (p Pair, err error) {
		err = scan(&p.Meeting, &p.Photo, &p.Exact, &p.Other, &p.unit, &p.Unit, &p.At)
		return p, err
	}, `select m.id, p.id, t.exact, o.title, o.unit, u.short, o.starts_at from campaign_unit cu, org_unit u, `+photo.Twins+ofSpan+`
		and u.id = o.unit order by t.exact desc, p.id, o.id limit $4`, of, at.lo, at.hi, mostPairs)
	if err != nil {
		return nil, err
	}
	for i, p := range list {
		sees, err := sees(ctx, tx, who, p.unit)
		if err != nil {
			return nil, err
		}
		if !sees {
			list[i].Other, list[i].Unit, list[i].At = "", "", 0
		}
	}
	return list, nil
}

func sees(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID) (bool, error) {
	err := access.See(ctx, tx, who, access.MeetingRead, unit)
	if k := fault.Of(err); err != nil && (k == fault.Missing || k == fault.Denied) {
		return false, nil
	}
	return err == nil, err
}

// show fills the photographs of a page's leads, as many as it shows.
func (v *View) show(ctx context.Context, tx db.Tx, who access.Actor, at map[id.ID]span) (err error) {
	left := mostShown
	fill := func(all []Asked, at span) error {
		for i := range all {
			if all[i].Code != "photo" || left == 0 {
				continue
			}
			left--
			if all[i].Pairs, err = pairs(ctx, tx, who, v.Campaign.ID, at); err != nil {
				return err
			}
		}
		return nil
	}
	for _, r := range v.Rows {
		if err := fill(r.Leads, at[r.Unit]); err != nil {
			return err
		}
	}
	return fill(v.Asked, span{v.Unit.Unit, v.Unit.Lo, v.Unit.Hi})
}
