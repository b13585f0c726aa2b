-- owner: report
-- +goose Up
create table report (
	id            bigint  primary key,
	campaign      bigint  not null references campaign (id),
	unit          bigint  not null references org_unit (id),
	state         text    not null check (state in ('draft', 'sent', 'returned', 'accepted')),
	version       integer not null default 0,  -- grows with every sending
	number        text    not null default '',
	issued_on     text    not null default '',
	authority     text    not null default '',
	position      text    not null default '',
	signer        text    not null default '',
	recipients    text    not null default '',
	verified      boolean not null default false, -- parts add up; set when sent
	first_sent_at bigint,                      -- decides whether it was in time
	sent_at       bigint,
	sent_by       bigint,
	decided_at    bigint,
	decided_by    bigint,
	remark        text    not null default '',
	reopened      boolean not null default false, -- may be changed although it was closed, until it is closed again
	closings      integer not null default 0,  -- how often it was closed: accepted, or sent by the owner
	amendments    integer not null default 0,  -- closings after the first one: versions after sealing
	roster        text    not null default '', -- SHA-256 of the frozen roster of the subtree when it was sent
	program       text    not null default '', -- version of the program that computed it
	created_at    bigint  not null,
	created_by    bigint,
	unique (campaign, unit)
);
create index report_amended on report (campaign) where amendments > 0;

-- What the unit says of a figure, and every figure frozen when the report is sent. What records
-- say is never typed over: the unit's own number stands beside it.
create table report_figure (
	id       bigint primary key,
	report   bigint not null references report (id),
	document bigint references document (id),  -- null: not per document
	code     text   not null,
	computed bigint,                           -- from records; null: declared only
	value    bigint not null,
	marker   text   not null default '',
	reason   text   not null default '',       -- what the declared number rests on
	kept     text   not null default '',       -- why it stays although its parts add up to something else
	declared bigint,                           -- the unit's own number beside a computed one
	declared_marker text not null default '',  -- hơn, gần, khoảng: it is not exact
	def      integer not null default 0,       -- version of the definition; 0: declared
	grades   text   not null default '',       -- "e1,e2,e3,e4,e5" of those counted, where known
	at       bigint not null,
	by       bigint,
	by_name  text   not null default ''
);
create unique index report_figure_code on report_figure (report, code, coalesce(document, 0));

-- What the records said of a unit and those directly below it when the report was sent, so
-- that its appendix never changes: one document each, as JSON.
create table report_study (
	report   bigint  not null references report (id),
	document bigint  not null references document (id),
	ord      integer not null,
	body     text    not null,
	primary key (report, document)
);

create table report_text (
	report  bigint not null references report (id),
	section text   not null,                   -- leading, forms, strengths, shortcomings, causes, lessons, proposals (R103)
	body    text   not null,
	primary key (report, section)
);

create table report_event (
	id      bigint primary key,
	report  bigint not null references report (id),
	at      bigint not null,
	by      bigint,
	by_name text   not null,
	action  text   not null,                   -- send, return, accept, amend, ask, reopen, refuse
	remark  text   not null default ''
);
create index report_event_report on report_event (report);

-- What was sealed and stands in no other table any more: the text of a version that was
-- returned, and of the return once the next version was sent.
create table report_seal (
	report  bigint  not null references report (id),
	version integer not null,
	kind    text    not null,                  -- report.send, report.return
	body    text    not null,
	primary key (report, version, kind)
);

-- What each sending after the first changed, and why: never written over.
create table report_version (
	id      bigint  primary key,
	report  bigint  not null references report (id),
	version integer not null,
	kind    text    not null check (kind in ('again', 'amend')), -- after a return, after it was closed
	why     text    not null default '',
	diff    text    not null,                  -- what was and what is, as JSON
	at      bigint  not null,
	by      bigint,
	by_name text    not null,
	unique (report, version)
);

-- A remark of the level above on one figure or section of a version; unsent while it is only noted.
create table report_remark (
	id       bigint  primary key,
	report   bigint  not null references report (id),
	version  integer not null,
	figure   text    not null default '',
	document bigint,
	section  text    not null default '',
	body     text    not null,
	sent     boolean not null default false,
	at       bigint  not null,
	by       bigint,
	by_name  text    not null
);
create index report_remark_report on report_remark (report, version);

-- What the unit answers to a question about its figures; the question stands as it was asked.
create table report_answer (
	report   bigint not null references report (id),
	code     text   not null,
	figure   text   not null default '',
	document bigint not null default 0,
	asked    text   not null,
	body     text   not null,
	at       bigint not null,
	by       bigint,
	by_name  text   not null,
	primary key (report, code, figure, document)
);

-- The unit asks the level above to open a closed report again; who decides is not who asked.
create table report_reopen (
	id       bigint  primary key,
	report   bigint  not null references report (id),
	version  integer not null,
	why      text    not null,
	at       bigint  not null,
	by       bigint,
	by_name  text    not null,
	state    text    not null default 'asked' check (state in ('asked', 'granted', 'refused')),
	decided_at bigint,
	decided_by bigint,
	decided_name text not null default '',
	remark   text    not null default ''
);
create index report_reopen_report on report_reopen (report);
create index report_reopen_asked on report_reopen (at) where state = 'asked';

-- +goose Down
drop table report_reopen;
drop table report_answer;
drop table report_remark;
drop table report_version;
drop table report_seal;
drop table report_event;
drop table report_text;
drop table report_study;
drop table report_figure;
drop table report;
