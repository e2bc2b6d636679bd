-- Outgoing webhooks: what happened, told to the host application by the Standard Webhooks scheme.
create table webhook_endpoint (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  url text not null,
  description text,
  events text[] not null,                      -- names of src/engine/webhooks/event.ts; empty: all of them
  secret bytea not null,                       -- sealed, bound to the id
  old_secret bytea,                            -- signs beside the new one until old_until, so that a receiver can change over
  old_until timestamptz,
  enabled boolean not null default true,
  disabled_reason text,                        -- set when it was switched off by us
  failing_since timestamptz,                   -- the first failure after which nothing succeeded
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on webhook_endpoint (organization_id, id desc);

-- How far an organization's changes have been told: its place in the stream (src/engine/messages/changes-store.ts).
create table webhook_cursor (
  organization_id uuid primary key references organization (id),
  xid xid8 not null,
  after_id uuid not null,
  since timestamptz not null
);

-- One event for one endpoint. due_at is when it is due, or when the lease of the process that sends it ends.
create table webhook_delivery (
  id uuid primary key,                         -- the webhook-id: the same for every try
  organization_id uuid not null,
  endpoint_id uuid not null references webhook_endpoint (id) on delete cascade,
  event_id uuid not null,                      -- the row it tells of: told once to each endpoint
  type text not null,
  body text not null,                          -- as it is signed and sent
  status smallint not null,                    -- 0 waits, 1 delivered, 2 failed
  attempt smallint not null default 0,         -- tries of this round; a replay begins a new one
  due_at timestamptz,                          -- null: nothing more to do
  tries jsonb not null default '[]',           -- [{ at, status, error, ms }], the last twenty
  created_at timestamptz not null,
  unique (endpoint_id, event_id)
);
create index webhook_delivery_due on webhook_delivery (endpoint_id, due_at) where due_at is not null;
create index on webhook_delivery (organization_id, id desc);
create index on webhook_delivery (endpoint_id, id desc);

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['webhook_endpoint','webhook_cursor','webhook_delivery'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_http, carillon_engine', t);
  end loop;
end $$;
