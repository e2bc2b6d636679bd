-- Templates an organization edits: drafts, trials, what a version was made of. And what it chose for entries of the catalogue.

-- A version that was never published is a trial: what a test message pins. It has no number, and statistics leave it out.
alter table template_version alter column number drop not null;
alter table template_version add constraint template_version_numbered check ((number is null) = (published_at is null));
alter table template_version add column restores uuid;                  -- the earlier version whose words it brought back
alter table template_version add column built_in_version_id uuid;       -- the built-in one that was live when an organization published this: whether that has changed since
alter table template_version add column live_until timestamptz;         -- when another took its place; a message accepted a moment later may still pin it
alter table template_version add column removed_at timestamptz;         -- its words are gone, its number is not given again

-- What is being written, one per organization and name. It may be faulty. The row stays when it was published or thrown away, so that revisions go on.
create table template_draft (
  organization_id uuid not null references organization (id),
  key text not null,
  channel smallint not null,
  locale text not null,
  source json,                                 -- null: there is none at the moment
  revision int not null,
  updated_at timestamptz not null,
  primary key (organization_id, key, channel, locale)
);

-- Where an organization differs from the catalogue. Null: as the catalogue has it.
create table catalogue_choice (
  organization_id uuid not null references organization (id),
  type text not null,
  audience text not null,
  enabled boolean not null default true,
  channels json,                               -- a plan: {"all": […]} or {"firstOf": […], "ifNoReportWithinMinutes": …}
  lane text,
  offset_minutes int,
  updated_at timestamptz not null,
  primary key (organization_id, type, audience)
);

-- What one version came to, of all time.
create index on stat_hour (template_version_id);
-- Chains that hold versions no message has pinned yet: looked through before a version is removed.
create index on notification (organization_id, id) where fallback is not null;

-- As in 0009, but for trials, which count nowhere: looked up once for each line that is written.
create or replace function count_new_messages() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into stat_delta (organization_id, hour, channel, provider, type, template_version_id, currency, accepted, suppressed)
  select * from (
    select organization_id, date_trunc('hour', created_at, 'UTC'), channel, '', type, template_version_id, '', count(*), count(*) filter (where status = 10)
    from added group by 1, 2, 3, 5, 6
  ) d where not exists (select 1 from template_version v where v.id = d.template_version_id and v.published_at is null);
  return null;
end $$;

create or replace function count_moved_messages() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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
  ) d where (suppressed <> 0 or cancelled <> 0 or sent <> 0 or delivered <> 0 or opened <> 0 or clicked <> 0 or bounced <> 0 or failed <> 0
    or within_250ms <> 0 or within_1s <> 0 or within_5s <> 0 or within_30s <> 0 or within_5min <> 0 or later <> 0 or parts <> 0 or cost_micros <> 0)
    and not exists (select 1 from template_version v where v.id = d.template_version_id and v.published_at is null);
  return null;
end $$;

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['template_draft','catalogue_choice'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_http, carillon_engine', t);
  end loop;
end $$;
