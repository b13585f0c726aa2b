-- owner: review
-- +goose Up
-- What a unit writes about a period: an answer to a periodic duty, or a review of its own
-- (R104, R124).
create table review (
	id            bigint primary key,
	kind          text   not null check (kind in ('periodic', 'preliminary', 'final')),
	duty          bigint references duty (id),  -- null: nobody ordered it
	unit          bigint not null references org_unit (id),
	title         text   not null,
	period_from   text   not null,
	period_to     text   not null,
	state         text   not null check (state in ('draft', 'sent', 'returned', 'accepted')),
	version       integer not null default 0,   -- grows with every sending
	number        text   not null default '',
	issued_on     text   not null default '',
	authority     text   not null default '',
	position      text   not null default '',
	signer        text   not null default '',
	recipients    text   not null default '',
	first_sent_at bigint,
	sent_at       bigint,
	sent_by       bigint,
	sent_name     text   not null default '',
	decided_at    bigint,
	decided_by    bigint,
	decided_name  text   not null default '',
	remark        text   not null default '',
	created_at    bigint not null,
	created_by    bigint
);
create unique index review_answer on review (duty, unit);
create index review_unit on review (unit, id);

create table review_text (
	review  bigint not null references review (id),
	section text   not null,                    -- strengths, shortcomings, causes, lessons, proposals (R103)
	body    text   not null,
	primary key (review, section)
);

-- What the records said of each campaign of the period when it was sent, as JSON.
create table review_round (
	review   bigint  not null references review (id),
	campaign bigint  not null references campaign (id),
	ord      integer not null,
	body     text    not null,
	primary key (review, campaign)
);

-- An accepted review that the level above opened so that its unit amends it, and what the
-- sendings after it say otherwise, as JSON.
create table review_reopen (
	review  bigint  not null references review (id),
	version integer not null,                   -- that was accepted
	why     text    not null,
	at      bigint  not null,
	by      bigint,
	by_name text    not null,
	primary key (review, version)
);

-- The unit asks the level above to open its accepted review, and what was decided.
create table review_ask (
	id           bigint  primary key,
	review       bigint  not null references review (id),
	version      integer not null,              -- that was accepted
	why          text    not null,
	at           bigint  not null,
	by           bigint,
	by_name      text    not null,
	state        text    not null default 'asked' check (state in ('asked', 'granted', 'refused')),
	decided_at   bigint,
	decided_by   bigint,
	decided_name text    not null default '',
	remark       text    not null default ''
);
create unique index review_ask_open on review_ask (review) where state = 'asked';
create index review_ask_review on review_ask (review, id);

create table review_amend (
	review   bigint  not null references review (id),
	version  integer not null,                  -- that was sent
	accepted integer not null,                  -- that it amends
	diff     text    not null,
	at       bigint  not null,
	primary key (review, version)
);

-- The sealed text of sendings that came back: it stands in no other table any more.
create table review_seal (
	review  bigint  not null references review (id),
	version integer not null,
	kind    text    not null,                   -- review.send, review.accept
	body    text    not null,
	primary key (review, version, kind)
);

-- +goose Down
drop table review_seal;
drop table review_amend;
drop table review_ask;
drop table review_reopen;
drop table review_round;
drop table review_text;
drop table review;
