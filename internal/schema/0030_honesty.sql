-- owner: honesty
-- +goose Up
-- What the level above made of a lead, and what the unit said to it. A lead itself is computed
-- from the records; body is what it said when it was marked, as JSON: new numbers open it again.
create table honesty_lead (
	id        bigint  primary key,
	campaign  bigint  not null references campaign (id),
	unit      bigint  not null references org_unit (id),
	code      text    not null,               -- the check: full, ends, equal, …
	body      text    not null,
	state     text    not null check (state in ('seen', 'asked', 'settled')),
	note      text    not null default '',    -- what is asked, or what was found
	at        bigint  not null,
	by        bigint,
	by_name   text    not null,
	said      text    not null default '',    -- the unit's answer
	said_at   bigint  not null default 0,
	said_by   bigint,
	said_name text    not null default '',
	steps     integer not null default 0,     -- how often it was sealed
	unique (campaign, unit, code)
);

-- What a lead was at each step, as it was sealed: never written over.
create table honesty_step (
	lead bigint  not null,
	n    integer not null,
	body text    not null,
	primary key (lead, n)
);

-- What the records of a subtree say beside its figures, kept when its report is sent, so that
-- nobody counts a province's people to look at its communes. JSON.
create table honesty_fact (
	campaign bigint not null references campaign (id),
	unit     bigint not null references org_unit (id),
	at       bigint not null,
	body     text   not null,
	primary key (campaign, unit)
);

-- +goose Down
drop table honesty_fact;
drop table honesty_step;
drop table honesty_lead;
