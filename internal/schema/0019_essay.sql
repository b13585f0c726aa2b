-- owner: essay
-- +goose Up
-- What a part of a campaign's roster has to write. While a draft, everything may change.
create table essay_task (
	id         bigint  primary key,
	campaign   bigint  not null references campaign (id),
	unit       bigint  not null references org_unit (id), -- that set it; it binds the people below
	audience   bigint  references campaign_audience (id), -- null: every member
	kind       text    not null check (kind in ('essay', 'scenario')),
	title      text    not null,
	folded     text    not null,
	prompt     text    not null,               -- of an essay: the task; of a scenario: the case
	facts      text    not null default '',    -- local facts of a scenario
	state      text    not null check (state in ('draft', 'open', 'closed')),
	due_at     bigint  not null,
	min_syllables integer not null default 0,
	handwritten boolean not null default false, -- photographs of handwriting are taken
	grouped    boolean not null default false, -- people of one cell may write together
	invited_age integer not null default 0,    -- from this age in whole years one is invited, not obliged; 0 none
	pass       integer not null,               -- points, of the sum of the rubric
	bound      integer not null,               -- points by which two markers may differ
	second_rate integer not null default 500,  -- share read by a second marker, hundredths of a percent
	seed       text    not null,               -- decides who is read twice; never shown
	opened_at  bigint,
	released_at bigint,                        -- results are shown to members from then
	created_at bigint  not null,
	created_by bigint
);
create index essay_task_campaign on essay_task (campaign, id);

-- The questions of an essay, or the steps of a scenario. ord from 1.
create table essay_question (
	task       bigint  not null references essay_task (id),
	ord        integer not null,
	text       text    not null,
	contribution boolean not null default false, -- answers are proposals to the action programme (R086)
	primary key (task, ord)
);

-- Model answers to one question; shown to markers, to members once they are marked.
create table essay_model (
	task  bigint  not null references essay_task (id),
	ord   integer not null,                    -- of the question
	level text    not null check (level in ('good', 'fair', 'weak')),
	text  text    not null,
	primary key (task, ord, level)
);

create table essay_criterion (
	task   bigint  not null references essay_task (id),
	ord    integer not null,
	title  text    not null,
	points integer not null,                   -- most that can be had
	primary key (task, ord)
);

-- Facts of one unit's own ground that those below it find beside the case.
create table essay_local (
	task  bigint  not null references essay_task (id),
	unit  bigint  not null references org_unit (id),
	text  text    not null,
	at    bigint  not null,
	by    bigint,
	known boolean not null default false,       -- is nobody's copy any more: a reference has it
	primary key (task, unit)
);

-- People who are invited because of their age, found when the task opened, or since an upheld
-- contest said so (essay_mend).
create table essay_invited (
	task   bigint not null references essay_task (id),
	person bigint not null references person (id),
	primary key (task, person)
);

-- One essay: of a person, or of a group that the person writes down.
create table essay (
	id         bigint  primary key,
	task       bigint  not null references essay_task (id),
	campaign   bigint  not null references campaign (id),
	unit       bigint  not null references org_unit (id), -- of the author in the frozen roster
	lo         integer not null,               -- of the unit in the campaign's tree
	person     bigint  not null references person (id),
	state      text    not null check (state in ('writing', 'handed', 'returned', 'marked', 'deleted', 'apart')), -- apart: counts for nobody any more (essay_mend)
	version    bigint,                         -- id of the version handed in last, null before
	versions   integer not null default 0,
	due_at     bigint  not null default 0,     -- own due time after a return; 0: that of the task
	late       boolean not null default false, -- of the version handed in last
	handwritten boolean not null default false,
	second     boolean not null default false, -- read by a second marker
	disputed   boolean not null default false, -- the two differ too much: a third decides
	lead       boolean not null default false, -- passages like those of others wait for a talk
	points     integer,                        -- tenths, once marked
	passed     boolean,
	handed_at  bigint,
	marked_at  bigint,
	started_at bigint  not null,
	deleted_at bigint,
	deleted_why text   not null default ''
);
create index essay_place on essay (task, lo, id);
create index essay_person on essay (person, id);
create index essay_campaign on essay (campaign, id);

-- Whom an essay counts for; nobody is in two essays of a task.
create table essay_member (
	task   bigint  not null references essay_task (id),
	person bigint  not null references person (id),
	essay  bigint  not null references essay (id),
	ord    integer not null,
	must   boolean not null,                   -- obliged to write; otherwise invited
	primary key (task, person)
);
create index essay_member_essay on essay_member (essay, ord);

-- What is being written. serial counts what was kept; tab and step tell a repeated save
-- from one of another window.
create table essay_draft (
	essay    bigint  primary key references essay (id),
	serial   bigint  not null,
	tab      text    not null,
	step     bigint  not null,
	hidden   integer not null default 0,       -- letters dropped from files, since nobody could see them
	saved_at bigint  not null
);
create table essay_answer (
	essay bigint  not null references essay (id),
	ord   integer not null,                    -- of the question
	text  text    not null,
	primary key (essay, ord)
);

-- What was handed in: never changed, but for late, which an upheld contest may take back. body is the visible text exactly as shown (NFC, "\n").
create table essay_version (
	id         bigint  primary key,
	essay      bigint  not null references essay (id),
	n          integer not null,               -- 1, 2, …
	body       text    not null,
	syllables  integer not null,
	handwritten boolean not null,              -- has pages that are pictures, which are not checked for likeness
	hidden     integer not null default 0,     -- letters of files that nobody could see, dropped
	late       boolean not null,
	handed_at  bigint  not null,
	unique (essay, n)
);

