-- When automations run by themselves, for each organization. next_at is due like everything else: whoever finds it past begins
-- a run and sets the next one, so a time missed while no process ran is caught up once.
create table automation_schedule (
  organization_id uuid not null references organization (id),
  name text not null,
  enabled boolean not null default true,
  cron text,                                   -- null: the product's
  time_zone text,                              -- null: the organization's
  next_at timestamptz,                         -- null: switched off
  updated_at timestamptz not null,
  primary key (organization_id, name)
);
create index automation_schedule_due on automation_schedule (next_at) where next_at is not null;

do $$
declare own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  alter table automation_schedule enable row level security;
  execute format('create policy tenant on automation_schedule to carillon_http using (organization_id = %s) with check (organization_id = %s)', own, own);
  create policy engine on automation_schedule to carillon_engine using (true) with check (true);
  grant select, insert, update on automation_schedule to carillon_http, carillon_engine;
end $$;
