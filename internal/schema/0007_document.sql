-- owner: document
-- +goose Up
create table document (
	id          bigint primary key,
	unit        bigint not null references org_unit (id), -- keeps it in its register
	kind        text   not null,
	number      text   not null default '',    -- "117-KH/TU" whole, as cited
	issuer      bigint references org_unit (id), -- when the issuer is in the tree
	issuer_name text   not null,
	issued_on   text   not null,
	title       text   not null,               -- trích yếu
	secrecy     text   not null default '' check (secrecy in ('', 'mat', 'toi_mat', 'tuyet_mat')),
	kept_at     text   not null default '',    -- where a secret one may be read
	sample      boolean not null default false, -- invented for the demo
	folded      text   not null,
	created_at  bigint not null,
	created_by  bigint
);
-- The same paper may stand in the registers of units that do not see each other.
create unique index document_number on document (unit, number, issued_on, issuer_name) where number <> '';
create index document_known on document (number, issued_on);
create index document_issued on document (issued_on, id);

create table document_link (
	document bigint not null references document (id),
	target   bigint not null references document (id), -- what it implements
	primary key (document, target),
	check (document <> target)
);
create index document_link_target on document_link (target, document); -- covering: the chain never reads the table

-- What a document contains in numbers: groups of tasks, conferences held, surveys made (R112–R118).
create table document_part (
	document bigint  not null references document (id),
	ord      integer not null,
	kind     text    not null,                 -- task_general, task_year, task_roadmap, task_waiting, task_group, survey, meeting
	title    text    not null,
	amount   bigint  not null,
	marker   text    not null default '',      -- "hơn", "gần": the source was not exact
	primary key (document, ord)
);

create table document_file (
	id         bigint primary key,
	document   bigint not null references document (id),
	name       text   not null,
	mime       text   not null,
	size       bigint not null,
	sha256     text   not null,
	created_at bigint not null,
	created_by bigint
);
create index document_file_document on document_file (document);
create index document_file_sha256 on document_file (sha256);

-- +goose Down
drop table document_file;
drop table document_part;
drop table document_link;
drop table document;
