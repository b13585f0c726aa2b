-- owner: recheck
-- +goose Up
-- A back-check of a sealed report: a secret and the lists are committed to, a later head of the log
-- decides who is asked, and the secret is shown when it is over. One for each version of a report.
create table recheck_draw (
	id           bigint  primary key,
	campaign     bigint  not null references campaign (id),
	unit         bigint  not null references org_unit (id), -- whose report
	report       bigint  not null references report (id),
	version      integer not null,             -- of the report
	asker        bigint  not null,             -- unit that asks: the one above; the owner itself at the top
	state        text    not null check (state in ('begun', 'committed', 'drawn', 'closed')), -- begun: its lists are being written, nobody sees it
	secret       bytea   not null,             -- sealed until the end
	hash         text    not null,             -- hex SHA-256 of the secret
	committed_at bigint  not null,
	witnesses    text    not null default '',  -- public keys of those whose signatures decide with the head, by spaces
	size         bigint  not null default 0,   -- of the head that decides; 0 until the report is closed under one
	root         text    not null default '',  -- base64
	fixed        boolean not null default false, -- what the witnesses signed, or did not, is settled
	cosigned     text    not null default '',  -- a line for each witness, as sealed
	drawn_at     bigint  not null default 0,
	closes_at    bigint  not null default 0,   -- answers count until then
	closed_at    bigint  not null default 0,
	shown        text    not null default '',  -- the secret, hex, once it is over
	unique (campaign, unit, version)
);
create index recheck_draw_state on recheck_draw (state) where state <> 'closed';
create index recheck_draw_ripe on recheck_draw (id) where state = 'committed' and size > 0;
create index recheck_draw_report on recheck_draw (report, version);

-- The people of a unit directly below, or of the unit itself, as the report counted them.
create table recheck_stratum (
	draw    bigint  not null references recheck_draw (id),
	unit    bigint  not null,
	ord     integer not null,
	lo      integer not null,
	hi      integer not null,
	weight  integer not null,                  -- 1 is plain, 0 rests unless the lot falls on it, more is flagged
	studied integer not null,                  -- how many the list counts as having studied
	missed  integer not null,                  -- and how many it does not
	ask     integer not null,                  -- how many of the first are asked
	ask_missed integer not null,               -- and of the second
	salt    text    not null,                  -- of the hash
	list    text    not null,                  -- people in order, each as the distance from the one before, "+" before those who studied
	hash    text    not null,                  -- hex SHA-256 of salt and list
	primary key (draw, unit)
);
create index recheck_stratum_unit on recheck_stratum (unit);

-- Who was drawn, and what they said. Never shown to the unit or anybody below the asker.
create table recheck_person (
	draw     bigint  not null references recheck_draw (id),
	campaign bigint  not null,
	unit     bigint  not null,                 -- of the person, in the campaign's tree
	person   bigint  not null,
	lo       integer not null,                 -- of the unit
	stratum  bigint  not null,                 -- unit directly below the reporting one
	place    integer not null,                 -- in the list of the stratum, from 0
	counted  boolean not null,                 -- the report counts the person as having studied
	document bigint,                           -- what is asked about
	record   bigint,                           -- attendance record that counts
	asked_at  bigint not null,
	closed_at bigint not null,                 -- when the asking ends, or when the answer was whole
	answer   text    not null default '' check (answer in ('', 'confirmed', 'denied', 'skipped')), -- '': still open
	there    text    not null default '',      -- yes, no, unsure
	form     text    not null default '',      -- form of study, or none
	heard    text    not null default '',      -- yes, partly, no
	salt     text    not null,                 -- keeps the sealed answer from being guessed
	primary key (draw, person)
);
create index recheck_person_person on recheck_person (person);
create index recheck_person_campaign on recheck_person (campaign, lo, person, draw, answer, counted); -- has all that confirmed ÷ asked needs

-- +goose Down
drop table recheck_person;
drop table recheck_stratum;
drop table recheck_draw;
