-- owner: campaign
-- +goose Up
create table campaign (
	id         bigint  primary key,
	unit       bigint  not null references org_unit (id), -- owner
	title      text    not null,
	folded     text    not null default '',    -- of the title
	summary    text    not null default '',
	state      text    not null check (state in ('draft', 'open', 'closed')),
	starts_on  text    not null,
	rounding   text    not null default 'half_up' check (rounding in ('half_up', 'truncate')),
	sample     boolean not null default false, -- figures are invented; said on every page
	code_key   bigint  not null default 0,     -- under which personal codes are enciphered; drawn when it opens
	units      integer not null default 0,     -- of the frozen tree
	members    integer not null default 0,     -- of the frozen roster
	opened_at  bigint,
	opened_by  bigint,
	closed_at  bigint,
	created_at bigint  not null,
	created_by bigint
);

-- A campaign that is being frozen, piece by piece; it stays a draft to everybody else until
-- the row is gone.
create table campaign_opening (
	campaign bigint  primary key references campaign (id),
	stage    text    not null check (stage in ('tree', 'roster')),
	mark     bigint  not null,                 -- people made later are not taken
	units    integer not null default 0,       -- of the tree, so far
	last     bigint  not null default 0,       -- person up to whom the roster is done
	people   integer not null default 0,       -- in the roster, so far
	expected integer not null default 0,       -- people, about
	worker   bigint,                           -- who is at it, and when it last did a piece
	beat     bigint  not null default 0,
	at       bigint  not null,
	by       bigint
);

create table campaign_document (
	campaign bigint  not null references campaign (id),
	document bigint  not null references document (id),
	ord      integer not null,
	primary key (campaign, document)
);

-- A deadline that unit sets for one level of its subtree; the owner's rows are the order itself (R017).
create table campaign_due (
	campaign  bigint  not null references campaign (id),
	unit      bigint  not null references org_unit (id),
	level     text    not null references org_level (code),
	due_on    text    not null,
	inclusive boolean not null,                -- false: "before 20/7" ends with 19/7
	at        bigint  not null,
	by        bigint,
	primary key (campaign, unit, level)
);

create table campaign_audience (
	id          bigint  primary key,
	campaign    bigint  not null references campaign (id),
	ord         integer not null,
	name        text    not null,
	filter      text    not null check (filter in ('key_cadre', 'member', 'civil', 'mass', 'query')),
	query       text    not null default '',   -- of filter 'query': a copy of the saved query, JSON
	sentence    text    not null default '',   -- the query read back, as it stood when the campaign opened
	counted     text    not null check (counted in ('person', 'headcount')), -- headcount gives lượt, never persons
	min_rate    integer not null default 0,    -- required rate, hundredths of a percent; 0 none
	need_essay  boolean not null default false,
	unique (campaign, ord)
);

-- The tree as it stood when the campaign opened. lo..hi is the preorder interval of the subtree.
create table campaign_unit (
	campaign   bigint  not null references campaign (id),
	unit       bigint  not null references org_unit (id),
	parent     bigint,
	lo         integer not null,
	hi         integer not null,
	depth      integer not null,
	level      text    not null,
	name       text    not null,
	short      text    not null,
	members    integer not null default 0,     -- people whose study home is exactly this unit
	exempt     integer not null default 0,     -- of the members
	civil      integer not null default 0,     -- registered people outside the Party
	self_organised boolean not null default true,
	joins      bigint,                         -- unit whose meetings it joins when it does not organise itself
	primary key (campaign, unit)
);
create unique index campaign_unit_lo on campaign_unit (campaign, lo);
create index campaign_unit_parent on campaign_unit (campaign, parent, lo);

-- The roster as it stood; 5.6 million rows in a national campaign, so it holds what may
-- change and nothing else. No foreign keys: it is filled from the tables they would name,
-- whose rows are never deleted, and to check four of them costs more than the row itself.
create table campaign_roster (
	campaign  bigint  not null,
	person    bigint  not null,
	n         integer not null,                -- serial number; with lo it makes the personal code
	unit      bigint  not null,
	lo        integer not null,                -- of the unit
	audience  bigint,
	kind      text    not null check (kind in ('member', 'civil')),
	key_cadre boolean not null,
	exempt    boolean not null,
	position  text    not null default '',
	primary key (campaign, person)
) /* clustered */;
create unique index campaign_roster_place on campaign_roster (campaign, lo, n);

-- The roster with names, which stand in one place only: a name put right is right everywhere.
create view campaign_participant as
select r.campaign, r.person, r.n, r.unit, r.lo, r.audience, r.kind, r.key_cadre, r.exempt, r.position, p.name, p.folded, p.name_key
from campaign_roster r left join person p on p.id = r.person;

-- +goose Down
drop view campaign_participant;
drop table campaign_roster;
drop table campaign_opening;
drop table campaign_unit;
drop table campaign_audience;
drop table campaign_due;
drop table campaign_document;
drop table campaign;
