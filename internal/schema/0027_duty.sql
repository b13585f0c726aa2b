-- owner: duty
-- +goose Up
-- A periodic report that a unit orders from units below it (R104). A campaign's own report
-- needs no row here: its id is the campaign's.
create table duty (
	id          bigint primary key,
	unit        bigint not null references org_unit (id), -- who ordered it
	title       text   not null,
	period      text   not null check (period in ('month', 'quarter', 'half_year', 'year', 'half_term', 'term')),
	period_from text   not null,
	period_to   text   not null,                -- last day
	note        text   not null default '',
	created_at  bigint not null,
	created_by  bigint
);
create index duty_ordered on duty (unit, id);

create table duty_level (
	duty      bigint  not null references duty (id),
	level     text    not null references org_level (code),
	due_on    text    not null,                 -- last day on which it is in time
	grace     integer not null,                 -- days after that
	closing   integer not null,                 -- days after the grace until it is closed; 0 never
	due_at    bigint  not null,                 -- first instants, made of the three above
	grace_at  bigint  not null,
	freeze_at bigint  not null,                 -- 0 never
	primary key (duty, level)
);

-- Who owes it, as the tree stood when it was ordered, and the first complete sending, which
-- alone decides whether it was in time.
create table duty_unit (
	duty    bigint not null references duty (id),
	unit    bigint not null references org_unit (id),
	level   text   not null,
	sent_at bigint,
	sent_by bigint,
	primary key (duty, unit)
);
create index duty_unit_unit on duty_unit (unit, duty);

-- Grace and freeze of a campaign's report; without a row none of either.
create table duty_campaign (
	campaign bigint  primary key references campaign (id),
	grace    integer not null,
	closing  integer not null,
	at       bigint  not null,
	by       bigint
);

-- A unit asks that a frozen report be opened again, and what the level above says.
create table duty_reopen (
	id           bigint primary key,
	duty         bigint not null,               -- or a campaign
	unit         bigint not null references org_unit (id),
	why          text   not null,
	asked_at     bigint not null,
	asked_by     bigint,
	asked_name   text   not null,
	verdict      text   not null default '' check (verdict in ('', 'open', 'refused')),
	remark       text   not null default '',
	until        bigint not null default 0,     -- first instant at which it is frozen again
	decided_at   bigint,
	decided_by   bigint,
	decided_name text   not null default ''
);
create index duty_reopen_unit on duty_reopen (duty, unit, id);

-- +goose Down
drop table duty_reopen;
drop table duty_campaign;
drop table duty_unit;
drop table duty_level;
drop table duty;
