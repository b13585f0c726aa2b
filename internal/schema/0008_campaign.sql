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
	opened_at  bigint,
	opened_by  bigint,
	closed_at  bigint,
	created_at bigint  not null,
	created_by bigint
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
	filter      text    not null check (filter in ('key_cadre', 'member', 'civil', 'mass')),
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

create table campaign_participant (
	campaign  bigint  not null references campaign (id),
	person    bigint  not null references person (id),
	unit      bigint  not null references org_unit (id),
	lo        integer not null,                -- of the unit
	audience  bigint  references campaign_audience (id),
	kind      text    not null check (kind in ('member', 'civil')),
	key_cadre boolean not null,
	exempt    boolean not null,
	name      text    not null,
	folded    text    not null,
	name_key  text    not null,
	position  text    not null default '',
	code      text    not null,                -- personal code; random, says nothing about the person
	primary key (campaign, person)
);
create unique index campaign_participant_code on campaign_participant (campaign, code);
create index campaign_participant_place on campaign_participant (campaign, lo, name_key, person);

-- +goose Down
drop table campaign_participant;
drop table campaign_unit;
drop table campaign_audience;
drop table campaign_due;
drop table campaign_document;
drop table campaign;
