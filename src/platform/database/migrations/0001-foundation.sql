-- The foundation: who is a tenant, whom it can reach, what it says, and the heart (notification, message, work, attempt, timeline).
-- Two roles work on these tables, both reached by SET ROLE from one login: carillon_http sees one organization at a time
-- (the one named by app.organization_id), carillon_engine sees all. Policies, not BYPASSRLS, so that managed Postgres can do it too.
do $$ begin
  if not exists (select from pg_roles where rolname = 'carillon_http') then create role carillon_http nologin; end if;
  if not exists (select from pg_roles where rolname = 'carillon_engine') then create role carillon_engine nologin; end if;
  execute format('grant carillon_http, carillon_engine to %I', current_user);
exception when duplicate_object or unique_violation then null;
end $$;
grant usage on schema public to carillon_http, carillon_engine;
grant select on migration to carillon_engine;

create table organization (
  id uuid primary key,
  name text not null,
  country text not null default 'FR',          -- ISO 3166-1; reads phone numbers written without a prefix
  locale text not null default 'fr',
  time_zone text not null default 'Europe/Paris',
  brand jsonb not null default '{}',           -- { color, logoUrl, website, address }
  demo boolean not null default false,
  created_at timestamptz not null
);

create table contact (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  external_id text,
  name text,
  email text,                                  -- lower case
  phone text,                                  -- E.164
  locale text,
  time_zone text,
  attributes jsonb not null default '{}',
  inline_key text,                             -- set when an inline address made this contact: two callers at once make one
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (organization_id, external_id),
  unique (organization_id, inline_key)
);
create index on contact (organization_id, id desc);
create index on contact (organization_id, email) where email is not null;
create index on contact (organization_id, phone) where phone is not null;

create table member (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  user_id uuid,                                -- the sign-in; null until the invitation is accepted
  contact_id uuid not null references contact (id),
  role text not null,
  created_at timestamptz not null,
  unique (organization_id, contact_id)
);
create index on member (user_id) where user_id is not null;

create table api_key (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  name text not null,
  prefix text not null,                        -- the first characters, to recognise it by
  hash bytea not null unique,                  -- SHA-256; the key itself is random and never stored
  scopes text[] not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null
);
create index on api_key (organization_id, id desc);

create table suppression (
  organization_id uuid not null references organization (id),
  channel smallint not null,
  address text not null,
  reason text not null,                        -- hard_bounce, complaint, opted_out, invalid_address
  message_id uuid,
  created_at timestamptz not null,
  primary key (organization_id, channel, address)
);

-- Templates: a key and channel, its versions per locale. organization_id null is the built-in one.
create table template (
  id uuid primary key,
  organization_id uuid references organization (id),
  key text not null,
  channel smallint not null,
  created_at timestamptz not null,
  unique nulls not distinct (organization_id, key, channel)
);

create table template_version (
  id uuid primary key,
  template_id uuid not null references template (id),
  organization_id uuid references organization (id),
  locale text not null,
  number int not null,
  source jsonb not null,
  compiled jsonb,                              -- null while it is a draft
  content_hash text not null,
  created_at timestamptz not null,
  published_at timestamptz,
  unique (template_id, locale, number)
);

-- Which version a new message pins.
create table template_current (
  template_id uuid not null references template (id),
  locale text not null,
  organization_id uuid references organization (id),
  template_version_id uuid not null references template_version (id),
  primary key (template_id, locale)
);

create table event (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  type text not null,
  payload json not null,
  actor json,
  created_at timestamptz not null
);
create index on event (organization_id, id desc);

