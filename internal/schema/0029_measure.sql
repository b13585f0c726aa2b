-- owner: measure
-- +goose Up
-- The frozen roster added up over the subtree of every unit, lo being the unit's own, and its print.
-- Written once after the campaign opened, the last in tree order first: a unit's row stands for all below it.
create table measure_fold (
	campaign bigint  not null,
	lo       integer not null,
	hi       integer not null,
	depth    integer not null,
	members  integer not null,
	exempt   integer not null,
	civil    integer not null,
	roster   text    not null,                 -- SHA-256, hexadecimal
	primary key (campaign, lo)
) /* clustered */;
-- Thousands of units of one depth stand together here, each a page of its own in campaign_unit.
create index measure_fold_depth on measure_fold (campaign, depth, lo, hi, members, exempt, civil);

-- What was held (meetings, people counted by head, the noted absent) by each unit itself and with all below it,
-- for each document, 0 for none: twenty numbers or fewer each, see rollup.Held; no row where there is nothing.
-- What changes later is carried upward from meeting_touched.
create table measure_held (
	campaign bigint  not null,
	build    bigint  not null,                 -- rows of one build belong together
	document bigint  not null,
	lo       integer not null,
	own      text    not null,
	whole    text    not null,
	primary key (campaign, build, document, lo)
) /* clustered */;
-- The build that counts, written when it is whole.
create table measure_build (
	campaign bigint primary key,
	build    bigint not null
);

-- Columns that a unit of the frozen tree orders for itself and all below it; they are only ever closed.
create table measure_column (
	id         bigint  primary key,
	campaign   bigint  not null references campaign (id),
	unit       bigint  not null references org_unit (id),
	ord        integer not null,
	name       text    not null,
	counted    text    not null check (counted in ('meeting', 'person', 'head')),
	summed     boolean not null,                -- what those below declared is added up
	closed_at  bigint,
	created_at bigint  not null,
	created_by bigint,
	unique (campaign, unit, ord)
);

-- +goose Down
drop table measure_column;
drop table measure_build;
drop table measure_held;
drop table measure_fold;
