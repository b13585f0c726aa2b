-- owner: contest
-- +goose Up
-- A member contests a figure in which he or she is counted; the level above the unit decides.
create table contest (
	id         bigint  primary key,
	campaign   bigint  not null references campaign (id),
	document   bigint  references document (id), -- null: what was written, which hangs on the campaign
	person     bigint  not null references person (id),
	figure     text    not null,               -- code of the report's figure: studied, exempt, …
	unit       bigint  not null references org_unit (id), -- of the person, whose record it is
	lo         integer not null,               -- of the unit in the campaign's tree
	decider    bigint  not null references org_unit (id), -- the level above
	was        text    not null,               -- what the record said, as Standing.Written or Essays.Written
	kind       text    not null check (kind in ('was_there', 'was_not_there', 'other_form', 'has_reason', 'not_exempt', 'is_exempt', 'other_unit',
		'not_due', 'handed_in', 'in_time', 'not_handed', 'other_mark', 'own_work', 'other')),
	said       text    not null default '',    -- in own words
	named      boolean not null default false, -- the unit may see the name
	state      text    not null check (state in ('open', 'upheld', 'rejected')),
	at         bigint  not null,
	decided_at bigint  not null default 0,
	decided_by bigint,
	by_name    text    not null default '',
	remark     text    not null default '',    -- the sentence to the member
	mended_at  bigint  not null default 0,     -- when the record was seen put right, after it was upheld
	salt       text    not null                -- keeps the sealed text from being guessed
);
create unique index contest_once on contest (person, campaign, coalesce(document, 0), figure) where state = 'open';
create index contest_person on contest (person);
create index contest_place on contest (campaign, lo);
create index contest_decider on contest (decider, state);

-- +goose Down
drop table contest;
