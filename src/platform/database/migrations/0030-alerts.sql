-- What is wrong at the moment, who was told and when it was over: one row for each time. The row is the truth, so that two
-- processes that notice the same thing tell it once.
create table alert (
  id uuid primary key,
  organization_id uuid references organization (id), -- null: of the whole installation
  rule text not null,                          -- src/engine/alerts/rule.ts
  subject text not null,                       -- of what: an account, a lane, an automation; '' where there is one only
  since timestamptz not null,
  raised_at timestamptz,                       -- null: it has not lasted for long enough to be told, and is forgotten if it ends before
  calm_since timestamptz,                      -- it is over, unless it begins again soon
  ended_at timestamptz,
  facts json not null                          -- what was measured, as it was told
);
create unique index alert_open on alert (organization_id, rule, subject) nulls not distinct where ended_at is null;
create index on alert (organization_id, id desc);
create index on alert (ended_at) where ended_at is not null;
-- What has failed lately, however long ago it was accepted.
create index on dead_letter (organization_id, failed_at) where requeued_as is null;

-- Where an organization differs from the product's rules.
create table alert_rule (
  organization_id uuid not null references organization (id),
  rule text not null,
  settings jsonb not null,                     -- what differs: { "enabled": false, "percent": 8 }
  updated_at timestamptz not null,
  primary key (organization_id, rule)
);

-- When somebody last looked at an account, and what it said: 'check' signs in, 'templates' asks for what the carrier approved.
-- Whoever moves asked_at on looks; the others see that it is being done.
create table account_look (
  account_id uuid not null references provider_account (id) on delete cascade,
  what text not null,
  organization_id uuid,                        -- null: the platform's account
  asked_at timestamptz not null,
  answered_at timestamptz,
  ok boolean,                                  -- null: not answered yet, or it cannot be asked
  detail text,
  primary key (account_id, what)
);

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['alert','alert_rule','account_look'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_http, carillon_engine', t);
  end loop;
end $$;
