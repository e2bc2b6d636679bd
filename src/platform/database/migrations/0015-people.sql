-- What the law asks about people: consent, suppressions that outlive an erasure, long work with progress, export, erasure.

-- An id (UUIDv7) for rows whose statements give none.
create function new_id(at timestamptz) returns uuid language sql volatile as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- consent_event, further: state requested (asked, not yet confirmed); sources form, paper, phone, in_person, import, other
-- (the host application says so) and double_opt_in (the person confirmed a request).
alter table consent_event add column basis text not null default 'consent'; -- or existing_customer: not asked, told (art. L34-5 CPCE)
alter table consent_event add column proof json;                           -- what the host application gave: a form's id, an IP address, a document
alter table consent_event add column request_id uuid;                      -- the request that this confirms
alter table consent_event add column actor json;                           -- who recorded it, where it was not the person
create unique index on consent_event (request_id) where request_id is not null;
-- Erasing a person takes address, words and proof away; that somebody said yes or no then stays.
grant update (address, wording, proof, actor) on consent_event to carillon_engine;

-- Where marketing may go: { "email": { "address": "…", "basis": "consent" } }. Follows from consent_event alone: see refresh_marketing.
alter table contact add column marketing jsonb not null default '{}';

-- Makes contacts' `marketing` what the log says. Of an address of a contact the newest word about marketing counts, unless
-- the address itself was withdrawn (STOP) since.
create function refresh_marketing(contact_ids uuid[]) returns void language sql as $$
  update contact c set marketing = coalesce((
    select jsonb_object_agg(a.name, jsonb_build_object('address', a.address, 'basis', said.basis))
    from (values ('email', 1::smallint, c.email), ('sms', 2::smallint, c.phone), ('whatsapp', 3::smallint, coalesce(c.phone, c.whatsapp_id))) a (name, channel, address)
    cross join lateral (select e.state, e.basis, e.at from consent_event e
      where e.organization_id = c.organization_id and e.channel = a.channel and e.address = a.address and e.category = 'mkt' and e.contact_id = c.id and e.state <> 'requested'
      order by e.at desc, e.id desc limit 1) said
    left join lateral (select e.state, e.at from consent_event e
      where e.organization_id = c.organization_id and e.channel = a.channel and e.address = a.address and e.category is null
      order by e.at desc, e.id desc limit 1) of_all on true
    where said.state = 'granted' and (of_all.state = 'withdrawn' and of_all.at >= said.at) is not true
  ), '{}') where c.id = any(contact_ids)
$$;
select refresh_marketing(array(select distinct contact_id from consent_event where category = 'mkt'));

-- Suppressions: named, and some of them added by hand. `address` is the address, or, once its person was erased, `hmac:` and
-- a keyed hash of it, so that the same address is still refused when it comes again.
alter table suppression add column id uuid;
update suppression set id = new_id(created_at);
alter table suppression alter column id set not null, alter column id set default new_id(clock_timestamp());
alter table suppression add column note text;  -- why, in the words of whoever added it
alter table suppression add column actor json; -- who added it by hand
create unique index on suppression (organization_id, id desc);

-- Suppressions that somebody took away. Only added to.
create table suppression_lifted (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  channel smallint not null,
  address text not null,                       -- as in suppression
  reason text not null,                        -- what it was for
  why text not null,
  forced boolean not null,
  actor json not null,
  created_at timestamptz not null
);
create index on suppression_lifted (organization_id, id desc);

-- Work that takes longer than a request: an automation, an export, an erasure, an import. The row is the truth, a job the
-- nudge: whoever takes it raises `attempt` and holds it until `lease_until`; after a crash the next one goes on from `state`.
create table automation_run (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  name text not null,
  subject_id uuid,                             -- what it is about: a contact, say
  dry_run boolean not null,
  input json,
  state json,                                  -- how far it is, in its own words
  counts jsonb not null default '{}',
  done int not null default 0,
  total int,                                   -- null: not known
  attempt int not null default 0,
  tries smallint not null default 0,           -- that ended in an error
  lease_until timestamptz,                     -- held, or not to be tried, until then
  offered_at timestamptz not null,
  outcome text,                                -- done, failed
  error text,
  actor json,                                  -- who asked for it; null: its time had come
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  check ((outcome is null) = (finished_at is null))
);
-- One at a time.
create unique index automation_run_open on automation_run (organization_id, name, subject_id, dry_run) nulls not distinct where finished_at is null;
create index on automation_run (organization_id, name, id desc);
create index on automation_run (subject_id, id desc) where subject_id is not null;
create index automation_run_unfinished on automation_run (offered_at) where finished_at is null;

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['suppression_lifted','automation_run'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
  end loop;
  grant select, insert on suppression_lifted to carillon_http, carillon_engine;
  grant update (address, why) on suppression_lifted to carillon_engine;
  grant select, insert, update, delete on automation_run to carillon_engine;
  grant select, insert on automation_run to carillon_http;
end $$;

-- Erasing people, and taking the contents out of what is old.
alter table contact add column erased_at timestamptz;         -- asked for; nothing is accepted for it from then on
alter table notification add column anonymised_at timestamptz; -- its words, files and addresses are gone
alter table organization add column anonymised_through timestamptz; -- notifications from before it are done, but those in anonymise_later
create index on attachment (storage_key);

-- Old notifications that still waited for their time when it was their turn.
create table anonymise_later (
  notification_id uuid primary key,
  organization_id uuid not null references organization (id)
);
create index on anonymise_later (organization_id, notification_id);

-- What proves an erasure. Only added to.
create table erasure (
  id uuid primary key,                         -- of its run
  organization_id uuid not null references organization (id),
  contact_hash text not null,                  -- keyed, as in suppression
  actor json,
  counts jsonb not null,
  requested_at timestamptz not null,
  finished_at timestamptz not null
);
create index on erasure (organization_id, id desc);

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['anonymise_later','erasure'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
  end loop;
  grant select, insert on erasure to carillon_engine;
  grant select on erasure to carillon_http;
  grant select, insert, delete on anonymise_later to carillon_engine;
end $$;
