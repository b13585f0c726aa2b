-- owner: audit
-- +goose Up
create table audit_entry (
	id      bigint primary key,
	at      bigint not null,
	account bigint,
	who     text   not null,                   -- name as it was
	action  text   not null,                   -- "report.accept"
	subject bigint,                            -- row acted on
	unit    bigint,                            -- whose business it is, for scope
	detail  text   not null default '',        -- what changed, JSON, never a secret
	why     text   not null default ''
);
create index audit_entry_subject on audit_entry (subject);
create index audit_entry_unit on audit_entry (unit, id);

-- +goose Down
drop table audit_entry;
