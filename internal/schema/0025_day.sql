-- owner: attendance
-- +goose Up
-- Where a site joins a conference that runs in Zoom, VNPT, Viettel, BigBlueButton, …; for the invited alone.
create table attendance_link (
	site    bigint primary key references meeting_site (id),
	meeting bigint not null references meeting (id),
	url     text   not null,
	note    text   not null default '',       -- number and passcode of the room
	at      bigint not null,
	by      bigint,
	by_name text   not null
);
create index attendance_link_meeting on attendance_link (meeting);

-- A list of those present as the conferencing system wrote it; nothing of it counts before a person says so.
create table attendance_conference (
	id      bigint  primary key,
	meeting bigint  not null references meeting (id),
	site    bigint  not null references meeting_site (id), -- where its people are recorded
	name    text    not null,                 -- of the file
	print   text    not null,                 -- of what it says: the same list is known again
	entries integer not null,
	least   integer not null default 0,       -- minutes below which nobody is proposed
	at      bigint  not null,
	by      bigint,
	by_name text    not null,
	unique (meeting, print)
);

create table attendance_conference_row (
	list     bigint  not null references attendance_conference (id),
	n        integer not null,
	name     text    not null,
	email    text    not null default '',
	first_at bigint  not null default 0,
	last_at  bigint  not null default 0,
	seconds  integer not null default 0,
	joins    integer not null default 1,      -- rows of the file that are this one
	verdict  text    not null check (verdict in ('exact', 'many', 'none', 'site')),
	person   bigint  references person (id),  -- proposed, then decided
	place    bigint  references meeting_site (id), -- of a device that is a site
	heads    integer not null default 0,      -- people the device said it had
	decision text    not null default '' check (decision in ('', 'person', 'site', 'skip')),
	scan     bigint  not null,                -- key under which the person is recorded
	label    text    not null default '',     -- what came of it
	primary key (list, n)
);

-- +goose Down
drop table attendance_conference_row;
drop table attendance_conference;
drop table attendance_link;
