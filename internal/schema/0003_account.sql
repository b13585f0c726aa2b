-- owner: account
-- +goose Up
create table account (
	id          bigint  primary key,
	login       text    not null unique,      -- folded, lower case
	name        text    not null,
	folded      text    not null default '',  -- name and login, for search
	name_key    text    not null default '',  -- Vietnamese order
	person      bigint  unique references person (id),
	password    text,                         -- argon2id in PHC form; null until set
	lang        text    not null default 'vi',
	disabled_at bigint,
	created_at  bigint  not null,
	created_by  bigint
);

create index account_name on account (name_key, id);

-- Browsers in which an account signed in; one browser keeps one secret for all its accounts.
create table account_device (
	id         bigint  primary key,
	hash       text    not null,              -- SHA-256 of the cookie
	account    bigint  not null references account (id),
	name       text    not null default '',   -- as its owner calls it
	agent      text    not null default '',
	kept       boolean not null,              -- stays signed in, or is not asked for the second step
	strong     boolean not null,              -- the second step was proven here
	created_at bigint  not null,
	seen_at    bigint  not null,
	expires_at bigint  not null,
	revoked_at bigint,
	unique (hash, account)
);
create index account_device_account on account_device (account);

create table account_session (
	id         bigint  primary key,
	hash       text    not null unique,       -- SHA-256 of the cookie
	account    bigint  not null references account (id),
	device     bigint  references account_device (id),
	strong     boolean not null default false, -- a passkey or the second step was proven
	created_at bigint  not null,
	seen_at    bigint  not null,
	expires_at bigint  not null,
	agent      text    not null default ''
);
create index account_session_account on account_session (account);
create index account_session_device on account_session (device);

create table account_token (
	id         bigint primary key,
	hash       text   not null unique,
	account    bigint not null references account (id),
	name       text   not null,
	created_at bigint not null,
	expires_at bigint not null,
	used_at    bigint,
	revoked_at bigint
);
create index account_token_account on account_token (account);

-- Links that sign somebody in: the first administrator's set-up and the demo's doors.
create table account_link (
	hash       text    primary key,
	account    bigint  references account (id), -- null: makes the first administrator
	purpose    text    not null check (purpose in ('setup', 'signin')),
	expires_at bigint  not null,
	reusable   boolean not null default false,
	used_at    bigint
);
create index account_link_account on account_link (account);

-- +goose Down
drop table account_link;
drop table account_token;
drop table account_session;
drop table account_device;
drop table account;
