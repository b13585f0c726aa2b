-- owner: privacy
-- +goose Up
-- A request of somebody about the own personal data, with its clock of working days.
create table privacy_case (
	id          bigint primary key,
	person      bigint not null references person (id),
	kind        text   not null check (kind in ('access', 'correct', 'delete', 'object')),
	body        text   not null default '',
	state       text   not null check (state in ('open', 'granted', 'partly', 'refused', 'withdrawn')),
	opened_at   bigint not null,
	due_on      text   not null,               -- last civil day to answer, as the rule of the day of asking gave it
	answer      text   not null default '',
	answered_at bigint,
	answered_by bigint,
	answerer    text   not null default '',    -- name as it was
	erased      text   not null default '',    -- what a granted deletion took away
	created_by  bigint
);
create index privacy_case_person on privacy_case (person, id);
create index privacy_case_state on privacy_case (state, due_on);

-- +goose Down
drop table privacy_case;
