-- owner: org
-- +goose Up
-- A reorganisation: one dated event, prepared by one account and confirmed by another.
create table org_event (
	id             bigint  primary key,
	unit           bigint  not null references org_unit (id), -- everything happens at or below it
	title          text    not null check (title <> ''),
	basis          text    not null default '', -- the decision it carries out, as cited
	day            text    not null,           -- first day of the new order
	state          text    not null check (state in ('draft', 'submitted', 'confirmed', 'applied', 'undone', 'cancelled')),
	steps          text    not null default '[]', -- JSON, in order
	effect         text    not null default '',   -- JSON: what it did, once applied
	fault          text    not null default '',   -- JSON: why its day came and it could not be applied
	created_at     bigint  not null,
	created_by     bigint,
	created_name   text    not null default '',
	confirmed_at   bigint,
	confirmed_by   bigint,
	confirmed_name text    not null default '',
	applied_at     bigint,
	undone_at      bigint,
	undone_by      bigint,
	undone_name    text    not null default '',
	why            text    not null default ''    -- of the undoing
);
create index org_event_unit_day on org_event (unit, day);
create index org_event_due on org_event (state, day);

-- Which units an applied event touched: it can be undone until another touches one of them.
create table org_event_unit (
	event bigint not null references org_event (id),
	unit  bigint not null, -- also units that were taken back with the event
	primary key (event, unit)
);
create index org_event_unit_of on org_event_unit (unit, event);

-- What an applied event changed, row by row, before and after as JSON.
create table org_change (
	event bigint  not null references org_event (id),
	ord   integer not null,
	kind  text    not null check (kind in ('begin', 'end', 'move', 'edit', 'area', 'level', 'since')),
	unit  bigint,
	old   text    not null default '',
	new   text    not null default '',
	primary key (event, ord)
);
create index org_change_unit on org_change (unit, event);

-- What a unit became. people went directly from one to the other; 0 when only the units below went.
create table org_successor (
	event  bigint not null references org_event (id),
	old    bigint not null references org_unit (id),
	new    bigint not null references org_unit (id),
	people bigint not null default 0,
	primary key (event, old, new)
);
create index org_successor_old on org_successor (old);
create index org_successor_new on org_successor (new);

-- Where a unit sits although its papers go elsewhere (R022): a central unit in a ward.
create table org_area (
	unit       bigint not null references org_unit (id),
	area       bigint not null references org_unit (id),
	valid_from text   not null,
	valid_to   text,
	primary key (unit, valid_from)
);
create index org_area_area on org_area (area);

-- +goose Down
drop table org_area;
drop table org_successor;
drop table org_change;
drop table org_event_unit;
drop table org_event;