-- The heart. Partitioned by the month in their UUIDv7: a look-up by id reads one partition. No foreign keys here: one writer, and retention drops partitions.
create table notification (
  id uuid primary key,
  organization_id uuid not null,
  contact_id uuid not null,
  event_id uuid,
  type text not null,
  category text not null,
  lane smallint not null,
  locale text not null,
  payload json not null,
  recipient json not null,                     -- name and time zone as they were: what was rendered can be rendered again
  reasons json not null,                       -- why each channel was chosen, deferred or refused
  metadata json,
  attachment_count smallint not null default 0,
  created_at timestamptz not null,
  xid xid8 not null default pg_current_xact_id() -- see message_event; read by (organization_id, id), so it needs no index of its own
) partition by range (id);
create index on notification (organization_id, id desc);
create index on notification (event_id) where event_id is not null;

create table message (
  id uuid primary key,
  notification_id uuid not null,
  organization_id uuid not null,
  contact_id uuid not null,
  channel smallint not null,
  lane smallint not null,
  status smallint not null,                    -- src/engine/messages/status.ts
  type text not null,
  template_version_id uuid not null,
  address text not null,
  due_at timestamptz not null,
  reason text,                                 -- why it is suppressed, failed or cancelled
  resend_of uuid,
  attempt_count smallint not null default 0,
  provider text,
  provider_account_id uuid,
  provider_message_id text,
  settled_at timestamptz,
  created_at timestamptz not null
) partition by range (id);
-- Never index status, due_at or the provider's columns here: settling must stay a heap-only update.
create index on message (organization_id, id desc);
create index on message (notification_id);
create index on message (contact_id, id desc);
create index on message (organization_id, address, id desc);

-- What waits or runs. state: 0 later, 1 ready, 2 offered to the queue, 3 claimed by a worker. due_at is when it is due, or when the lease ends.
create table message_work (
  message_id uuid primary key,
  organization_id uuid not null,
  channel smallint not null,
  lane smallint not null,
  state smallint not null,
  due_at timestamptz not null,
  attempt smallint not null default 0,         -- numbers the tries; rows in attempt
  tries smallint not null default 0,           -- those that count against the lane's limit
  deadline_at timestamptz not null,            -- past it the message fails with its history
  worker_id uuid
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
create index message_work_ready on message_work (channel, lane, organization_id, due_at) where state = 1;
create index message_work_later on message_work (due_at) where state <> 1;

create table attempt (
  message_id uuid not null,
  n smallint not null,
  organization_id uuid not null,
  started_at timestamptz not null,
  settled_at timestamptz,
  outcome smallint,                            -- null: under way, or lost with its worker
  provider text,
  provider_account_id uuid,
  provider_message_id text,
  error_class text,
  code text,
  detail text,
  primary key (message_id, n)
) partition by range (message_id);
create index on attempt (provider_account_id, provider_message_id) where provider_message_id is not null;

create table message_event (
  message_id uuid not null,
  id uuid not null,
  organization_id uuid not null,
  at timestamptz not null,
  kind smallint not null,
  detail json,
  xid xid8 not null default pg_current_xact_id(), -- what live sockets follow: all rows below the oldest running transaction are there to stay
  primary key (message_id, id)
) partition by range (message_id);
create index on message_event (organization_id, xid);

create table attachment (
  notification_id uuid not null,
  n smallint not null,
  organization_id uuid not null references organization (id),
  filename text not null,
  content_type text not null,
  content_id text,
  bytes int not null,
  storage_key text not null,
  primary key (notification_id, n)
);

-- One key, one result: dedupeKey and Idempotency-Key alike. Commits with the row it names.
create table dedupe_key (
  organization_id uuid not null,
  key text not null,
  request_hash bytea,
  result_id uuid not null,
  expires_at timestamptz not null,
  primary key (organization_id, key)
);
create index on dedupe_key (expires_at);

create table in_app_item (
  message_id uuid primary key,
  organization_id uuid not null references organization (id),
  contact_id uuid not null references contact (id),
  title text not null,
  body text not null,
  action_url text,
  created_at timestamptz not null,
  seen_at timestamptz,
  read_at timestamptz,
  archived_at timestamptz
);
create index on in_app_item (contact_id, message_id desc) where archived_at is null;
create index on in_app_item (contact_id) where read_at is null and archived_at is null;

-- What carriers sent us, as it came. Kept raw, applied by a job, offered again until it is.
create table webhook_receipt (
  id uuid primary key,
  organization_id uuid,
  provider text not null,
  account_id uuid not null,
  headers jsonb not null,
  query jsonb not null,
  body bytea not null,
  received_at timestamptz not null,
  processed_at timestamptz,
  problem text
);
create index on webhook_receipt (id) where processed_at is null;

-- The sandbox carriers' own side: what they took, and the reports they still owe.
create table sandbox_message (
  id uuid primary key,                         -- the carrier's id of it
  idempotency_key text not null unique,
  organization_id uuid not null references organization (id),
  message_id uuid not null,
  contact_id uuid not null,
  channel smallint not null,
  address text not null,
  content bytea not null,                      -- e-mail: the MIME as sent; otherwise UTF-8 text
  copies int not null default 1,               -- how often the engine handed it over: above 1 means a resend after an uncertain try
  created_at timestamptz not null
);
create index on sandbox_message (organization_id, id desc);

create table sandbox_report (
  id uuid primary key,
  sandbox_message_id uuid not null references sandbox_message (id) on delete cascade,
  organization_id uuid not null references organization (id),
  message_id uuid not null,
  status text not null,
  detail text,
  due_at timestamptz not null
);
create index on sandbox_report (due_at);

create unlogged table rate_limit (
  key text primary key,
  tat timestamptz not null                     -- theoretical arrival time (GCRA)
) with (fillfactor = 50);

-- Monthly partitions from the month of $1 for $2 months; called at every start and every day. Runs as the owner of the tables.
create function ensure_partitions(from_time timestamptz, months int) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  m timestamptz := date_trunc('month', from_time, 'UTC');
  t text; lo text; hi text; name text; options text;
begin
  for i in 1..months loop
    lo := lpad(to_hex((extract(epoch from m) * 1000)::bigint), 12, '0');
    hi := lpad(to_hex((extract(epoch from (m + interval '1 month')) * 1000)::bigint), 12, '0');
    foreach t in array array['notification', 'message', 'attempt', 'message_event'] loop
      name := t || '_' || to_char(m at time zone 'UTC', 'YYYYMM');
      options := case when t in ('message', 'attempt') then 'with (fillfactor = 55, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)' else '' end;
      if to_regclass('public.' || name) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L) %s', name, t,
          left(lo, 8) || '-' || right(lo, 4) || '-0000-0000-000000000000', left(hi, 8) || '-' || right(hi, 4) || '-0000-0000-000000000000', options);
      end if;
    end loop;
    m := m + interval '1 month';
  end loop;
