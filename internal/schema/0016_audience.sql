-- owner: person
-- +goose Up

-- Who is meant, under a name: a query of package audience as JSON. It may be used by the
-- units at and below its own.
create table person_audience (
	id         bigint primary key,
	unit       bigint not null references org_unit (id), -- owner
	name       text   not null,
	folded     text   not null,                -- of the name
	query      text   not null,
	created_at bigint not null,
	created_by bigint,
	changed_at bigint,
	dropped_at bigint                          -- campaigns keep their own copy
);
create index person_audience_unit on person_audience (unit);

-- Who lived in a unit on a day.
create index person_membership_home on person_membership (unit, person) where study_home;

-- +goose Down
drop index person_membership_home;
drop table person_audience;
