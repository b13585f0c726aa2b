-- owner: person
-- +goose Up
create table person (
	id          bigint  primary key,
	member_no   text    unique,               -- Party card number; null for people outside the Party
	name        text    not null check (name <> ''),
	folded      text    not null,
	name_key    text    not null,             -- Vietnamese order: given name, family, middle
	birth       text,
	sex         text    not null default '' check (sex in ('', 'm', 'f')),
	kind        text    not null check (kind in ('official', 'probationary', 'civil', 'mass')),
	position    text    not null default '',
	position_folded text not null default '', -- bare, to find words in
	key_cadre   boolean not null default false,
	joined_on   text,
	official_on text,
	unit        bigint  not null references org_unit (id), -- study home of today
	twin        integer not null default 0,   -- hash of folded name and year of birth: who may be the same person
	left_on     text,
	created_at  bigint  not null,
	created_by  bigint
);
-- A unit's people are counted by kind, position and key cadres in these alone.
create index person_unit on person (unit, left_on, kind);
create index person_post on person (unit, position_folded, left_on, kind) where position_folded <> '';
create index person_key on person (unit, left_on, kind) where key_cadre;
create index person_twin on person (twin);
create index person_name on person (name_key, id, folded); -- names are looked through in here alone

create table person_membership (
	person     bigint  not null references person (id),
	unit       bigint  not null references org_unit (id),
	valid_from text    not null,
	valid_to   text,
	study_home boolean not null,
	primary key (person, unit, valid_from)
) /* clustered */;
create index person_membership_left on person_membership (unit, valid_to) where valid_to is not null;

create table person_exemption (
	id         bigint primary key,
	person     bigint not null references person (id),
	kind       text   not null check (kind in ('exempt', 'reduced')),
	reason     text   not null,
	valid_from text   not null,
	valid_to   text,
	resolution text   not null,               -- number of the cell's resolution
	resolved_on text,                         -- its day, as far as it is known
	approver   text   not null default '',
	created_at bigint not null,
	created_by bigint,
	changed_at bigint,                        -- when it came to free from more: more days, or no longer a mere reduction
	changed_by bigint
);
create index person_exemption_person on person_exemption (person);
create index person_exemption_made on person_exemption (coalesce(changed_at, created_at));

-- +goose Down
drop table person_exemption;
drop table person_membership;
drop table person;
