-- owner: access
-- +goose Up
create table access_grant (
	id         bigint primary key,
	account    bigint not null references account (id),
	role       text   not null,
	unit       bigint not null references org_unit (id), -- for its whole subtree
	valid_from text   not null,
	valid_to   text,                           -- last day; null is open
	created_at bigint not null,
	created_by bigint,
	revoked_at bigint,
	revoked_by bigint
);
create index access_grant_account on access_grant (account);

-- +goose Down
drop table access_grant;
