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
	also    bigint,                            -- a second one: what was moved away from it
	detail  text   not null default '',        -- what changed, JSON, never a secret
	why     text   not null default ''
);
create index audit_entry_subject on audit_entry (subject);
create index audit_entry_unit on audit_entry (unit, id);

-- Who read personal data of others: one person, or a list of a unit and those below it.
create table audit_look (
	id      bigint primary key,
	at      bigint not null,
	account bigint not null,
	who     text   not null,                   -- name as it was
	purpose text   not null,                   -- "person.page"
	person  bigint,                            -- null: a list
	unit    bigint not null,                   -- of the person, or of the list
	named   boolean not null default false,    -- its people are in audit_looked; false: all of the unit
	n       bigint not null default 1,         -- how many
	why     text   not null default ''
);
create index audit_look_person on audit_look (person, id);
create index audit_look_unit on audit_look (unit, id);
create index audit_look_all on audit_look (unit, at) where person is null and not named; -- few

-- Who was on a list that was read: found by the person, whatever became of the unit.
create table audit_looked (
	person bigint not null,
	look   bigint not null references audit_look (id),
	primary key (person, look)
) /* clustered */;

-- +goose Down
drop table audit_looked;
drop table audit_look;
drop table audit_entry;
