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
	created_at bigint  not null,
	created_by bigint,
	check (ends_at > starts_at)
);
create index meeting_campaign on meeting (campaign, unit);
create index meeting_start on meeting (starts_at, id);

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
	unique (meeting, ord)
);

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
	primary key (meeting, person)
);

-- +goose Down
drop table meeting_delegate;
drop table meeting_invite;
drop table meeting_site;
drop table meeting_item;
drop table meeting_document;
drop table meeting;
