-- Quotes, confirmations, invoices and missions as files: what each is made of, written with what it is about. The file is
-- made when somebody first reads it.

-- Hundredths of a percent. Null: the seller's scheme says.
alter table service_type add column vat_rate int check (vat_rate between 1 and 10000);

create table booking_document (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  quote_id uuid not null references quote (id) on delete cascade,
  booking_id uuid references booking (id),
  attribution_id uuid references attribution (id),
  contact_id uuid,                             -- the professional it names
  kind text not null check (kind in ('quote', 'booking_confirmation', 'invoice', 'credit_note', 'mission_proposal', 'mission_order')),
  audience text not null check (audience in ('full', 'restricted')),
  language text not null check (language in ('fr', 'en')),
  version int not null check (version > 0),    -- of a credit note: the first, the second of its booking
  number text,                                 -- of invoices and credit notes
  issued_on date,
  amount int,                                  -- with VAT, in minor units
  currency text,
  data jsonb,                                  -- what it is made of; null: it cannot be made, or was erased
  refused jsonb,                               -- why it cannot be made: what is missing, each with its remedy
  storage_key text not null unique,
  sha256 text,                                 -- of the file, once it was made
  bytes int,
  pages int,
  made_at timestamptz,
  created_at timestamptz not null,
  check (number is null or data is not null and issued_on is not null)
);
create unique index booking_document_quote on booking_document (quote_id, kind, language, version) where booking_id is null;
create unique index booking_document_booking on booking_document (booking_id, kind, audience, language, version)
  where booking_id is not null and attribution_id is null;
create unique index booking_document_mission on booking_document (attribution_id, contact_id, kind, version) where attribution_id is not null;
-- A booking is invoiced once, in whatever language.
create unique index booking_document_invoice on booking_document (booking_id) where kind = 'invoice';
create index on booking_document (quote_id);
create index on booking_document (contact_id) where contact_id is not null;

-- What was issued under a number is never changed nor taken away: only its file is written down.
create function booking_document_issued() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.number, new.issued_on, new.data, new.amount, new.currency, new.kind, new.booking_id)
      is distinct from (old.number, old.issued_on, old.data, old.amount, old.currency, old.kind, old.booking_id) then
    raise exception '% % has been issued and stays as it is', old.kind, old.number;
  end if;
  return new;
end $$;
create trigger booking_document_issued before update or delete on booking_document
  for each row when (old.number is not null) execute function booking_document_issued();

do $$
declare own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  alter table booking_document enable row level security;
  execute format('create policy tenant on booking_document to carillon_http using (organization_id = %s) with check (organization_id = %s)', own, own);
  create policy engine on booking_document to carillon_engine using (true) with check (true);
  grant select, insert, update, delete on booking_document to carillon_http, carillon_engine;
end $$;
