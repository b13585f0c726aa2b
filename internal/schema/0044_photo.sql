-- owner: meeting
-- +goose Up
-- Photographs and scanned minutes of a meeting. A picture is drawn anew before it is kept: nothing
-- that its camera wrote into it, the place above all, is on the disk or here.
create table meeting_photo (
	id         bigint  primary key,
	meeting    bigint  not null references meeting (id),
	site       bigint  references meeting_site (id), -- null: of the whole meeting
	unit       bigint  not null references org_unit (id), -- whose it is: the host of the site, else the organiser
	kind       text    not null check (kind in ('photo', 'minutes')),
	caption    text    not null default '',
	type       text    not null,               -- MIME of what is kept
	size       bigint  not null,
	sha256     text    not null,               -- of what is kept
	thumb      text    not null default '',    -- sha256 of the small picture; '' for a PDF
	width      integer not null default 0,
	height     integer not null default 0,
	original   text    not null,               -- sha256 of the bytes as they came
	look       bigint  not null default 0,     -- what it looks like, 64 bits; 0: too plain to tell, or minutes
	band0      integer,                        -- sixteen bits each of look: two within three bits share one
	band1      integer,
	band2      integer,
	band3      integer,
	at         bigint  not null,
	by         bigint,
	by_name    text    not null,
	withdrawn_at bigint not null default 0,    -- 0: it stands
	withdrawn_by bigint,
	withdrawn_name text not null default '',
	why        text    not null default ''
);
create index meeting_photo_meeting on meeting_photo (meeting, at, id);
create index meeting_photo_site on meeting_photo (site);
create index meeting_photo_original on meeting_photo (original);
create index meeting_photo_band0 on meeting_photo (band0, id);
create index meeting_photo_band1 on meeting_photo (band1, id);
create index meeting_photo_band2 on meeting_photo (band2, id);
create index meeting_photo_band3 on meeting_photo (band3, id);

-- A photograph and an earlier one of another meeting that it repeats; found when it comes.
create table meeting_photo_twin (
	photo bigint  not null references meeting_photo (id),
	other bigint  not null references meeting_photo (id),
	exact boolean not null,                    -- the same bytes; else nearly the same picture
	primary key (photo, other)
);
create index meeting_photo_twin_other on meeting_photo_twin (other);

-- +goose Down
drop table meeting_photo_twin;
drop table meeting_photo;
