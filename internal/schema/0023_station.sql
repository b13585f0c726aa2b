-- owner: attendance
-- +goose Up
-- A phone or laptop that takes attendance at one site of one meeting, also without a network. Its token
-- stands for the account of its usher there and nowhere else.
create table attendance_station (
	id         bigint  primary key,            -- made by the device
	meeting    bigint  not null references meeting (id),
	site       bigint  not null references meeting_site (id),
	account    bigint  not null references account (id), -- the usher
	name       text    not null,
	public_key text    not null,               -- of the device, P-256 point in base64url
	hash       text    not null,               -- SHA-256 of the token
	created_at bigint  not null,
	ends_at    bigint  not null,               -- no roster and no new scans from here on
	seen_at    bigint  not null,               -- its last word, to the minute
	unsent     integer not null default 0,     -- scans it said it still held
	counter    bigint  not null default 0,     -- of the last scan it signed
	head       text    not null default '',    -- of its chain of scans
	broken     integer not null default 0,     -- uploads that did not continue the chain
	skew       bigint  not null default 0,     -- ms by which our clock is ahead of its own
	skew_old   bigint  not null default 0,     -- the same before its clock was last put right
	revoked_at bigint,
	revoked_by bigint,
	revoked_why text   not null default ''
);
create index attendance_station_meeting on attendance_station (meeting, site);
create index attendance_station_account on attendance_station (account);
create index attendance_station_revoked on attendance_station (revoked_at) where revoked_at is not null;

-- +goose Down
drop table attendance_station;
