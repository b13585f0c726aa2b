-- owner: plan
-- +goose Up
create table plan (
	id         bigint primary key,
	campaign   bigint not null references campaign (id),
	unit       bigint not null references org_unit (id),
	number     text   not null default '',
	issued_on  text   not null default '',
	abstract   text   not null default '',     -- under the word KẾ HOẠCH
	state      text   not null check (state in ('draft', 'sent')),
	authority  text   not null default '',     -- "T/M BAN THƯỜNG VỤ"
	position   text   not null default '',
	signer     text   not null default '',
	recipients text   not null default '',     -- one a line
	sent_at    bigint,
	sent_by    bigint,
	document   bigint references document (id), -- under which the register keeps it
	changed_at bigint not null default 0,      -- Unix ms; a form knows by it that nobody wrote meanwhile
	created_at bigint not null,
	created_by bigint,
	unique (campaign, unit)
);

create table plan_section (
	plan bigint not null references plan (id),
	code text   not null,                      -- basis, purpose, content, outreach, programme, assurance, organisation (R008, R016)
	body text   not null,
	primary key (plan, code)
);

-- One class or conference the plan foresees for an audience (R002).
create table plan_line (
	plan     bigint  not null references plan (id),
	ord      integer not null,
	audience bigint  not null references campaign_audience (id),
	level    text    not null references org_level (code), -- at which the audience is taught
	mode     text    not null,
	held_on  text    not null default '',
	due_on   text    not null default '',      -- last day, included
	place    text    not null default '',
	speaker  text    not null default '',
	primary key (plan, ord)
);

create table plan_assignment (
	plan     bigint  not null references plan (id),
	ord      integer not null,
	name     text    not null,                 -- a named person (R004, R015)
	position text    not null default '',
	work     text    not null,
	due_on   text    not null default '',
	primary key (plan, ord)
);

-- +goose Down
drop table plan_assignment;
drop table plan_line;
drop table plan_section;
drop table plan;
