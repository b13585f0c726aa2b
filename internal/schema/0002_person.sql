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
	left_on     text,
	created_at  bigint  not null,
	created_by  bigint
);
create index person_unit on person (unit, name_key, id);
create index person_name on person (name_key, id);
create index person_folded on person (folded, birth);
create index person_here on person (unit) where left_on is null;

create table person_membership (
	person     bigint  not null references person (id),
	unit       bigint  not null references org_unit (id),
	valid_from text    not null,
	valid_to   text,
	study_home boolean not null,
	primary key (person, unit, valid_from)
);

create table person_exemption (
	id         bigint primary key,
	person     bigint not null references person (id),
	kind       text   not null check (kind in ('exempt', 'reduced')),
	reason     text   not null,
	valid_from text   not null,
	valid_to   text,
	resolution text   not null,               -- number of the cell's resolution
	approver   text   not null default '',
	created_at bigint not null,
	created_by bigint
);
create index person_exemption_person on person_exemption (person);

-- A sheet between its dry run and its confirmation, for a day.
create table person_import (
	id         bigint primary key,
	kind       text   not null check (kind in ('units', 'people')),
	name       text   not null,               -- of the file, as uploaded
	body       bytea  not null,
	under      bigint references org_unit (id), -- parent or study home of rows that name none
	usual      text   not null default '',    -- kind of the people that do not say
	state      text   not null check (state in ('checked', 'applied')),
	added      bigint not null default 0,     -- rows, once applied
	changed    bigint not null default 0,
	wrong      bigint not null default 0,
	created_at bigint not null,
	created_by bigint,
	applied_at bigint
);
create index person_import_made on person_import (created_by, id);

-- +goose Down
drop table person_import;
drop table person_exemption;
drop table person_membership;
drop table person;
