-- owner: org
-- +goose Up
create table org_level (
	code       text    primary key,
	name       text    not null,
	name_en    text    not null,
	rank       integer not null,              -- order from the top; equal ranks are equivalent
	valid_from text,                          -- civil dates; null is open
	valid_to   text                           -- last day
);
insert into org_level (code, name, name_en, rank, valid_from, valid_to) values
	('central',    'Trung ương',                          'Central',                  10, null, null),
	('province',   'Tỉnh ủy, thành ủy',                   'Province',                 20, null, null),
	('department', 'Sở, ngành, đoàn thể cấp tỉnh',        'Provincial department',    30, null, null),
	('district',   'Quận ủy, huyện ủy',                   'District',                 30, null, '2025-06-30'),
	('equivalent', 'Cấp ủy trên cơ sở khác',              'Equivalent to district',   30, null, null),
	('commune',    'Đảng ủy xã, phường, đặc khu',         'Commune',                  30, '2025-07-01', null),
	('grassroots', 'Tổ chức cơ sở đảng',                  'Grassroots organisation',  40, null, null),
	('sectional',  'Đảng bộ bộ phận',                     'Sectional organisation',   50, null, null),
	('cell',       'Chi bộ',                              'Cell',                     60, null, null),
	('group',      'Tổ đảng',                             'Cell group',               70, null, null);

create table org_unit (
	id         bigint  primary key,
	code       text    not null unique,       -- organisation code, as in the offices' sheets
	level      text    not null references org_level (code),
	parent     bigint  references org_unit (id), -- today's; history is in org_parent
	name       text    not null check (name <> ''),  -- "Đảng bộ huyện Thủy Nguyên"
	short      text    not null,              -- "Thủy Nguyên"
	committee  text    not null default '',   -- issuing body on its papers, "HUYỆN UỶ THUỶ NGUYÊN"
	symbol     text    not null default '',   -- "HU" of 127-BC/HU
	place      text    not null default '',   -- place named beside the date
	folded     text    not null,
	sort_key   text    not null,
	position   integer not null default 0,    -- order among siblings, then sort_key
	valid_from text,
	valid_to   text,
	created_at bigint  not null,
	created_by bigint
);
create index org_unit_parent on org_unit (parent);

create table org_parent (
	unit       bigint not null references org_unit (id),
	parent     bigint not null references org_unit (id),
	valid_from text   not null,
	valid_to   text,
	primary key (unit, valid_from)
);
create index org_parent_above on org_parent (parent);

-- Today's tree, closed: one row for every unit and each unit at or above it.
create table org_below (
	top   bigint  not null references org_unit (id),
	unit  bigint  not null references org_unit (id),
	depth integer not null,
	since bigint  not null default 0,          -- instant at which a move brought the unit here; 0: born here
	primary key (top, unit)
);
create index org_below_unit on org_below (unit, top, since);
create index org_below_moved on org_below (top, since) where since > 0; -- few

-- +goose Down
drop table org_below;
drop table org_parent;
drop table org_unit;
drop table org_level;
