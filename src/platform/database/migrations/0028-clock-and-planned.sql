-- How far ahead of the true time this installation lives: the sandbox's clock. No row while nobody has moved it. One for all
-- organizations and processes, because leases and due times are compared between them; every process asks for it with the time.
create table clock_shift (
  id smallint primary key default 1 check (id = 1),
  ahead_ms bigint not null check (ahead_ms > 0)
);
grant select, insert, update, delete on clock_shift to carillon_engine;

-- What is planned, sent, skipped or refused of an organization, newest plan first, and when the next one comes.
create index reminder_by_state on reminder (organization_id, state, plan_id desc);
create index reminder_next on reminder (organization_id, due_at) where state = 0;
-- What begins soonest.
create index reminder_plan_soonest on reminder_plan (organization_id, at, id);
