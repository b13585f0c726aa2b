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

-- A column of its own that a unit asks those below it to fill in; declared, never computed.
create table measure_column (
	id         bigint  primary key,
	campaign   bigint  not null references campaign (id),
	unit       bigint  not null references org_unit (id), -- that asks
	ord        integer not null,
	name       text    not null,
	counted    text    not null,               -- in what: "buổi", "người", "lượt"
	summed     boolean not null,               -- what the units below state adds up
	closed_at  bigint,
	created_at bigint  not null,
	created_by bigint
);
create index measure_column_campaign on measure_column (campaign, ord);

-- +goose Down
drop table measure_column;
drop table measure_fold;
