-- owner: person
-- +goose Up
-- Memberships that a reorganisation moved, as they were before.
create table person_rehome (
	event      bigint  not null references org_event (id),
	person     bigint  not null references person (id),
	unit       bigint  not null references org_unit (id),
	valid_from text    not null,
	valid_to   text,
	study_home boolean not null,
	target     bigint  not null, -- where the membership went; taken back with the event it may be gone
	primary key (event, person, unit, valid_from)
);

-- +goose Down
drop table person_rehome;
