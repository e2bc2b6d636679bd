-- Campaigns: one message for many people. Whom they are for is a segment; each of them is a row that becomes a notification in
-- the transaction that says so. A campaign under way has one row in message_work under its own id (task 4), like a reminder.

-- Contacts somebody means together: those a filter finds at the time, or, without one, those that were put on the list.
create table segment (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  name text not null,
  filter json,                                 -- src/engine/campaigns/filter.ts; null: a list
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on segment (organization_id, id desc);

create table segment_member (
  segment_id uuid not null references segment (id) on delete cascade,
  contact_id uuid not null references contact (id) on delete cascade,
  organization_id uuid not null,
  primary key (segment_id, contact_id)
);
create index on segment_member (contact_id);

create table campaign (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  name text not null,
  segment_id uuid,                             -- null: every contact
  type text not null,                          -- of the catalogue, in the category mkt
  channels json not null,                      -- a plan: {"all": […]} or {"firstOf": […], …}
  start_at timestamptz,                        -- null: when it is started
  start_local text,                            -- instead: 2026-12-01T09:00 where each recipient is
  throttle json,                               -- {"count": 500, "per": "minute"}; null: as fast as it goes
  trial json,                                  -- of an A/B test: {"share": 20, "metric": "opened", "hours": 4}
  status text not null,                        -- src/engine/campaigns/campaign.ts
  resumes_as text,                             -- while it is paused
  prepared_through uuid,                       -- contacts up to this one have been looked at
  paced_at timestamptz,                        -- with a throttle: when the next one may leave
  decide_at timestamptz,                       -- when the winner is chosen
  winner_id uuid,
  recipients int not null default 0,
  duplicates int not null default 0,           -- left out: another recipient has the same address
  accepted int not null default 0,
  refused int not null default 0,
  refusals jsonb not null default '{}',        -- by reason
  revision int not null default 1,
  actor json,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index on campaign (organization_id, id desc);

-- What it says: one of these, or two that are compared. The numbers are those of their messages, with what waits in campaign_delta.
create table campaign_variant (
  id uuid primary key,
  campaign_id uuid not null references campaign (id) on delete cascade,
  organization_id uuid not null,
  n smallint not null,                         -- 0: A, 1: B
  payload json not null,
  version_ids uuid[] not null,                 -- published template versions, instead of those that are live
  messages int not null default 0, suppressed int not null default 0, cancelled int not null default 0,
  sent int not null default 0, delivered int not null default 0, opened int not null default 0, clicked int not null default 0,
  bounced int not null default 0, failed int not null default 0, uncertain int not null default 0,
  unique (campaign_id, n)
);

create table campaign_recipient (
  campaign_id uuid not null,
  contact_id uuid not null,
  organization_id uuid not null,
  address_key uuid,                            -- a hash of campaign and address: one address is written to once
  held boolean not null,                       -- waits for the winner
  due_at timestamptz not null,
  state smallint not null default 0,           -- src/engine/campaigns/campaign.ts
  variant_id uuid,
  reason text,                                 -- why it waits or was refused
  notification_id uuid,
  done_at timestamptz,
  primary key (campaign_id, contact_id),
  unique (campaign_id, address_key)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index campaign_recipient_due on campaign_recipient (campaign_id, held, due_at) where state = 0;
create index on campaign_recipient (contact_id);

-- Differences that statements made to what messages of campaigns count for; a loop adds them to their variant and takes them away.
alter table message add column campaign_variant_id uuid;
create table campaign_delta (
  id bigint generated always as identity primary key,
  organization_id uuid not null,
  variant_id uuid not null,
  messages int not null default 0, suppressed int not null default 0, cancelled int not null default 0,
  sent int not null default 0, delivered int not null default 0, opened int not null default 0, clicked int not null default 0,
  bounced int not null default 0, failed int not null default 0, uncertain int not null default 0
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index on campaign_delta (variant_id);

-- As in 0009: what a message counts for is a function of its row, and triggers add the difference each statement makes.
create function count_new_campaign_messages() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into campaign_delta (organization_id, variant_id, messages, suppressed)
  select organization_id, campaign_variant_id, count(*), count(*) filter (where status = 10)
  from added where campaign_variant_id is not null group by 1, 2;
  return null;
end $$;
create function count_moved_campaign_messages() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into campaign_delta (organization_id, variant_id, suppressed, cancelled, sent, delivered, opened, clicked, bounced, failed, uncertain)
  select * from (
    select organization_id, campaign_variant_id, sum(case when status = 10 then sign else 0 end) as suppressed, sum(case when status = 11 then sign else 0 end) as cancelled,
      sum(case when status between 3 and 8 then sign else 0 end) as sent, sum(case when status between 4 and 7 then sign else 0 end) as delivered,
      sum(case when status between 5 and 7 then sign else 0 end) as opened, sum(case when status = 6 then sign else 0 end) as clicked,
      sum(case when status = 8 then sign else 0 end) as bounced, sum(case when status = 9 then sign else 0 end) as failed,
      sum(case when status = 9 and reason = 'uncertain' then sign else 0 end) as uncertain
    from (
      select 1 as sign, organization_id, campaign_variant_id, status, reason from becomes where campaign_variant_id is not null
      union all
      select -1, organization_id, campaign_variant_id, status, reason from was where campaign_variant_id is not null
    ) counted group by 1, 2
  ) d where suppressed <> 0 or cancelled <> 0 or sent <> 0 or delivered <> 0 or opened <> 0 or clicked <> 0 or bounced <> 0 or failed <> 0 or uncertain <> 0;
  return null;
end $$;
create trigger count_new_of_campaigns after insert on message referencing new table as added for each statement execute function count_new_campaign_messages();
create trigger count_moved_of_campaigns after update on message referencing old table as was new table as becomes for each statement execute function count_moved_campaign_messages();

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['segment','segment_member','campaign','campaign_variant','campaign_recipient','campaign_delta'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_engine', t);
  end loop;
  grant select, insert, update, delete on segment, segment_member, campaign, campaign_variant to carillon_http;
  grant select, update on campaign_recipient to carillon_http;
  grant select on campaign_delta to carillon_http;
end $$;
