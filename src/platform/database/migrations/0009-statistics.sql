-- Statistics and costs. What a message counts for is a function of its row alone (stat_of), so statistics are at any time
-- what counting every message would give, and that is how they are tested. Triggers add the difference that each statement
-- makes, in its own transaction: nothing is counted that did not happen, and nothing that happened is missed.

-- What a message costs: our estimate when it leaves, the carrier's word when it comes.
alter table message add column parts smallint;             -- of an SMS
alter table message add column cost_micros bigint;         -- millionths of the currency's unit
alter table message add column cost_currency text;
alter table message add column cost_reported boolean;      -- the carrier said so; else it is from the price table

-- What a carrier takes for one message, or part of one. organization_id null: the platform's prices, for organizations without their own.
create table price (
  id uuid primary key,
  organization_id uuid references organization (id),
  provider text not null,
  channel smallint not null,
  country text not null,                       -- ISO 3166-1, or '*' for every other
  category text not null default '*',          -- WhatsApp: marketing, utility, authentication, service; '*' for every other
  micros bigint not null check (micros >= 0),  -- for a part of an SMS, else for a message
  currency text not null,
  created_at timestamptz not null,
  unique nulls not distinct (organization_id, provider, channel, country, category)
);

-- Differences, in the order they were made; the roll-up adds them to their hour and takes them away.
create table stat_delta (
  id bigint generated always as identity primary key,
  organization_id uuid not null,
  hour timestamptz not null,                   -- in which the message was accepted (accepted, suppressed), else in which it left or ended
  channel smallint not null,
  provider text not null,                      -- '' before one was chosen
  type text not null,
  template_version_id uuid not null,
  currency text not null,                      -- '' where nothing is known of its cost
  accepted int not null default 0, suppressed int not null default 0, cancelled int not null default 0,
  sent int not null default 0, delivered int not null default 0, opened int not null default 0, clicked int not null default 0,
  bounced int not null default 0, failed int not null default 0,
  machine_opened int not null default 0, machine_clicked int not null default 0, complained int not null default 0,
  -- Of those sent, by the time from when they were due until the carrier had them.
  within_250ms int not null default 0, within_1s int not null default 0, within_5s int not null default 0, within_30s int not null default 0,
  within_5min int not null default 0, later int not null default 0,
  parts int not null default 0,
  cost_micros bigint not null default 0
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index on stat_delta (organization_id);

create table stat_hour (
  organization_id uuid not null,
  hour timestamptz not null,
  channel smallint not null,
  provider text not null,
  type text not null,
  template_version_id uuid not null,
  currency text not null,
  accepted int not null, suppressed int not null, cancelled int not null,
  sent int not null, delivered int not null, opened int not null, clicked int not null, bounced int not null, failed int not null,
  machine_opened int not null, machine_clicked int not null, complained int not null,
  within_250ms int not null, within_1s int not null, within_5s int not null, within_30s int not null, within_5min int not null, later int not null,
  parts int not null,
  cost_micros bigint not null,
  primary key (organization_id, hour, channel, provider, type, template_version_id, currency)
) with (fillfactor = 70);
create index on stat_hour (hour);

-- What rows of message count for, added (sign 1) or taken away (-1). src/engine/messages/status.ts: 3 sent, 4 delivered,
-- 5 opened, 6 clicked, 7 read, 8 bounced, 9 failed, 10 suppressed, 11 cancelled. How far a message got counts for what lies on
-- the way: a read one was delivered, one that came back was sent. One that left in a digest counts as accepted only.
-- Both tables are read once and never joined: a plan made for one row would compare every row with every other.
create function count_new_messages() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into stat_delta (organization_id, hour, channel, provider, type, template_version_id, currency, accepted, suppressed)
  select organization_id, date_trunc('hour', created_at, 'UTC'), channel, '', type, template_version_id, '', count(*), count(*) filter (where status = 10)
  from added group by 1, 2, 3, 5, 6;
  return null;
end $$;

create function count_moved_messages() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into stat_delta (organization_id, hour, channel, provider, type, template_version_id, currency, suppressed, cancelled, sent, delivered, opened, clicked,
    bounced, failed, within_250ms, within_1s, within_5s, within_30s, within_5min, later, parts, cost_micros)
  select * from (
    select organization_id, date_trunc('hour', at, 'UTC'), channel, provider, type, template_version_id, currency,
      sum(case when status = 10 then sign else 0 end) as suppressed, sum(case when status = 11 then sign else 0 end) as cancelled,
      sum(case when status between 3 and 8 then sign else 0 end) as sent, sum(case when status between 4 and 7 then sign else 0 end) as delivered,
      sum(case when status between 5 and 7 then sign else 0 end) as opened, sum(case when status = 6 then sign else 0 end) as clicked,
      sum(case when status = 8 then sign else 0 end) as bounced, sum(case when status = 9 then sign else 0 end) as failed,
      sum(case when took <= 0.25 then sign else 0 end) as within_250ms, sum(case when took > 0.25 and took <= 1 then sign else 0 end) as within_1s,
      sum(case when took > 1 and took <= 5 then sign else 0 end) as within_5s, sum(case when took > 5 and took <= 30 then sign else 0 end) as within_30s,
      sum(case when took > 30 and took <= 300 then sign else 0 end) as within_5min, sum(case when took > 300 then sign else 0 end) as later,
      sum(sign * parts) as parts, sum(sign * cost) as cost_micros
    from (
      select 1 as sign, organization_id, coalesce(settled_at, created_at) as at, channel, coalesce(provider, '') as provider, type, template_version_id,
        coalesce(cost_currency, '') as currency, status, coalesce(parts, 0) as parts, coalesce(cost_micros, 0) as cost,
        case when status between 3 and 8 then extract(epoch from settled_at - due_at) end as took
      from becomes where status > 2 and digest_id is null
      union all
      select -1, organization_id, coalesce(settled_at, created_at), channel, coalesce(provider, ''), type, template_version_id,
        coalesce(cost_currency, ''), status, coalesce(parts, 0), coalesce(cost_micros, 0),
        case when status between 3 and 8 then extract(epoch from settled_at - due_at) end
      from was where status > 2 and digest_id is null
    ) counted group by 1, 2, 3, 4, 5, 6, 7
  ) d where suppressed <> 0 or cancelled <> 0 or sent <> 0 or delivered <> 0 or opened <> 0 or clicked <> 0 or bounced <> 0 or failed <> 0
    or within_250ms <> 0 or within_1s <> 0 or within_5s <> 0 or within_30s <> 0 or within_5min <> 0 or later <> 0 or parts <> 0 or cost_micros <> 0;
  return null;
end $$;

create trigger count_new after insert on message referencing new table as added for each statement execute function count_new_messages();
create trigger count_moved after update on message referencing old table as was new table as becomes for each statement execute function count_moved_messages();

-- What the pages read: the hours, and what has not been added to them yet.
create view stat with (security_invoker = true) as
  select organization_id, hour, channel, provider, type, template_version_id, currency, accepted, suppressed, cancelled, sent, delivered, opened, clicked, bounced, failed,
    machine_opened, machine_clicked, complained, within_250ms, within_1s, within_5s, within_30s, within_5min, later, parts, cost_micros from stat_hour
  union all
  select organization_id, hour, channel, provider, type, template_version_id, currency, accepted, suppressed, cancelled, sent, delivered, opened, clicked, bounced, failed,
    machine_opened, machine_clicked, complained, within_250ms, within_1s, within_5s, within_30s, within_5min, later, parts, cost_micros from stat_delta;

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['price','stat_delta','stat_hour'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_engine', t);
    execute format('grant select on %I to carillon_http', t);
  end loop;
  create policy platform on price for select to carillon_http using (organization_id is null);
  grant insert, update, delete on price to carillon_http;
  grant select on stat to carillon_http, carillon_engine;
end $$;
