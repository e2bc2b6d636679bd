-- Who an organization is on its documents, and the numbers of its invoices.

create table seller (
  organization_id uuid primary key references organization (id),
  details jsonb not null,                      -- any part of what an invoice needs, each checked when it was saved
  logo_key text,                               -- in the storage
  updated_at timestamptz not null
);

-- The last number of each organization. Whoever takes the next one holds this row until their transaction ends, so that a
-- number that was rolled back is the next one’s: no gaps, whatever happens.
create table invoice_counter (
  organization_id uuid primary key references organization (id),
  year int not null,
  last int not null,
  issued_on date not null                      -- never goes back: numbers are in the order of their days
) with (fillfactor = 50);

-- Every number that was given: one for each thing that is invoiced or credited.
create table invoice_number (
  organization_id uuid not null references organization (id),
  year int not null,
  number int not null check (number > 0),
  type text not null check (type in ('invoice', 'credit_note')),
  subject text not null,                       -- what it is for: a transaction’s id, or a refund’s
  issued_on date not null,
  created_at timestamptz not null,
  primary key (organization_id, year, number),
  unique (organization_id, type, subject)
);

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['seller','invoice_counter','invoice_number'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update on %I to carillon_http, carillon_engine', t);
  end loop;
  revoke update on invoice_number from carillon_http, carillon_engine;
end $$;
