-- owner: setting
-- +goose Up
create table setting_value (
	id         bigint primary key,
	key        text   not null,
	unit       bigint references org_unit (id), -- null: the whole installation
	valid_from text   not null,
	value      text   not null,                -- JSON
	source     text   not null default '',     -- regulation it comes from
	created_at bigint not null,
	created_by bigint
);
create index setting_value_key on setting_value (key, valid_from);

-- +goose Down
drop table setting_value;
