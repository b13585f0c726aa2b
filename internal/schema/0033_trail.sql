-- owner: trail
-- +goose Up
-- A Merkle sum tree over a part of a campaign's frozen tree, made in the transaction that sends
-- the report of the unit at its top, one for each version of that report.
create table trail (
	id       bigint  primary key,
	campaign bigint  not null references campaign (id),
	unit     bigint  not null references org_unit (id),
	report   bigint  not null references report (id),
	version  integer not null,                 -- of the report
	lo       integer not null,                 -- of the unit, and the last below it
	hi       integer not null,
	at       bigint  not null,
	secret   text    not null,                 -- what the salts of its leaves are made from; whoever reads it reads the marks as well
	body     text    not null,                 -- what was sealed as trail.root: hash and counts for each document
	unique (report, version)
);
create index trail_campaign on trail (campaign, unit, at);

-- One node for each unit with anybody at or below it. The marks are what its own people are
-- counted as, three letters each in the order of the roster, so that a person's way can be
-- shown years later without a hash being kept for each of them.
create table trail_sum (
	trail    bigint  not null references trail (id),
	document bigint  not null,
	lo       integer not null,
	marks    text    not null,
	hash     text    not null,                 -- base64
	counts   text    not null,                 -- "30,3,0,…", see trail.Counted
	primary key (trail, document, lo)
) /* clustered */;

-- +goose Down
drop table trail_sum;
drop table trail;
