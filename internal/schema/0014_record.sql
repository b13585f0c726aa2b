-- owner: person
-- +goose Up

-- The folded words of names: who bears a rare one is found without looking at others. No
-- foreign key: it would be looked for from the person, and the key begins with the word.
create table person_word (
	word   text   not null,
	person bigint not null,
	primary key (word, person)
) /* clustered */;

-- What is sealed (kit/seal) and only opened for a reason; who has neither has no row.
create table person_secret (
	person   bigint primary key references person (id),
	sealed   bytea  not null,                 -- identity number and phone number
	identity bigint,                          -- keyed hashes, to be found by
	phone    bigint
);
create index person_secret_identity on person_secret (identity) where identity is not null;
create index person_secret_phone on person_secret (phone) where phone is not null;

-- What the level above concluded on an exemption that came after a roster was frozen.
create table person_late (
	exemption  bigint not null references person_exemption (id),
	campaign   bigint not null references campaign (id),
	accepted   boolean not null,
	why        text   not null,
	created_at bigint not null,
	created_by bigint,
	by_name    text   not null,
	primary key (exemption, campaign)
) /* clustered */;

-- +goose Down
drop table person_late;
drop table person_secret;
drop table person_word;
