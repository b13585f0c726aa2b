-- owner: meeting
-- +goose Up
create table meeting (
	id         bigint  primary key,
	campaign   bigint  not null references campaign (id),
	unit       bigint  not null references org_unit (id), -- organiser; the meeting is counted here, once
	kind       text    not null check (kind in ('conference', 'class', 'in_depth', 'cell', 'thematic', 'speaker', 'make_up')),
	mode       text    not null check (mode in ('in_person', 'online', 'hybrid', 'relay', 'self_study')),
	audience   bigint  references campaign_audience (id), -- null: everybody
	title      text    not null,
	folded     text    not null,
	starts_at  bigint  not null,
	ends_at    bigint  not null,
	place      text    not null default '',
	chair      text    not null default '',
	monitor    text    not null default '',    -- who supervises on the spot (R083)
	state      text    not null check (state in ('planned', 'held', 'cancelled')),
	makes_up   bigint  references meeting (id), -- whose absent it is for
	minutes    text    not null default '',
	discussion_minutes integer not null default 0,
	speeches   integer not null default 0,     -- opinions voiced
	doors_open bigint  not null default 3600000, -- milliseconds before the start from which people are let in
	grace      bigint  not null default 0,     -- milliseconds after the start that are still in time
	created_at bigint  not null,
	created_by bigint,
	check (ends_at > starts_at)
);
create index meeting_campaign on meeting (campaign, unit);
create index meeting_start on meeting (starts_at, id);
create index meeting_makes_up on meeting (makes_up);

-- Morning and afternoon. A meeting without rows has one session: itself.
create table meeting_session (
	id        bigint  primary key,
	meeting   bigint  not null references meeting (id),
	ord       integer not null,
	title     text    not null,
	starts_at bigint  not null,
	ends_at   bigint  not null,
	unique (meeting, ord),
	check (ends_at > starts_at)
);

create table meeting_document (
	meeting  bigint not null references meeting (id),
	document bigint not null references document (id),
	primary key (meeting, document)
);

create table meeting_item (
	id       bigint  primary key,
	meeting  bigint  not null references meeting (id),
	ord      integer not null,
	kind     text    not null check (kind in ('talk', 'discussion', 'scenario', 'other')),
	title    text    not null,
	minutes  integer not null,
	speaker  text    not null default '',
	speaker_person bigint references person (id),
	speaker_level text not null default '',
	unique (meeting, ord)
);

create table meeting_site (
	id       bigint  primary key,
	meeting  bigint  not null references meeting (id),
	ord      integer not null,                 -- 0 is the main site
	name     text    not null,
	unit     bigint  not null references org_unit (id), -- host
	place    text    not null default '',
	capacity integer not null default 0,       -- 0 unknown
	contact  text    not null default '',      -- technical contact
	phone    text    not null default '',
	expected integer not null default 0,       -- delegates announced
	folded   text    not null default '',      -- name, place and host, for search
	monitor  text    not null default '',      -- who supervises there (R083)
	monitor_phone text not null default '',
	ticked   integer not null default 0,       -- points of the checklist done
	trial    text    not null default '' check (trial in ('', 'good', 'weak', 'failed')), -- how the last test of the line ended
	trial_at bigint  not null default 0,
	unique (meeting, ord)
);

-- What has to be ready at every site (R008, R085). A meeting without rows uses the list of its kind.
create table meeting_need (
	meeting bigint  not null references meeting (id),
	code    text    not null,
	ord     integer not null,
	title   text    not null default '',       -- '' when the code has a word of its own
	primary key (meeting, code)
);

create table meeting_tick (
	site    bigint not null references meeting_site (id),
	code    text   not null,
	at      bigint not null,
	by      bigint,
	by_name text   not null,
	primary key (site, code)
);

-- Tests of the line between a site and the main one; the last one counts.
create table meeting_trial (
	id      bigint primary key,
	site    bigint not null references meeting_site (id),
	at      bigint not null,
	result  text   not null check (result in ('good', 'weak', 'failed')),
	note    text   not null default '',
	by      bigint,
	by_name text   not null
);
create index meeting_trial_site on meeting_trial (site, at);

-- Guests by name who are on no roster: they are lượt.
create table meeting_guest (
	id      bigint  primary key,
	meeting bigint  not null references meeting (id),
	site    bigint  not null references meeting_site (id),
	name    text    not null,
	folded  text    not null,
	post    text    not null default '',       -- position and organisation
	came_at bigint  not null default 0,        -- 0: not seen yet
	by_name text    not null default ''
);
create index meeting_guest_meeting on meeting_guest (meeting, folded, id);

-- Who is expected where: the participants of one audience (null: all) below a unit.
create table meeting_invite (
	id       bigint primary key,
	meeting  bigint not null references meeting (id),
	site     bigint not null references meeting_site (id),
	unit     bigint not null references org_unit (id),
	audience bigint references campaign_audience (id)
);
create index meeting_invite_meeting on meeting_invite (meeting);

-- People named one by one: a list of delegates, or the absent a make-up meeting is for.
create table meeting_delegate (
	meeting bigint not null references meeting (id),
	person  bigint not null references person (id),
	site    bigint not null references meeting_site (id),
	from_site bigint references meeting_site (id), -- moved from there; null: named for this site at once
	at      bigint not null default 0,         -- of the move
	by_name text   not null default '',
	why     text   not null default '',
	primary key (meeting, person)
);

-- Units of whom something was held, counted or noted, or is no longer: whoever adds that up counts them anew
-- and takes the row away. One row for each change.
create table meeting_touched (
	id       bigint primary key,
	campaign bigint not null,
	unit     bigint not null
);
create index meeting_touched_campaign on meeting_touched (campaign, unit);

-- +goose Down
drop table meeting_touched;
drop table meeting_delegate;
drop table meeting_guest;
drop table meeting_trial;
drop table meeting_tick;
drop table meeting_need;
drop table meeting_invite;
drop table meeting_site;
drop table meeting_item;
drop table meeting_document;
drop table meeting_session;
drop table meeting;
