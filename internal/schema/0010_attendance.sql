-- owner: attendance
-- +goose Up
-- What counts. No foreign keys, since to check two of them costs more than the row: attendance_site names the
-- site once for all who are there, and who is in a campaign's roster is never deleted.
create table attendance_record (
	id          bigint  primary key,
	campaign    bigint  not null,
	meeting     bigint  not null,
	site        bigint  not null,
	person      bigint  not null,
	form        text    not null check (form in ('in_person', 'online', 'relay', 'self_study', 'make_up', 'higher')),
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
-- By person first: it also finds a person's records, and each index is one more page to write for every person.
create unique index attendance_record_once on attendance_record (person, meeting) where void_at is null;
create index attendance_record_void on attendance_record (person) where void_at is not null;
create index attendance_record_site on attendance_record (site, recorded_at) where void_at is null;
create index attendance_record_late on attendance_record (campaign, recorded_at) where late and void_at is null;

-- What was seen at a door or ticked in a list, each observation once under the key its device made: kept
-- whatever comes of it, and its own log. The record that counts bears the key of its scan. No foreign keys:
-- it is written with what was just read from the tables they would name.
create table attendance_scan (
	id          bigint  primary key,
	meeting     bigint  not null,
	site        bigint  not null,
	station     bigint,                        -- the device; null when it is none of ours
	counter     bigint,                        -- of the device
	person      bigint,                        -- null when the code named nobody
	code        text    not null default '',   -- kept only when it named nobody
	how         text    not null,
	device_at   bigint,                        -- by the device's own clock
	at          bigint  not null,              -- as the caller corrected it
	received_at bigint  not null,
	by          bigint,                        -- account
	forced      boolean not null default false,
	offline     boolean not null default false,
	label       text    not null default '' check (label in ('', 'again', 'elsewhere', 'late', 'early', 'forced', 'unknown', 'foreign', 'revoked', 'future', 'double', 'closed', 'undone')),
	note        text    not null default ''
);
create index attendance_scan_odd on attendance_scan (meeting, person) where label <> '';

-- Which of its numbers a station has used, 64 in a row: bit n % 64 of block n / 64. A device numbers its scans
-- one after the other, so that a batch is a row here where an index would have one for each of its people.
create table attendance_number (
	station bigint not null,
	block   bigint not null,
	bits    bigint not null,
	primary key (station, block)
) /* clustered */;

-- How far a site has come, kept with its records in the same transaction.
create table attendance_site (
	meeting  bigint  not null,
	site     bigint  not null references meeting_site (id),
	persons  integer not null default 0,       -- with a record
	heads    integer not null default 0,       -- lượt counted by head, without those of the hall
	first_at bigint  not null default 0,       -- instant of the server at the first fact taken here
	last_at  bigint  not null default 0,       -- and at the last change of these figures
	stations integer not null default 0,       -- devices that have sent a scan
	scans    integer not null default 0,       -- all that were kept
	odd      integer not null default 0,       -- of them with a label
	e1       integer not null default 0,       -- of the persons
	e2       integer not null default 0,
	e3       integer not null default 0,
	e4       integer not null default 0,
	e5       integer not null default 0,
	primary key (meeting, site)
) /* clustered */;

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
	campaign bigint  not null,
	document bigint  not null,
	person   bigint  not null,
	record   bigint  not null,
	primary key (campaign, document, person)
) /* clustered */;

-- Folded per leaf in the same transaction, so that no page counts people.
create table attendance_tally (
	campaign   bigint  not null,
	document   bigint  not null,
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
	relay      integer not null default 0,     -- by television or radio (R040)
	turns      integer not null default 1,     -- how often anybody's study here has changed
	primary key (campaign, document, kind, lo)
) /* clustered */;

-- The tallies added up over the subtree of every unit that has units below it, lo being the unit's own.
-- Kept within a second of the leaves by whoever folds attendance_pending, in the transaction that empties it.
create table attendance_fold (
	campaign   bigint  not null,
	document   bigint  not null,
	lo         integer not null,
	kind       text    not null,
	studied    integer not null,
	exempt     integer not null,
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
	relay      integer not null default 0,     -- by television or radio (R040)
	primary key (campaign, document, kind, lo)
) /* clustered */;

-- What was added to the leaves and is not folded yet: one row for each transaction, "lo:n,n,…;lo:…".
create table attendance_pending (
	id       bigint primary key,
	campaign bigint not null,
	document bigint not null,
	kind     text   not null,
	leaves   text   not null
);

-- +goose Down
drop table attendance_pending;
drop table attendance_fold;
drop table attendance_site;
drop table attendance_number;
drop table attendance_scan;
drop table attendance_tally;
drop table attendance_studied;
drop table attendance_headcount;
drop table attendance_absence;
drop table attendance_record;
