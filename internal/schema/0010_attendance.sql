-- owner: attendance
-- +goose Up
create table attendance_record (
	id          bigint  primary key,
	campaign    bigint  not null references campaign (id),
	meeting     bigint  not null references meeting (id),
	site        bigint  not null references meeting_site (id),
	person      bigint  not null references person (id),
	form        text    not null check (form in ('in_person', 'online', 'self_study', 'make_up', 'higher')),
	how         text    not null check (how in ('own_code', 'station', 'roll_call', 'list', 'confirmed', 'declared')),
	grade       integer not null check (grade between 1 and 5),
	at          bigint  not null,              -- when the person attended
	recorded_at bigint  not null,
	by          bigint,                        -- account
	by_name     text    not null,
	late        boolean not null,              -- recorded after the meeting
	note        text    not null default '',
	void_at     bigint,
	void_by     bigint,
	void_why    text    not null default ''
);
create unique index attendance_record_once on attendance_record (meeting, person) where void_at is null;
create index attendance_record_person on attendance_record (campaign, person);
create index attendance_record_site on attendance_record (site, recorded_at) where void_at is null;
create index attendance_record_late on attendance_record (campaign, recorded_at) where late and void_at is null;

create table attendance_absence (
	meeting  bigint not null references meeting (id),
	person   bigint not null references person (id),
	campaign bigint not null references campaign (id),
	reason   text   not null,                  -- sick, work, away, family, other; '' is none given
	note     text   not null default '',
	at       bigint not null,
	by       bigint,
	primary key (meeting, person)
);
create index attendance_absence_person on attendance_absence (campaign, person);

-- People who are not registered one by one: lượt, never added to persons.
create table attendance_headcount (
	id            bigint  primary key,
	campaign      bigint  not null references campaign (id),
	meeting       bigint  not null references meeting (id),
	site          bigint  not null references meeting_site (id),
	unit          bigint  not null references org_unit (id),
	who           text    not null,            -- "mass", "guest", "delegate"; "hall" checks the records and is no lượt
	amount        bigint  not null check (amount >= 0),
	marker        text    not null default '', -- "hơn", "gần": kept to the last print
	second_amount bigint,                      -- counted again by somebody else
	second_by     bigint,
	at            bigint  not null,
	by            bigint,
	by_name       text    not null,
	note          text    not null default '',
	void_at       bigint
);
create index attendance_headcount_meeting on attendance_headcount (meeting);
create index attendance_headcount_campaign on attendance_headcount (campaign, unit);

-- Each person once per document, by the record that counts.
create table attendance_studied (
	campaign bigint  not null references campaign (id),
	document bigint  not null references document (id),
	person   bigint  not null references person (id),
	record   bigint  not null references attendance_record (id),
	primary key (campaign, document, person)
);

-- Folded per leaf in the same transaction, so that no page counts people.
create table attendance_tally (
	campaign   bigint  not null references campaign (id),
	document   bigint  not null references document (id),
	lo         integer not null,               -- of the participant's unit
	kind       text    not null,               -- member, civil
	studied    integer not null,
	exempt     integer not null,               -- of the studied: exempt and came anyway (R094)
	in_person  integer not null,
	online     integer not null,
	self_study integer not null,
	make_up    integer not null,
	higher     integer not null,
	e1         integer not null,
	e2         integer not null,
	e3         integer not null,
	e4         integer not null,
	e5         integer not null,
	primary key (campaign, document, kind, lo)
);

-- +goose Down
drop table attendance_tally;
drop table attendance_studied;
drop table attendance_headcount;
drop table attendance_absence;
drop table attendance_record;
