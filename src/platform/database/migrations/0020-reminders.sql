-- Reminders: what belongs to a subject's time (an appointment's, a booking's) and moves and ends with it. A reminder that is
-- still to come has a row in message_work under its own id (task 3); only when that is due does it become a notification.

-- Whom a subject's reminders are for, and what they say.
create table reminder_plan (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  subject text not null,                       -- the host's or the pack's name of it: appointment-42
  contact_id uuid not null,
  at timestamptz not null,                     -- when the subject begins
  time_zone text not null,                     -- IANA: whole days and times of day are counted in it
  payload json not null,
  cancelled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index on reminder_plan (organization_id, subject);
create index on reminder_plan (organization_id, id desc);
create index on reminder_plan (contact_id);
create index on reminder_plan (at);

-- One for each offset and each time the subject has had: what was sent for a time is never sent for it again.
create table reminder (
  id uuid primary key,
  plan_id uuid not null references reminder_plan (id) on delete cascade,
  organization_id uuid not null,
  at timestamptz not null,                     -- the subject's time it belongs to
  rule text not null,                          -- -PT24H, day before at 18:00
  type text not null,
  audience text,
  channels text[],
  payload json,                                -- null: the plan's
  due_at timestamptz not null,
  state smallint not null,                     -- src/engine/reminders/reminder.ts
  reason text,
  notification_id uuid,
  updated_at timestamptz not null
);
create unique index on reminder (plan_id, at, rule, type);

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['reminder_plan','reminder'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select on %I to carillon_http', t);
    execute format('grant select, insert, update, delete on %I to carillon_engine', t);
  end loop;
end $$;
