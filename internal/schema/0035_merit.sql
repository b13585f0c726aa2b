-- owner: merit
-- +goose Up
-- A proposal after a campaign to commend or to criticise a unit, or a person of it (R132, R133).
create table merit (
	id            bigint  primary key,
	campaign      bigint  not null references campaign (id),
	unit          bigint  not null references org_unit (id), -- concerned, or whose roster the person was in
	lo            integer not null,              -- of the unit in the campaign's tree
	person        bigint  references person (id), -- null: the unit itself
	kind          text    not null check (kind in ('commend', 'criticise')),
	what          text    not null,              -- for what, in a sentence or two
	decider       bigint  not null references org_unit (id), -- the level above; the owner itself at the top
	state         text    not null check (state in ('open', 'answered', 'upheld', 'declined', 'withdrawn')),
	at            bigint  not null,
	by            bigint,
	by_name       text    not null,
	until         bigint  not null,              -- instant up to which a criticism waits for the answer
	answer        text    not null default '',
	answered_at   bigint  not null default 0,
	answered_by   bigint,
	answered_name text    not null default '',
	reason        text    not null default '',   -- of the decision, or why it was withdrawn
	decided_at    bigint  not null default 0,
	decided_by    bigint,
	decided_name  text    not null default '',
	salt          text    not null default ''    -- keeps the sealed text of a person's from being guessed
);
create index merit_place on merit (campaign, lo, id);
create index merit_person on merit (person) where person is not null;
create index merit_unit on merit (unit);

-- What it rests on; as it was when it was proposed.
create table merit_evidence (
	merit bigint  not null references merit (id),
	ord   integer not null,
	code  text    not null,                      -- of what the records say; 'said': written by the officer
	text  text    not null,
	href  text    not null default '',           -- page of the figure, inside this program
	primary key (merit, ord)
);

-- +goose Down
drop table merit_evidence;
drop table merit;
