-- owner: narrative
-- +goose Up
-- A passage taken from a report below into one's own; "[T1]" stands for it in the text. Never changed.
create table narrative_quote (
	id       bigint  primary key,
	report   bigint  not null references report (id),  -- that took it
	n        integer not null,                         -- the 1 of [T1]
	section  text    not null,                         -- where it was put
	own      boolean not null,                         -- told in own words
	source   bigint  not null references report (id),  -- whose text it was
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

-- Which sending of a report was compared with last time's and the neighbours' reports, in syllables.
create table narrative_compared (
	report   bigint  primary key references report (id),
	version  integer not null,
	own      integer not null,                         -- without what was quoted and set phrases
	before   integer not null,                         -- of them also in last time's report
	beside   integer not null,                         -- of them also in a neighbour's that was sent earlier
	at       bigint  not null
);

-- Sentences of that sending that stand nearly the same elsewhere: each is a question, not a verdict.
create table narrative_alike (
	report  bigint  not null references report (id),
	ord     integer not null,
	section text    not null,
	place   text    not null,                          -- paragraph.sentence
	kind    text    not null check (kind in ('before', 'beside')),
	source  bigint  not null references report (id),
	version integer not null,                          -- sending of the source
	share   integer not null,                          -- hundredths of a percent of the sentence's syllables
	primary key (report, ord)
);
create index narrative_alike_source on narrative_alike (source);

-- +goose Down
drop table narrative_alike;
drop table narrative_compared;
drop table narrative_quote;