-- Which part of a body answers which question, in code points: start..end.
create table essay_part (
	version  bigint  not null references essay_version (id),
	ord      integer not null,
	start_at integer not null,
	end_at   integer not null,
	primary key (version, ord)
);

create table essay_file (
	id      bigint  primary key,
	essay   bigint  not null references essay (id),
	ord     integer not null,
	role    text    not null check (role in ('text', 'page')), -- its text was taken, or it is a picture of writing
	name    text    not null,
	mime    text    not null,
	size    bigint  not null,
	sha256  text    not null,
	letters integer not null default 0,        -- taken from it
	hidden  integer not null default 0,        -- dropped
	removed boolean not null default false,    -- no longer part of the draft
	added_at bigint not null
);
create index essay_file_essay on essay_file (essay, ord);
create table essay_version_file (
	version bigint not null references essay_version (id),
	file    bigint not null references essay_file (id),
	primary key (version, file)
);

-- One marker's judgement of one version. nth 1 the first, 2 the second blind, 3 who decides,
-- from 4 on who marked a released result again.
create table essay_mark (
	id       bigint  primary key,
	essay    bigint  not null references essay (id),
	version  bigint  not null references essay_version (id),
	nth      integer not null,
	account  bigint,
	person   bigint,
	name     text    not null,
	points   integer not null,                 -- tenths
	remark   text    not null default '',
	at       bigint  not null,
	unique (version, nth)
);
create index essay_mark_essay on essay_mark (essay);
create table essay_score (
	mark   bigint  not null references essay_mark (id),
	ord    integer not null,                   -- of the criterion
	points integer not null,                   -- tenths
	primary key (mark, ord)
);

-- A remark on start..end (code points of the version's body); quote finds the place again in the next version.
create table essay_comment (
	id       bigint  primary key,
	essay    bigint  not null references essay (id),
	version  bigint  not null references essay_version (id),
	account  bigint,
	name     text    not null,
	start_at integer not null,
	end_at   integer not null,
	quote    text    not null,
	text     text    not null,
	at       bigint  not null,
	removed  boolean not null default false
);
create index essay_comment_essay on essay_comment (essay, id);

create table essay_return (
	id      bigint primary key,
	essay   bigint not null references essay (id),
	version bigint not null references essay_version (id),
	reason  text   not null,
	due_at  bigint not null,
	name    text   not null,
	by      bigint,
	at      bigint not null
);
create index essay_return_essay on essay_return (essay, id);

-- The author's word on the result, and what was answered.
create table essay_reply (
	id       bigint primary key,
	essay    bigint not null references essay (id),
	text     text   not null,
	at       bigint not null,
	answer   text   not null default '',
	answered_at bigint,
	answered_by bigint,
	answerer text   not null default ''
);
create index essay_reply_essay on essay_reply (essay, id);

-- Proposals picked for the action programme.
create table essay_pick (
	version bigint  not null references essay_version (id),
	ord     integer not null,                  -- of the question
	essay   bigint  not null references essay (id),
	task    bigint  not null references essay_task (id),
	note    text    not null default '',
	at      bigint  not null,
	by      bigint,
	primary key (version, ord)
);
create index essay_pick_task on essay_pick (task);

-- How a person is counted, put right because the level above upheld a contest.
create table essay_mend (
	id      bigint  primary key,
	contest bigint  not null,
	task    bigint  not null references essay_task (id),
	person  bigint  not null references person (id),
	unit    bigint  not null references org_unit (id), -- of the person in the frozen roster
	lo      integer not null,
	what    text    not null check (what in ('must', 'late', 'paper', 'apart')), -- is invited, not obliged; came in time; was handed in on paper; did not hand it in
	essay   bigint  not null default 0,        -- that no longer counts for the person, of apart
	handed  bigint  not null default 0,        -- when it was handed in on paper
	why     text    not null,
	by      bigint,
	name    text    not null,
	at      bigint  not null,
	salt    text    not null,                  -- keeps the sealed text from being guessed
	unique (contest, task)
);

-- Totals of exactly one unit, in persons; counted anew for the unit with every change in it.
create table essay_tally (
	task     bigint  not null references essay_task (id),
	unit     bigint  not null,
	lo       integer not null,
	must     integer not null default 0,
	invited  integer not null default 0,
	handed   integer not null default 0,       -- of those who must
	came     integer not null default 0,       -- of the invited, handed in
	late     integer not null default 0,       -- of handed and came
	returned integer not null default 0,
	passed   integer not null default 0,
	failed   integer not null default 0,
	leads    integer not null default 0,
	pages    integer not null default 0,       -- handwritten, not checked for likeness
	primary key (task, unit)
);
create unique index essay_tally_lo on essay_tally (task, lo);

-- +goose Down
drop table essay_tally;
drop table essay_mend;
drop table essay_pick;
drop table essay_reply;
drop table essay_return;
drop table essay_comment;
drop table essay_score;
drop table essay_mark;
drop table essay_version_file;
drop table essay_file;
drop table essay_part;
drop table essay_version;
drop table essay_answer;
drop table essay_draft;
drop table essay_member;
drop table essay;
drop table essay_invited;
drop table essay_local;
drop table essay_criterion;
drop table essay_model;
drop table essay_question;
drop table essay_task;
