-- Delivery that can be trusted: provider accounts with their state, limits that roll, fallback chains, digests, dead letters.

-- An organization's own choices about delivery, over the defaults in src/engine/organizations/delivery-settings.ts.
alter table organization add column delivery jsonb not null default '{}';
-- Category → off, hourly, daily, weekly; a category that is absent follows the organization.
alter table contact add column digest jsonb not null default '{}';

-- What this row asks of a worker: 0 send the message, 1 look whether the next channel of its chain must begin, 2 leave with the next digest.
alter table message_work add column task smallint not null default 0;
-- The rest of a fallback chain, decided when it was accepted: { afterMs, next: [{ channel, address, templateVersionId }] }.
alter table notification add column fallback json;
-- The message that carried this one, together with others of its contact.
alter table message add column digest_id uuid;

-- Credentials for one provider on one channel. organization_id null: the platform's, used by organizations without their own.
create table provider_account (
  id uuid primary key,
  organization_id uuid references organization (id),
  provider text not null,
  channel smallint not null,
  name text not null,
  settings bytea,                              -- sealed, bound to the id; null: the process knows them (environment, sandbox, in-app)
  position smallint not null default 0,        -- lower ones go first; those of one position share by weight
  weight smallint not null default 100,
  limits jsonb not null default '{}',
  enabled boolean not null default true,
  reset_at timestamptz,                        -- when somebody last closed its breaker by hand
  created_at timestamptz not null,
  updated_at timestamptz not null,             -- workers follow what changed by it
  removed_at timestamptz                       -- kept: attempts name it, and its webhooks may still come
);
create index on provider_account (updated_at);
create index on provider_account (organization_id, id desc);

-- Sandbox accounts report each at its own address, as carriers do; null: the platform's account of the channel.
alter table sandbox_report add column path text;

-- What each worker sees of an account; the state shown is the worst of those that are recent.
create table provider_health (
  account_id uuid not null,
  worker_id uuid not null,
  breaker smallint not null,                   -- 0 closed, 1 half open, 2 open
  health real not null,                        -- 1 well, towards 0 as it fails or slows
  reason text,
  opened_at timestamptz,
  retry_at timestamptz,
  updated_at timestamptz not null,
  primary key (account_id, worker_id)
);

-- Counts over a rolling window: per contact and hour, per account and day. counts[1] is the slice `slot`, the others those before it.
create table rate_window (
  key text collate "C" primary key,
  slot bigint not null,                        -- since 1970, in slices
  slice_ms bigint not null,
  taken int not null,                          -- what the last ask was given, and the limit it came with
  most int not null,
  counts int[] not null
) with (fillfactor = 50);

-- The same words to the same contact on the same channel within minutes are one message. A hash, because nothing else is needed of it.
create unlogged table content_guard (
  hash uuid primary key,
  expires_at timestamptz not null
);
-- Rows come in the order in which they end: a few bytes per hundred pages do for the sweep, and cost the insert nothing.
create index on content_guard using brin (expires_at) with (pages_per_range = 32, autosummarize = on);

-- Every message that ended failed, until it is sent again. `reason` is a stable word, `code` the carrier's own.
create table dead_letter (
  message_id uuid primary key,
  organization_id uuid not null,
  notification_id uuid not null,
  contact_id uuid not null,
  channel smallint not null,
  type text not null,
  reason text not null,
  code text,
  failed_at timestamptz not null,
  requeued_as uuid,                            -- the message that is its second chance
  requeue_id uuid                              -- the re-drive that made it, if one did
);
create index on dead_letter (organization_id, message_id desc) where requeued_as is null;
create index on dead_letter (requeue_id) where requeue_id is not null;

-- A bulk re-drive: what it takes, how far it is. `after_id` is where it goes on after a crash.
create table dead_letter_requeue (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  filter json not null,
  after_id uuid,
  total int not null,
  requeued int not null default 0,
  skipped jsonb not null default '{}',         -- why → how many
  created_at timestamptz not null,             -- letters that failed later are not part of it
  updated_at timestamptz not null,
  finished_at timestamptz
);
create index on dead_letter_requeue (organization_id, id desc);
create index on dead_letter_requeue (updated_at) where finished_at is null;

-- For joins of a batch with the rows it names: `t.id = i.id and one_row(t.id, i.id)`. These tables are often empty when a
-- statement is planned, so the planner thinks that comparing every row with every other is the cheapest way and keeps
-- doing it for 500 of each. The stated cost makes it hash or look each one up: settling 500 went from 85 ms to 12 ms.
create function one_row(a uuid, b uuid) returns boolean language plpgsql immutable parallel safe cost 100000 as $$ begin return a = b; end $$;

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['provider_account','dead_letter','dead_letter_requeue'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_http, carillon_engine', t);
  end loop;
  grant select, insert, update, delete on provider_health, rate_window, content_guard to carillon_engine;
end $$;
