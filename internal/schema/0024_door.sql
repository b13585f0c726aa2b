-- owner: attendance
-- +goose Up
-- The door of a site, where a code is shown that changes every 15 seconds.
create table attendance_door (
	site       bigint primary key,
	name       text   unique,                 -- four letters by which a code names its door; null once another door has them
	secret     bytea  not null,               -- sealed
	ends_at    bigint not null,               -- when the letters are free again
	created_at bigint not null,
	created_by bigint
);

-- How the day of a meeting is kept, where it is not as usual.
create table attendance_day (
	meeting  bigint  primary key references meeting (id),
	checkout boolean not null                 -- people say when they leave
);

-- What was answered to a code at a door, each once under the key of its form, which is that of its scan
-- too: kept whatever came of it. No foreign keys, as with scans.
create table attendance_answer (
	id      bigint  primary key,
	meeting bigint  not null,
	site    bigint  not null,
	session bigint  not null,                 -- of meeting_session, or the meeting when it is one session
	person  bigint,                           -- null when the personal code named nobody
	account bigint,                           -- null: nobody was signed in
	phone   bigint  not null,                 -- the browser, under a key of the meeting: no two meetings know it as the same
	how     text    not null,
	at      bigint  not null,
	age     integer not null,                 -- seconds by which the code was older than the one on the screen
	label   text    not null check (label in ('', 'again', 'early', 'over', 'old', 'unknown', 'refused'))
);
create index attendance_answer_phone on attendance_answer (meeting, phone, at);
create index attendance_answer_person on attendance_answer (person, at);

-- Phones that an usher lends to everybody: many people at one of them mean nothing.
create table attendance_shared (
	meeting bigint not null references meeting (id),
	phone   bigint not null,
	site    bigint not null references meeting_site (id),
	at      bigint not null,
	by      bigint,
	by_name text   not null,
	primary key (meeting, phone)
);

-- Who came to which session by a code at the door; the record of the meeting is made by the first.
create table attendance_visit (
	session bigint not null,
	person  bigint not null,
	meeting bigint not null references meeting (id),
	site    bigint not null references meeting_site (id),
	came_at bigint not null,
	timing  text   not null check (timing in ('in_time', 'grace', 'late')),
	how     text   not null,
	left_at bigint,                           -- as the person said; null: stayed, or never said
	primary key (session, person)
);
create index attendance_visit_meeting on attendance_visit (meeting, person);

-- Something to be asked about, never a judgement: what was seen, and what the unit said.
create table attendance_lead (
	id        bigint  primary key,
	meeting   bigint  not null references meeting (id),
	site      bigint  not null references meeting_site (id),
	unit      bigint  not null references org_unit (id), -- host of the site: sees it first
	kind      text    not null check (kind in ('many', 'burst', 'two', 'elsewhere', 'old')),
	subject   bigint  not null,               -- a phone, or a person
	person    bigint,                         -- when it is about one
	other     bigint,                         -- the other site
	n         bigint  not null,               -- people, minutes apart, or seconds of age
	first_at  bigint  not null,
	last_at   bigint  not null,
	said      text    not null default '',
	said_at   bigint  not null default 0,
	said_by   bigint,
	said_name text    not null default '',
	unique (meeting, kind, site, subject)
);

-- A code that is called out once or twice in a session. The moment may be drawn from a seed whose
-- hash was shown before.
create table attendance_presence (
	id         bigint  primary key,
	meeting    bigint  not null references meeting (id),
	session    bigint  not null,
	ord        integer not null check (ord in (1, 2)),
	drawn      boolean not null,
	seed       bytea   not null,              -- sealed
	promise    text    not null,              -- SHA-256 of the seed
	veil       bytea,                         -- sealed key of the marks below; thrown away when the time is over
	from_at    bigint  not null default 0,    -- the moment was drawn between these
	till_at    bigint  not null default 0,
	opens_at   bigint  not null,
	ends_at    bigint  not null,
	created_at bigint  not null,
	created_by bigint,
	by_name    text    not null,
	unique (session, ord)
);

-- Who answered is kept only as a mark that keeps a second answer from counting; without the veil it
-- leads back to nobody.
create table attendance_present (
	presence bigint not null references attendance_presence (id),
	mark     bigint not null,
	primary key (presence, mark)
);

create table attendance_presence_site (
	presence bigint  not null references attendance_presence (id),
	site     bigint  not null references meeting_site (id),
	n        integer not null,
	primary key (presence, site)
);

-- +goose Down
drop table attendance_presence_site;
drop table attendance_present;
drop table attendance_presence;
drop table attendance_lead;
drop table attendance_visit;
drop table attendance_shared;
drop table attendance_answer;
drop table attendance_day;
drop table attendance_door;