end $$;
revoke execute on function ensure_partitions from public;
grant execute on function ensure_partitions to carillon_engine;

-- Row-level security. The setting is '' after a transaction that set it locally, hence nullif.
do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['contact','member','api_key','suppression','event','notification','message','message_work','attempt','message_event',
    'attachment','dedupe_key','in_app_item','sandbox_message','sandbox_report'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_http, carillon_engine', t);
  end loop;
  -- Shared rows (organization_id null) are read by every organization and written by none.
  foreach t in array array['template','template_version','template_current'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_http, carillon_engine', t);
  end loop;
  foreach t in array array['template','template_version','template_current'] loop
    execute format('create policy built_in on %I for select to carillon_http using (organization_id is null)', t);
  end loop;
  alter table organization enable row level security;
  execute format('create policy tenant on organization to carillon_http using (id = %s) with check (id = %s)', own, own);
  create policy engine on organization to carillon_engine using (true) with check (true);
  grant select, update on organization to carillon_http;
  grant select, insert, update, delete on organization, webhook_receipt, rate_limit to carillon_engine;
  grant select, insert, update on rate_limit to carillon_http;
  -- The dispatcher vacuums its work table itself where Postgres lets it (17 and later); before that, autovacuum does.
  if current_setting('server_version_num')::int >= 170000 then execute 'grant maintain on message_work to carillon_engine'; end if;
end $$;
