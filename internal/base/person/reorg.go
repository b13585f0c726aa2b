package person

import (
	"context"

	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Rehome sends people along the flows of a reorganisation from a civil day on: memberships
// that reach that day end the day before and go on in the new unit. What they were stays in
// person_rehome. Who belongs to the new unit already belongs to it once: a further membership
// gives way to the study home. It costs a few statements for each flow, however many people follow it.
// Fault: Conflict for somebody whose days in both units cannot be made one.
func (s *Service) Rehome(ctx context.Context, tx db.Tx, event id.ID, day string, flows []plan.Flow) error {
	for _, f := range flows {
		if err := follow(ctx, tx, event, day, f); err != nil {
			return err
		}
	}
	return doubled(ctx, tx, event, "reorg.rehome_twice")
}

// doubled refuses when an event leaves somebody in a unit twice on a day.
func doubled(ctx context.Context, tx db.Tx, event id.ID, key string) error {
	names, err := db.All(ctx, tx, db.Value[string], `
		select p.name from person_membership a join person_membership b on b.person = a.person and b.unit = a.unit
			and b.valid_from > a.valid_from and (a.valid_to is null or a.valid_to >= b.valid_from)
		join person p on p.id = a.person
		where a.person in (select r.person from person_rehome r where r.event = $1) order by p.name_key`, event)
	if err == nil && len(names) > 0 {
		return fault.New(fault.Conflict, key, "name", names[0], "n", text.Int(int64(len(names))))
	}
	return err
}

func follow(ctx context.Context, tx db.Tx, event id.ID, day string, f plan.Flow) error {
	args := []any{event, f.From, f.To, day}
	q := `insert into person_rehome (event, person, unit, valid_from, valid_to, study_home, target)
		select $1, m.person, m.unit, m.valid_from, m.valid_to, m.study_home, $3 from person_membership m
		where m.unit = $2 and (m.valid_to is null or m.valid_to >= $4)`
	if !f.All {
		q += ` and m.study_home and exists (select 1 from person p where p.id = m.person and p.unit = $2 and p.left_on is null and ` + f.Who.Where("p", &args) + `)`
	}
	if _, err := tx.ExecContext(ctx, q, args...); err != nil {
		return err
	}
	if err := unclashed(ctx, tx, event, day, f); err != nil {
		return err
	}
	if err := makeOne(ctx, tx, event, day, f); err != nil {
		return err
	}
	const mine = `exists (select 1 from person_rehome r where r.event = $1 and r.unit = $2 and r.target in ($2, $3)
		and r.person = person_membership.person and r.valid_from = person_membership.valid_from)`
	for _, step := range []struct {
		q    string
		args []any
	}{
		{`delete from person_membership where unit = $2 and valid_from >= $4 and ` + mine, []any{event, f.From, f.To, day}},
		{`update person_membership set valid_to = $4 where unit = $2 and ` + mine, []any{event, f.From, f.To, clock.AddDays(day, -1)}},
		{`insert into person_membership (person, unit, valid_from, valid_to, study_home)
			select r.person, r.target, case when r.valid_from > $4 then r.valid_from else $4 end, r.valid_to, r.study_home
			from person_rehome r where r.event = $1 and r.unit = $2 and r.target = $3
			on conflict (person, unit, valid_from) do update set study_home = (person_membership.study_home or excluded.study_home)`, []any{event, f.From, f.To, day}},
		{`update person set unit = $3 where unit = $2 and exists (select 1 from person_rehome r
			where r.event = $1 and r.unit = $2 and r.target = $3 and r.person = person.id and r.study_home)`, []any{event, f.From, f.To}},
	} {
		if _, err := tx.ExecContext(ctx, step.q, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// makeOne lets the days of whoever belongs to the new unit already be one membership: a further
// one there ends the day before the study home comes, and a further one that comes just ends.
// What ends so, and goes on nowhere, is kept with its own unit as target.
func makeOne(ctx context.Context, tx db.Tx, event id.ID, day string, f plan.Flow) error {
	const there = `m.unit = $3 and (m.valid_to is null or m.valid_to >= $4)
		and m.valid_from < case when r.valid_from > $4 then r.valid_from else $4 end`
	for _, step := range []struct {
		q    string
		args []any
	}{
		{`update person_rehome set target = unit where event = $1 and unit = $2 and target = $3 and not study_home and exists (
			select 1 from person_rehome r join person_membership m on m.person = r.person
			where r.event = $1 and r.person = person_rehome.person and r.unit = $2 and r.valid_from = person_rehome.valid_from and ` + there + `
				and (m.valid_to is null or r.valid_to is not null and r.valid_to <= m.valid_to))`, []any{event, f.From, f.To, day}},
		{`insert into person_rehome (event, person, unit, valid_from, valid_to, study_home, target)
			select $1, m.person, m.unit, m.valid_from, m.valid_to, false, $3 from person_rehome r join person_membership m on m.person = r.person
			where r.event = $1 and r.unit = $2 and r.target = $3 and r.study_home and r.valid_from <= $4 and ` + there + ` and not m.study_home
				and (r.valid_to is null or m.valid_to is not null and m.valid_to <= r.valid_to)`, []any{event, f.From, f.To, day}},
		{`update person_membership set valid_to = $3 where unit = $2 and exists (select 1 from person_rehome r where r.event = $1 and r.unit = $2
			and r.target = $2 and r.person = person_membership.person and r.valid_from = person_membership.valid_from)`, []any{event, f.To, clock.AddDays(day, -1)}},
	} {
		if _, err := tx.ExecContext(ctx, step.q, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// unclashed refuses when the place of a membership in the new unit is taken by one that the
// event did not bring there.
func unclashed(ctx context.Context, tx db.Tx, event id.ID, day string, f plan.Flow) error {
	names, err := db.All(ctx, tx, db.Value[string], `
		select p.name from person_rehome r join person_membership m on m.person = r.person and m.unit = r.target
			and m.valid_from = case when r.valid_from > $4 then r.valid_from else $4 end
		join person p on p.id = r.person
		where r.event = $1 and r.unit = $2 and r.target = $3 and not exists (select 1 from person_rehome o
			where o.event = $1 and o.person = r.person and o.target = r.target and o.unit <> r.unit)
		order by p.name_key limit 1`, event, f.From, f.To, day)
	if err == nil && len(names) > 0 {
		return fault.New(fault.Conflict, "reorg.rehome_twice", "name", names[0])
	}
	return err
}

// Return takes people back to where they were before a reorganisation. Who left or moved on
// since keeps that: the days in the new unit become days in the old one, and what had ended goes on. Fault: Conflict for
// people who were moved again with the event's own day, since nothing says what they were.
func (s *Service) Return(ctx context.Context, tx db.Tx, event id.ID, day string) error {
	const became = `select m.valid_to from person_membership m where m.person = r.person and m.unit = r.target
		and m.valid_from = case when r.valid_from > $2 then r.valid_from else $2 end`
	const until = `case when p.left_on < coalesce(r.valid_to, '9999') then p.left_on else r.valid_to end`
	lost, err := db.One(ctx, tx, db.Value[int64], `select count(*) from person_rehome r where r.event = $1 and r.unit <> r.target and not exists (`+became+`)`, event, day)
	if err != nil {
		return err
	}
	if lost > 0 {
		return fault.New(fault.Conflict, "reorg.rehome_changed", "n", text.Int(lost))
	}
	for _, step := range []struct {
		q    string
		args []any
	}{
		{`update person_membership set valid_to = (select m.valid_to from person_rehome r join person_membership m on m.person = r.person and m.unit = r.target and m.valid_from = $2
				where r.event = $1 and r.unit <> r.target and r.person = person_membership.person and r.unit = person_membership.unit and r.valid_from = person_membership.valid_from)
			where valid_from < $2 and exists (select 1 from person_rehome r
				where r.event = $1 and r.unit <> r.target and r.person = person_membership.person and r.unit = person_membership.unit and r.valid_from = person_membership.valid_from)`, []any{event, day}},
		{`insert into person_membership (person, unit, valid_from, valid_to, study_home)
			select r.person, r.unit, r.valid_from, m.valid_to, r.study_home from person_rehome r
			join person_membership m on m.person = r.person and m.unit = r.target and m.valid_from = r.valid_from
			where r.event = $1 and r.unit <> r.target and r.valid_from >= $2`, []any{event, day}},
		{`delete from person_membership where exists (select 1 from person_rehome r where r.event = $1 and r.unit <> r.target and r.person = person_membership.person
			and r.target = person_membership.unit and person_membership.valid_from = case when r.valid_from > $2 then r.valid_from else $2 end)`, []any{event, day}},
		{`update person set unit = (select r.unit from person_rehome r where r.event = $1 and r.person = person.id and r.study_home and r.target = person.unit
				order by r.valid_from desc limit 1)
			where exists (select 1 from person_rehome r where r.event = $1 and r.person = person.id and r.study_home and r.target = person.unit)`, []any{event}},
		{`update person_membership set valid_to = (select ` + until + ` from person_rehome r join person p on p.id = r.person
				where r.event = $1 and r.unit = r.target and r.person = person_membership.person and r.unit = person_membership.unit and r.valid_from = person_membership.valid_from)
			where valid_to = $2 and exists (select 1 from person_rehome r where r.event = $1 and r.unit = r.target
				and r.person = person_membership.person and r.unit = person_membership.unit and r.valid_from = person_membership.valid_from)`, []any{event, clock.AddDays(day, -1)}},
		{`insert into person_membership (person, unit, valid_from, valid_to, study_home)
			select r.person, r.unit, r.valid_from, ` + until + `, false from person_rehome r join person p on p.id = r.person
			where r.event = $1 and r.unit = r.target and r.valid_from >= $2 and (p.left_on is null or p.left_on >= r.valid_from)`, []any{event, day}},
	} {
		if _, err := tx.ExecContext(ctx, step.q, step.args...); err != nil {
			return err
		}
	}
	return doubled(ctx, tx, event, "reorg.rehome_changed")
}
