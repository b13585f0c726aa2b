package photo

import (
	"context"
	"fmt"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Twins is what follows "from" in a query over photographs p of meetings m that repeat an earlier one q of
// another meeting o. Left out are those with an ordinary reason on record: sites of one meeting,
// meetings of one unit on one day, and a joint meeting that two units wrote down each: the same
// place at the same hours.
const Twins = `meeting_photo_twin t
	join meeting_photo p on p.id = t.photo and p.withdrawn_at = 0 join meeting m on m.id = p.meeting
	join meeting_photo q on q.id = t.other and q.withdrawn_at = 0 join meeting o on o.id = q.meeting
	where not (p.unit = q.unit and (m.starts_at + 25200000) / 86400000 = (o.starts_at + 25200000) / 86400000)
	and not (m.place <> '' and m.place = o.place and m.starts_at < o.ends_at and o.starts_at < m.ends_at)`

const selected = `select x.id, x.meeting, x.site, coalesce(s.name, ''), x.unit, u.short, x.kind, x.caption, x.type, x.size, x.width, x.height,
	x.sha256, x.thumb, x.original, x.look, x.at, x.by, x.by_name, x.withdrawn_at, x.withdrawn_name, x.why,
	(select count(*) from ` + Twins + ` and t.photo = x.id)
	from meeting_photo x join org_unit u on u.id = x.unit left join meeting_site s on s.id = x.site`

func scan(scan func(...any) error) (p Photo, err error) {
	var look int64
	err = scan(&p.ID, &p.Meeting, &p.Site, &p.SiteName, &p.Unit, &p.UnitName, &p.Kind, &p.Caption, &p.Type, &p.Size, &p.Width, &p.Height,
		&p.SHA256, &p.thumb, &p.Original, &look, &p.At, &p.maker, &p.By, &p.WithdrawnAt, &p.WithdrawnBy, &p.Why, &p.Likes)
	p.look = Look(look)
	return p, err
}

func find(ctx context.Context, tx db.Tx, photo id.ID) (Photo, error) {
	return db.One(ctx, tx, scan, selected+` where x.id = $1`, photo)
}

// list is what a meeting holds, the newest first.
func list(ctx context.Context, tx db.Tx, of id.ID, page db.Page) (db.Rows[Photo], error) {
	return db.List(ctx, tx, page, db.Order{Sort: "x.at", ID: "x.id", Desc: true, Number: true},
		func(p Photo) (string, id.ID) { return strconv.FormatInt(p.At, 10), p.ID }, scan, selected+` where x.meeting = $1`, of)
}

// standing counts what a place and its meeting hold, and all rows of the meeting.
func standing(ctx context.Context, tx db.Tx, of, site id.ID) (here, there, all int64, err error) {
	err = tx.QueryRowContext(ctx, `select coalesce(sum(case when withdrawn_at = 0 and coalesce(site, 0) = $2 then 1 else 0 end), 0),
		coalesce(sum(case when withdrawn_at = 0 then 1 else 0 end), 0), count(*) from meeting_photo where meeting = $1`, of, int64(site)).Scan(&here, &there, &all)
	return here, there, all, err
}

func isThere(ctx context.Context, tx db.Tx, of id.ID, original string) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from meeting_photo where original = $2 and meeting = $1 and withdrawn_at = 0`, of, original)
	return n > 0, err
}

func insert(ctx context.Context, tx db.Tx, p Photo) error {
	var bands [4]any
	for i, b := range p.look.bands() {
		if p.look != 0 {
			bands[i] = b
		}
	}
	_, err := tx.ExecContext(ctx, `insert into meeting_photo (id, meeting, site, unit, kind, caption, type, size, sha256, thumb, width, height, original, look,
		band0, band1, band2, band3, at, by, by_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
		p.ID, p.Meeting, p.Site, p.Unit, p.Kind, p.Caption, p.Type, p.Size, p.SHA256, p.thumb, p.Width, p.Height, p.Original, int64(p.look),
		bands[0], bands[1], bands[2], bands[3], p.At, p.maker, p.By)
	return err
}

const (
	mostTwins = 50  // kept of one photograph, the latest
	mostAlike = 500 // looked at in one band, the latest
)

// pair finds the photographs of other meetings that p repeats, by the index of its bytes and
// by those of the four bands of its look, and keeps them.
func pair(ctx context.Context, tx db.Tx, p Photo) error {
	kept := map[id.ID]bool{}
	keep := func(other id.ID, exact bool) error {
		if kept[other] || len(kept) == mostTwins {
			return nil
		}
		kept[other] = true
		_, err := tx.ExecContext(ctx, `insert into meeting_photo_twin (photo, other, exact) values ($1, $2, $3)`, p.ID, other, exact)
		return err
	}
	same, err := db.All(ctx, tx, db.Value[id.ID], `select id from meeting_photo where original = $1 and meeting <> $2 and kind = $3 and withdrawn_at = 0
		order by id desc limit $4`, p.Original, p.Meeting, p.Kind, mostTwins)
	if err != nil {
		return err
	}
	for _, other := range same {
		if err := keep(other, true); err != nil {
			return err
		}
	}
	near, err := alike(ctx, tx, p)
	for _, other := range near {
		if err := keep(other, false); err != nil {
			return err
		}
	}
	return err
}

// alike are the photographs of other meetings whose look is nearly p's.
func alike(ctx context.Context, tx db.Tx, p Photo) (out []id.ID, err error) {
	if p.look == 0 {
		return nil, nil
	}
	for i, band := range p.look.bands() {
		_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			var other id.ID
			var look int64
			if err = scan(&other, &look); p.look.alike(Look(look)) {
				out = append(out, other)
			}
			return none, err
		}, fmt.Sprintf(`select id, look from meeting_photo where band%d = $1 and meeting <> $2 and withdrawn_at = 0 order by id desc limit $3`, i), band, p.Meeting, mostAlike)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// twins are what a photograph repeats that deserves a question.
func twins(ctx context.Context, tx db.Tx, photo id.ID) ([]Twin, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (w Twin, err error) {
		err = scan(&w.Exact, &w.Photo, &w.Meeting, &w.Title, &w.unit)
		return w, err
	}, `select t.exact, q.id, o.id, o.title, o.unit from `+Twins+` and t.photo = $1 order by t.exact desc, q.id limit 5`, photo)
}

func unitName(ctx context.Context, tx db.Tx, unit id.ID) (string, error) {
	return db.One(ctx, tx, db.Value[string], `select short from org_unit where id = $1`, unit)
}

func withdraw(ctx context.Context, tx db.Tx, p Photo, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update meeting_photo set withdrawn_at = $2, withdrawn_by = $3, withdrawn_name = $4, why = $5 where id = $1`,
		p.ID, p.WithdrawnAt, by, p.WithdrawnBy, p.Why)
	return err
}

// places are the sites whose keeper who is, in order.
func places(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, all bool) ([]Place, error) {
	args, q := []any{of}, `select s.id, s.name from meeting_site s where s.meeting = $1`
	if !all {
		q += ` and (` + who.Scope(access.MeetingEdit).Where("s.unit", &args) + ` or ` + who.Scope(access.AttendanceTake).Where("s.unit", &args) + `)`
	}
	return db.All(ctx, tx, func(scan func(...any) error) (p Place, err error) {
		err = scan(&p.ID, &p.Name)
		return p, err
	}, q+` order by s.ord limit 500`, args...)
}

func used(ctx context.Context, tx db.Tx, sum string) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from (select 1 as one from meeting_photo where sha256 = $1 union all select 1 from meeting_photo where thumb = $1) x`, sum)
	return n > 0, err
}
