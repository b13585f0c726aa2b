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
	created_at    bigint  not null,
	created_by    bigint,
	unique (campaign, unit)
);

-- A figure the unit changed or declared, and every figure frozen when the report is sent.
create table report_figure (
	id       bigint primary key,
	report   bigint not null references report (id),
	document bigint references document (id),  -- null: not per document
	code     text   not null,
	computed bigint,                           -- from records; null: declared only
	value    bigint not null,
	marker   text   not null default '',
	reason   text   not null default '',       -- why it differs from computed, or what a declared one rests on
	kept     text   not null default '',       -- why it stays although its parts add up to something else
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
	section text   not null,                   -- leading, forms, strengths, shortcomings, lessons, proposals (R103)
	body    text   not null,
	primary key (report, section)
);

create table report_event (
	id      bigint primary key,
	report  bigint not null references report (id),
	at      bigint not null,
	by      bigint,
	by_name text   not null,
	action  text   not null,                   -- send, return, accept, reopen
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

-- +goose Down
drop table report_seal;
drop table report_event;
drop table report_text;
drop table report_study;
drop table report_figure;
drop table report;
