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

-- +goose Down
drop table measure_fold;
