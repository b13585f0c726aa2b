-- owner: narrative
-- +goose Up
-- A passage taken from a paper below, the report on a campaign or the review of a period, into one's own;
-- "[T1]" stands for it in the text. Never changed. Of which of the two the ids are, say the tables report and review.
create table narrative_quote (
	id       bigint  primary key,
	report   bigint  not null,                         -- report or review that took it
	n        integer not null,                         -- the 1 of [T1]
	section  text    not null,                         -- where it was put
	own      boolean not null,                         -- told in own words
	source   bigint  not null,                         -- report or review whose text it was
	version  integer not null,                         -- sending of the source
	part     text    not null,                         -- section of the source
	place    text    not null,                         -- paragraph, or paragraph.sentence
	body     text    not null,                         -- the words of the source, without its own marks
	origin   bigint  references narrative_quote (id),  -- what the source itself had quoted there
	at       bigint  not null,
	by       bigint,
	by_name  text    not null,
	unique (report, n)
);
create index narrative_quote_source on narrative_quote (source);

-- Which sending of a report or review was compared with last time's and the neighbours', in syllables.
create table narrative_compared (
	report   bigint  primary key,
	version  integer not null,
	own      integer not null,                         -- without what was quoted and set phrases
	before   integer not null,                         -- of them also in last time's
	beside   integer not null,                         -- of them also in a neighbour's that was sent earlier
	at       bigint  not null
);

-- Sentences of that sending that stand nearly the same elsewhere: each is a question, not a verdict.
create table narrative_alike (
	report  bigint  not null,
	ord     integer not null,
	section text    not null,
	place   text    not null,                          -- paragraph.sentence
	kind    text    not null check (kind in ('before', 'beside')),
	source  bigint  not null,
	version integer not null,                          -- sending of the source
	share   integer not null,                          -- hundredths of a percent of the sentence's syllables
	primary key (report, ord)
);
create index narrative_alike_source on narrative_alike (source);

-- +goose Down
drop table narrative_alike;
drop table narrative_compared;
drop table narrative_quote;
