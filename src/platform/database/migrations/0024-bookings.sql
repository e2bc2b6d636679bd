-- Quotes, payments, bookings, and the professionals who carry them out.

-- What an organization has decided; what is missing is the product's default.
create table booking_settings (
  organization_id uuid primary key references organization (id),
  settings jsonb not null,
  updated_at timestamptz not null
);

-- Where an organization is paid. One at a time; a removed one is still called back about what was paid through it.
create table payment_account (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  name text not null,
  settings bytea not null,                     -- sealed, bound to the id
  created_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz
);
create unique index payment_account_one on payment_account (organization_id) where removed_at is null;

create table service_type (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  key text not null,
  label_fr text not null,
  label_en text not null,
  pricing jsonb not null,                      -- its rules; a quote keeps those it was made with
  responsible_ids uuid[] not null,             -- members
  professional_share int,                      -- hundredths of the price that whoever does it earns; null: not said
  enabled boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (organization_id, key)
);

create table quote (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  temporary_id text not null unique,           -- random: whoever has it may see the quote and pay it
  service_type_id uuid not null references service_type (id),
  pricing jsonb not null,                      -- the rules as they were
  inputs jsonb not null,
  insurance boolean not null,
  amount int not null check (amount > 0),
  currency text not null,
  name text,
  email text,
  phone text,
  locale text,
  address_line text not null,
  postal_code text not null,
  city text not null,
  latitude double precision,
  longitude double precision,
  notes text,
  wished_at timestamptz not null,
  time_zone text not null,
  status text not null check (status in ('open', 'confirmed', 'expired')),
  expires_at timestamptz not null,
  awaiting_payment_at timestamptz,             -- the client has paid in a way that takes days to arrive
  booking_id uuid,
  created_at timestamptz not null
);
-- What a contact asked for is looked for among all of their organization's.
create index on quote (organization_id, id desc);
-- What has expired since, and what is to be forgotten.
create index quote_unpaid on quote (organization_id, expires_at) where status <> 'confirmed';

-- The last number given in a year. Numbers may be left out, when the booking that was to have one was not made after all.
create table booking_number (
  organization_id uuid not null references organization (id),
  year int not null,
  last int not null,
  primary key (organization_id, year)
);

create table booking (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  reference text not null,
  quote_id uuid not null unique references quote (id),
  contact_id uuid not null,
  service_type_id uuid not null references service_type (id),
  starts_at timestamptz not null,
  time_zone text not null,
  amount int not null,                         -- what the server's rules come to
  paid int not null,                           -- what was paid
  currency text not null,
  insurance boolean not null,
  price_mismatch boolean not null,
  paid_late boolean not null,                  -- after the quote had expired
  status text not null check (status in ('draft', 'payment_completed', 'assigned', 'in_progress', 'completed', 'cancelled')),
  cancel_reason text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (organization_id, reference)
);
create index on booking (organization_id, id desc);
create index on booking (organization_id, starts_at);
create index on booking (contact_id);

-- Who is told of a payment, each on its own: one that fails is tried again and holds up no other.
create table booking_flow (
  booking_id uuid not null references booking (id),
  flow text not null check (flow in ('staff', 'client', 'professionals')),
  organization_id uuid not null references organization (id),
  state text not null check (state in ('waiting', 'done')),
  detail text,
  run_id uuid,                                 -- who works on it
  updated_at timestamptz not null,
  primary key (booking_id, flow)
);

-- Money that came or went back. Without a booking: nobody knows what it is for, and somebody has been told.
create table payment_transaction (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  booking_id uuid references booking (id),
  kind text not null check (kind in ('payment', 'refund')),
  status text not null check (status in ('completed', 'pending', 'failed', 'orphaned')),
  amount int not null,
  currency text not null,
  account_id uuid not null,
  checkout_session text,
  payment_intent text,
  vendor_id text,                              -- of a refund
  method text,
  payer_email text,
  problem text,
  settled_at timestamptz,                      -- an orphan that somebody has dealt with
  created_at timestamptz not null
);
create unique index payment_once on payment_transaction (account_id, checkout_session) where kind = 'payment';
create unique index refund_once on payment_transaction (account_id, vendor_id) where kind = 'refund';
create index on payment_transaction (organization_id, id desc);
-- What somebody is to deal with.
create index payment_open on payment_transaction (organization_id, id desc) where status = 'orphaned';
create index on payment_transaction (booking_id) where booking_id is not null;
create index on payment_transaction (account_id, payment_intent) where payment_intent is not null;

-- Every event of a payment vendor, once, with what came of it. Nobody's: of the platform's account, about no quote of anybody.
create table payment_event (
  account_id uuid not null,
  event_id text not null,
  organization_id uuid references organization (id),
  type text not null,
  outcome text not null,
  booking_id uuid,
  occurred_at timestamptz not null,
  processed_at timestamptz not null,
  primary key (account_id, event_id)
);
-- What is to be forgotten.
create index on payment_event (organization_id, processed_at);

create table professional (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  contact_id uuid not null,
  company text not null,
  latitude double precision,                   -- without them nothing is near: hears of no mission
  longitude double precision,
  radius_km int,                               -- how far they go; null: as far as the organization asks
  skills text[] not null,                      -- keys of service types
  blacklisted boolean not null,
  available boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz
);
create unique index professional_contact on professional (organization_id, contact_id) where removed_at is null;
create index on professional (organization_id, id desc);
-- What is held about a contact, also as a professional who was removed.
create index on professional (contact_id);

create table attribution (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  booking_id uuid not null references booking (id),
  status text not null check (status in ('broadcasting', 'accepted', 'expired', 'cancelled')),
  round int not null,
  radius_km int not null,
  approximate boolean not null,                -- the address was not found: distances are from the organization's own point
  deadline_at timestamptz not null,
  winner_id uuid references professional (id),
  accepted_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index attribution_one on attribution (booking_id) where status in ('broadcasting', 'accepted');
create index on attribution (booking_id, id desc);

-- Whom a mission was offered to, and what each said.
create table attribution_answer (
  attribution_id uuid not null references attribution (id),
  professional_id uuid not null references professional (id),
  organization_id uuid not null references organization (id),
  round int not null,
  distance_km double precision not null,
  answer text not null check (answer in ('none', 'accepted', 'refused', 'taken', 'expired', 'revoked')),
  proposed_at timestamptz not null,
  answered_at timestamptz,
  primary key (attribution_id, professional_id)
);
create index on attribution_answer (professional_id, attribution_id);

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['booking_settings', 'payment_account', 'service_type', 'quote', 'booking_number', 'booking', 'booking_flow', 'payment_transaction',
      'payment_event', 'professional', 'attribution', 'attribution_answer'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_http, carillon_engine', t);
  end loop;
end $$;
