-- owner: access
-- +goose Up

-- A post is a title at a unit that carries its role; who holds it changes, it stays.
create table access_post (
	id         bigint primary key,
	unit       bigint not null references org_unit (id),
	title      text   not null check (title <> ''),
	role       text   not null,
	created_at bigint not null,
	created_by bigint,
	ended_at   bigint
);
create index access_post_unit on access_post (unit);

create table access_grant (
	id         bigint primary key,
	account    bigint not null references account (id),
	role       text   not null,
	unit       bigint not null references org_unit (id), -- for its whole subtree
	valid_from text   not null,
	valid_to   text,                           -- last day; null is open
	kind       text   not null default 'own' check (kind in ('own', 'post', 'acting', 'delegated')),
	post       bigint references access_post (id),
	parent     bigint references access_grant (id), -- what a delegation is a part of
	covers     bigint not null default 0,      -- instant up to which moves of units below count
	created_at bigint not null,
	created_by bigint,
	revoked_at bigint,
	revoked_by bigint
);
create index access_grant_account on access_grant (account);
create index access_grant_unit on access_grant (unit);
create index access_grant_parent on access_grant (parent);
create index access_grant_post on access_grant (post);

-- What must stop at once: every replica looks here four times a second.
create table access_ended (
	id      bigint primary key,
	account bigint not null,
	via     bigint,          -- the device or API token that ended; null for all that the account does
	at      bigint not null
);
create index access_ended_at on access_ended (at);

-- +goose Down
drop table access_ended;
drop table access_grant;
drop table access_post;
