-- owner: account
-- +goose Up
create table account_totp (
	account    bigint primary key references account (id),
	secret     bytea  not null,               -- sealed
	step       bigint not null,               -- the last one used; none before it is taken again
	created_at bigint not null
);

create table account_passkey (
	id         bigint primary key,
	credential text   not null unique,        -- its id, base64url
	account    bigint not null references account (id),
	name       text   not null,
	record     bytea  not null,               -- public key, counter, flags; sealed
	created_at bigint not null,
	used_at    bigint
);
create index account_passkey_account on account_passkey (account);

-- Codes on paper that stand in for a lost phone, each once.
create table account_recovery (
	account bigint not null references account (id),
	hash    text   not null,
	used_at bigint,
	primary key (account, hash)
);

-- Challenges that were answered: nothing is answered twice.
create table account_spent (
	hash       text   primary key,
	expires_at bigint not null
);

-- Taking away the second step of somebody who lost it: one asks, another confirms.
create table account_reset (
	id         bigint primary key,
	account    bigint not null references account (id),
	why        text   not null,
	asked_at   bigint not null,
	asked_by   bigint not null,
	ended_at   bigint,
	ended_by   bigint,
	done       boolean not null default false -- confirmed, not withdrawn
);
create index account_reset_account on account_reset (account);

-- One-time slips on paper, for members without a phone of their own or e-mail.
create table account_slip (
	id         bigint primary key,
	batch      bigint not null,               -- of one printing
	hash       text   not null unique,
	account    bigint not null references account (id),
	person     bigint not null references person (id),
	unit       bigint not null references org_unit (id),
	created_at bigint not null,
	created_by bigint not null,
	expires_at bigint not null,
	used_at    bigint,
	revoked_at bigint,
	unique (batch, account)
);
create index account_slip_account on account_slip (account);
create index account_slip_person on account_slip (person);

-- Who an account is at an outside provider of identities.
create table account_outside (
	issuer    text   not null,
	subject   text   not null,
	account   bigint not null references account (id),
	name      text   not null default '',     -- as the provider shows it
	linked_at bigint not null,
	used_at   bigint,
	primary key (issuer, subject)
);
create index account_outside_account on account_outside (account);

-- +goose Down
drop table account_outside;
drop table account_slip;
drop table account_reset;
drop table account_spent;
drop table account_recovery;
drop table account_passkey;
drop table account_totp;
