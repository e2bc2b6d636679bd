-- What carriers tell us: calls by GET, what people write to us, what they agree to.

alter table webhook_receipt add column method text not null default 'POST';
-- A call that could not be worked through is tried again at due_at, less and less often.
alter table webhook_receipt add column tries smallint not null default 0;
alter table webhook_receipt add column due_at timestamptz;

-- Which report made this line, for those that no rank protects (a further open): the same report twice is one line.
alter table message_event add column source uuid;
create unique index message_event_source on message_event (message_id, source) where source is not null;

-- One message that a person sent to one of our accounts.
create table inbound_message (
  id uuid primary key,
  organization_id uuid references organization (id), -- null: to a shared account, from somebody nobody has written to
  account_id uuid not null,
  event_id text not null,                      -- the carrier's id of it: redelivered, it is the same message
  provider text not null,
  channel smallint not null,
  from_address text,                           -- E.164 or lower-case e-mail; null where the carrier gives only user_id
  user_id text,                                -- the carrier's own id of the person
  from_name text,
  to_address text,
  contact_id uuid,                             -- as far as it was known when it came
  at timestamptz not null,                     -- by the carrier's clock
  received_at timestamptz not null,
  kind text not null,                          -- src/engine/channels/inbound.ts
  text text,
  payload text,
  media json,
  in_reply_to text,
  consent text,                                -- stop, start or help: what the carrier or we took its words for
  raw json not null,                           -- json, not jsonb: as it came, NUL escapes and all
  followed_at timestamptz,                     -- when all that follows from it was done; null: to be done, or done again
  xid xid8 not null default pg_current_xact_id(), -- for live sockets, as in message_event
  unique (account_id, event_id)
);
create index on inbound_message (organization_id, id desc);
create index on inbound_message (organization_id, xid);
create index on inbound_message (account_id, user_id, id desc) where user_id is not null;
create index on inbound_message (contact_id, id desc) where contact_id is not null;

-- Who said yes or no, when, in which words, and what proves it. Rows are only ever added; the newest of an address counts.
create table consent_event (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  contact_id uuid,
  channel smallint not null,
  address text not null,
  state text not null,                         -- granted, withdrawn
  source text not null,                        -- inbound: they wrote it; carrier: it was told of it
  wording text,                                -- what they wrote, or the carrier's code
  at timestamptz not null,
  inbound_id uuid,                             -- the proof: what they wrote
  message_id uuid,                             -- or the message that the carrier answered so
  created_at timestamptz not null
);
create unique index on consent_event (inbound_id) where inbound_id is not null;
create unique index on consent_event (message_id) where message_id is not null;
create index on consent_event (organization_id, channel, address, at desc, id desc);
create index on consent_event (contact_id, id desc) where contact_id is not null;

-- The same look-ups within one organization, and now also the organizations that know an address.
create index contact_phone on contact (phone, organization_id) where phone is not null;
create index contact_email on contact (email, organization_id) where email is not null;
drop index contact_organization_id_phone_idx;
drop index contact_organization_id_email_idx;

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['inbound_message','consent_event'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
  end loop;
  grant select on inbound_message to carillon_http;
  grant select, insert, update, delete on inbound_message to carillon_engine;
  grant select, insert on consent_event to carillon_http, carillon_engine;
end $$;
