-- owner: essay
-- +goose Up
-- What the essays of a campaign may quote freely. The text of a row never changes.
create table likeness_reference (
	id           bigint  primary key,
	campaign     bigint  not null references campaign (id),
	category     integer not null check (category between 1 and 5), -- as textreuse.Category
	name         text    not null,
	body         text    not null,
	task         bigint  references essay_task (id), -- whose question it is
	base         boolean not null,              -- known before the first essay was compared
	looked       boolean not null default false, -- essays that it touches were found
	why          text    not null default '',
	created_at   bigint  not null,
	created_by   bigint,
	withdrawn_at bigint,
	withdrawn_by bigint
);
create index likeness_reference_campaign on likeness_reference (campaign);

-- What an essay has in common with the others of its campaign.
create table likeness_essay (
	essay       bigint  primary key references essay (id),
	campaign    bigint  not null references campaign (id),
	unit        bigint  not null references org_unit (id),
	version     bigint  not null references essay_version (id), -- of the text compared
	seq         bigint,                         -- order of comparing; null waits
	again       boolean not null default false, -- others or the references changed: compare again
	letters     bytea,                          -- textreuse.Essay: as private as the text
	print       bytea,                          -- textreuse.Print, keyed by the installation
	own         integer not null default 0,     -- syllables
	copied      integer not null default 0,     -- of the own ones, inside passages
	exempt      integer not null default 0,
	longest     integer not null default 0,
	sources     integer not null default 0,
	share       integer not null default 0,     -- copied ÷ own, hundredths of a percent
	flags       integer not null default 0,     -- signs of integrity, all kinds together
	engine      text    not null default '',
	compared_at bigint,
	state       text    not null default '' check (state in ('', 'lead', 'asked', 'answered', 'explained', 'proposed', 'upheld'))
);
create index likeness_essay_waits on likeness_essay (essay) where seq is null or again;
create index likeness_essay_seq on likeness_essay (campaign, seq);
create index likeness_essay_share on likeness_essay (campaign, share, essay);

-- Stretches of own letters [starts, ends) of essay that answer those of source.
create table likeness_passage (
	essay         bigint  not null references essay (id),
	source        bigint  not null references essay (id),
	ord           integer not null,
	starts        integer not null,
	ends          integer not null,
	source_starts integer not null,
	source_ends   integer not null,
	also          integer not null,
	hidden        boolean not null,
	primary key (essay, source, ord)
);
create index likeness_passage_source on likeness_passage (source);

-- Essays that are nearly the same.
create table likeness_link (
	a bigint not null references essay (id),
	b bigint not null references essay (id),
	primary key (a, b)
);
create index likeness_link_b on likeness_link (b);

-- Prints that are no longer true, until the segments are written anew.
create table likeness_gone (
	id       bigint primary key,
	campaign bigint not null references campaign (id),
	seq      bigint not null,
	essay    bigint not null,
	print    bytea  not null
);
create index likeness_gone_seq on likeness_gone (campaign, seq);

-- The sealed index of a campaign as it was after seq; rebuilt from the prints when missing.
create table likeness_segment (
	campaign bigint  not null references campaign (id),
	seq      bigint  not null,
	ord      integer not null,
	piece    integer not null,
	body     bytea   not null,
	primary key (campaign, seq, ord, piece)
);
create table likeness_saved (
	campaign bigint primary key references campaign (id),
	seq      bigint not null                   -- of the segments that are whole
);

-- Which replica compares a campaign's essays at the moment, so that no two do the same work.
create table likeness_turn (
	campaign bigint primary key references campaign (id),
	holder   bigint not null,                  -- made when a replica starts
	until    bigint not null                   -- after it another may take over
);

-- A passage that several essays share, for deciding once.
create table likeness_shared (
	id        bigint  primary key,
	campaign  bigint  not null references campaign (id),
	essay     bigint  not null references essay (id), -- the earliest, from which the text is shown
	starts    integer not null,
	ends      integer not null,
	syllables integer not null,
	essays    integer not null,
	units     integer not null,
	body      text    not null
);
create index likeness_shared_campaign on likeness_shared (campaign, essays, id);

create table likeness_member (
	shared bigint not null references likeness_shared (id),
	essay  bigint not null references essay (id),
	primary key (shared, essay)
);
create index likeness_member_essay on likeness_member (essay);

create table likeness_decision (
	id        bigint  primary key,
	campaign  bigint  not null references campaign (id),
	kind      text    not null check (kind in ('common', 'copied', 'apart')),
	body      text    not null,               -- the passage decided on
	folded    text    not null,               -- its letters: the same passage is the same decision
	essays    integer not null,
	reference bigint  references likeness_reference (id),
	note      text    not null default '',
	at        bigint  not null,
	by        bigint,
	undone_at bigint
);
create index likeness_decision_campaign on likeness_decision (campaign);

-- Whom a decision marked, so that taking it back takes back its own marks alone.
create table likeness_marked (
	decision bigint not null references likeness_decision (id),
	essay    bigint not null references essay (id),
	primary key (decision, essay)
);
create index likeness_marked_essay on likeness_marked (essay);

-- The talk about an essay. Nothing here changes its mark.
create table likeness_note (
	id    bigint primary key,
	essay bigint not null references essay (id),
	kind  text   not null check (kind in ('lead', 'ask', 'reply', 'explain', 'propose', 'uphold', 'reopen')),
	body  text   not null,
	who   text   not null,
	at    bigint not null,
	by    bigint
);
create index likeness_note_essay on likeness_note (essay);

-- Who may see whose name: asked for with a reason, and logged.
create table likeness_unveiled (
	account bigint not null references account (id),
	essay   bigint not null references essay (id),
	why     text   not null,
	at      bigint not null,
	primary key (account, essay)
);

create table likeness_check (
	person bigint  not null references person (id),
	day    text    not null,
	n      integer not null,
	primary key (person, day)
);

-- +goose Down
drop table likeness_check;
drop table likeness_unveiled;
drop table likeness_note;
drop table likeness_marked;
drop table likeness_decision;
drop table likeness_member;
drop table likeness_shared;
drop table likeness_turn;
drop table likeness_saved;
drop table likeness_segment;
drop table likeness_gone;
drop table likeness_link;
drop table likeness_passage;
drop table likeness_essay;
drop table likeness_reference;
