-- WhatsApp: who may be answered freely, which templates the carrier has approved, people known without a number.

-- Until when a person who wrote to an account may be answered freely: 24 hours after they wrote. A person who is known by
-- a number and by the carrier's own user id has a row for each.
create table reply_window (
  account_id uuid not null,
  address text collate "C" not null,           -- E.164, or the carrier's user id
  organization_id uuid,                        -- null: the platform's account
  closes_at timestamptz not null,
  primary key (account_id, address)
);
create index on reply_window using brin (closes_at) with (pages_per_range = 32, autosummarize = on);

-- Approved templates as the carrier has them: asked for every hour, and told of by its webhook.
create table carrier_template (
  account_id uuid not null,
  id text not null,                            -- the carrier's
  organization_id uuid,                        -- null: the platform's account
  name text not null,
  language text not null,
  status text not null,                        -- approved, pending, rejected, paused, disabled
  category text,
  reason text,
  components json,
  updated_at timestamptz not null,
  primary key (account_id, id)
);
-- What must not be sent, which is asked with every batch.
create index on carrier_template (account_id) where status in ('rejected', 'paused', 'disabled');

-- WhatsApp's own id of the person, for those who show no number.
alter table contact add column whatsapp_id text;
create index on contact (whatsapp_id, organization_id) where whatsapp_id is not null;

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['reply_window','carrier_template'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_engine', t);
    execute format('grant select on %I to carillon_http', t);
  end loop;
end $$;
