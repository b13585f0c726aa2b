-- owner: person
-- +goose Up
-- How the columns of files of one shape are understood, by the office that said so.
create table person_import_source (
	id      bigint primary key,
	unit    bigint not null,                  -- home of who said so, 0 for the machine's keeper
	kind    text   not null check (kind in ('units', 'people')),
	print   text   not null,                  -- of the headers
	name    text   not null,
	mapping text   not null,                  -- JSON
	used_at bigint not null,
	unique (unit, kind, print)
);

-- A sheet on its way: sent, understood, looked over, brought in, perhaps taken back.
create table person_import (
	id         bigint  primary key,
	kind       text    not null check (kind in ('units', 'people')),
	name       text    not null,              -- of the file, as sent
	size       bigint  not null,
	under      bigint  references org_unit (id), -- parent or study home of rows that name none
	usual      text    not null default '',   -- kind of the people that do not say
	print      text    not null default '',   -- of its headers
	mapping    text    not null default '',   -- JSON
	source     text    not null default '',   -- name under which the mapping is remembered
	state      text    not null check (state in ('mapping', 'checking', 'checked', 'applying', 'applied', 'undoing', 'undone', 'failed')),
	good       boolean not null default false, -- only the good rows
	removing   bigint  not null default 0,    -- how many missing people the operator typed to remove
	done       bigint  not null default 0,    -- rows so far in this state
	percent    integer not null default 0,
	added      bigint  not null default 0,    -- rows by verdict, foreseen or done
	changed    bigint  not null default 0,
	same       bigint  not null default 0,
	asked      bigint  not null default 0,
	wrong      bigint  not null default 0,
	passed     bigint  not null default 0,
	missing    bigint  not null default 0,    -- people of the file's units who are not in it
	removed    bigint  not null default 0,
	kept       bigint  not null default 0,    -- not taken back, because touched since
	fault      text    not null default '',   -- JSON of the sentence that ended it
	held_until bigint  not null default 0,    -- a process works on it
	created_at bigint  not null,
	created_by bigint,
	applied_at bigint,
	undone_at  bigint
);
create index person_import_made on person_import (created_by, id);

create table person_import_part (
	import bigint  not null references person_import (id),
	n      integer not null,                  -- from 0
	body   bytea   not null,                  -- sealed
	primary key (import, n)
);

-- Rows worth telling: all that are wrong or questions, the first of the others.
create table person_import_row (
	import  bigint not null references person_import (id),
	verdict text   not null,
	row     bigint not null,
	name    text   not null,
	code    text   not null,
	body    text   not null,                  -- JSON of notes and changes
	primary key (import, verdict, row)
);

-- What one transaction brought in: new people have ids between first and until, made at.
create table person_import_piece (
	import   bigint  not null references person_import (id),
	n        integer not null,
	last_row bigint  not null,
	at       bigint  not null,
	first    bigint,
	until    bigint,
	primary key (import, n)
);

-- What was done to people or units who were known, to take it back; units that are new stand here too.
create table person_import_trace (
	import  bigint  not null references person_import (id),
	subject bigint  not null,                 -- person or unit
	n       integer not null default 0,       -- piece that brought the unit
	kept    boolean not null default false,
	body    text    not null,                 -- JSON, '' for a new unit
	primary key (import, subject)
);

-- +goose Down
drop table person_import_trace;
drop table person_import_piece;
drop table person_import_row;
drop table person_import_part;
drop table person_import;
drop table person_import_source;
