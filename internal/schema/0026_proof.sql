-- owner: proof
-- +goose Up
-- One line for each sealed row, written in the transaction that seals it.
create table proof_line (
	id      bigint  primary key,
	n       bigint  unique,                    -- place in the log, from 0; null until the next head
	kind    text    not null,                  -- "report.send"
	subject bigint  not null,                  -- the row
	version integer not null,
	at      bigint  not null,
	salt    text    not null,                  -- 128 bits, hex: known to those who may read the row
	digest  text    not null                   -- hex SHA-256 of the salt and the row's text
);
create index proof_line_subject on proof_line (subject, kind, version);
create index proof_line_waiting on proof_line (id) where n is null;

-- Hashes of the tree (golang.org/x/mod/sumdb/tlog numbers them).
create table proof_hash (
	i    bigint primary key,
	hash text   not null                       -- base64
);

-- Signed heads, one for each size that was ever shown.
create table proof_head (
	size   bigint primary key,
	at     bigint not null,
	root   text   not null,                    -- base64
	signed text   not null                     -- checkpoint with the log's own signature
);

-- Other installations that sign our heads, and their signatures.
create table proof_witness (
	name     text   primary key,
	key      text   not null,
	url      text   not null default '',       -- '': asked by hand, nothing is sent
	added_at bigint not null,
	added_by bigint,
	told     text   not null default ''        -- what went wrong last
);
create table proof_cosignature (
	size    bigint not null references proof_head (size),
	witness text   not null,
	line    text   not null,
	at      bigint not null,
	primary key (size, witness)
);

-- Logs of other installations that we sign, with the last head signed.
create table proof_origin (
	name     text   primary key,
	key      text   not null,
	size     bigint not null default 0,
	root     text   not null default '',
	line     text   not null default '',       -- our signature of it: given again, never made again
	added_at bigint not null,
	added_by bigint
);

-- +goose Down
drop table proof_origin;
drop table proof_cosignature;
drop table proof_witness;
drop table proof_head;
drop table proof_hash;
drop table proof_line;
