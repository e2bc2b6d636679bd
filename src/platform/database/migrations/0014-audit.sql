-- The audit log: who changed what, and who looked at personal data. Rows are only ever added; each one's hash holds the one before it.

-- One chain per organization. The key its hashes are made with is sealed, so that somebody who has the database alone cannot make them anew.
create table audit_chain (
  organization_id uuid primary key,
  key bytea not null,                          -- sealed, bound to the organization
  n bigint not null,                           -- the last entry; 0 before the first
  hash bytea not null,                         -- its hash
  at timestamptz not null,                     -- its time: entries never go back in time
  anchor_n bigint not null,                    -- the last entry that retention took away
  start_n bigint not null,                     -- the entry after which it can be verified, and its hash: the anchor's, unless a key was lost
  start_hash bytea not null,
  began_at timestamptz not null,
  keep_days int not null default 1096,
  stamp bytea not null                         -- proves all of the above but key and keep_days
);

create table audit_entry (
  organization_id uuid not null,
  n bigint not null,                           -- 1, 2, 3 … without a gap
  id uuid not null,                            -- made with the request, so that one that is handed in twice is known
  at timestamptz not null,
  kind text not null,                          -- change, look
  act text not null,                           -- src/engine/audit/acts.ts
  outcome text not null,                       -- done, refused
  actor_kind text not null,                    -- member, api_key, contact, platform
  actor_id text,
  actor_name text not null,                    -- as it was then
  subjects text[] not null,                    -- ids of what it was about; never contents
  details json,                                -- json, not jsonb: as it was hashed. Names of fields, values of settings that are nobody's
  request_id text,
  support_window_id text,
  ip text,                                     -- these three go after a year; the hash holds origin_digest, which stays
  user_agent text,
  origin_salt bytea,
  origin_digest bytea,                         -- SHA-256 of the salt, the address and the program
  hash bytea not null,                         -- HMAC-SHA-256 of the hash before it and everything here that stays
  primary key (organization_id, n)
);
create index on audit_entry (organization_id, at, n);
create index on audit_entry (organization_id, actor_id, n);
create index on audit_entry (organization_id, act, n);
create index on audit_entry using gin (subjects);
-- Whose address and program are still there, oldest first.
create index audit_entry_origin on audit_entry (at) where origin_salt is not null;

-- Whatever a role may do: an entry stays as it was written, but for where it came from, and goes only before its chain's anchor.
create function audit_entry_stays() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    if new.ip is null and new.user_agent is null and new.origin_salt is null
      and to_jsonb(new) - array['ip', 'user_agent', 'origin_salt'] = to_jsonb(old) - array['ip', 'user_agent', 'origin_salt'] then
      return new;
    end if;
  elsif tg_op = 'DELETE' then
    if exists (select from audit_chain c where c.organization_id = old.organization_id and old.n <= c.anchor_n) then
      return old;
    end if;
  end if;
  raise exception 'audit_entry is only added to' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entry_stays before update or delete on audit_entry for each row execute function audit_entry_stays();
create trigger audit_entry_is_not_emptied before truncate on audit_entry for each statement execute function audit_entry_stays();

create function audit_chain_goes_on() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.organization_id = old.organization_id and new.n >= old.n and new.anchor_n between old.anchor_n and new.start_n
    and new.start_n between old.start_n and new.n then
    return new;
  end if;
  raise exception 'audit_chain only goes on' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_chain_goes_on before update or delete on audit_chain for each row execute function audit_chain_goes_on();
create trigger audit_chain_is_not_emptied before truncate on audit_chain for each statement execute function audit_chain_goes_on();

-- What the engine may do beside adding: it has no right to update or delete, and these two have nothing else to give.
create function audit_forget_origins(before timestamptz, most int) returns int language sql security definer set search_path = public, pg_temp as $$
  with old as (
    select organization_id, n from audit_entry where origin_salt is not null and at < before order by at limit most
  ), gone as (
    update audit_entry e set ip = null, user_agent = null, origin_salt = null from old
    where e.organization_id = old.organization_id and e.n = old.n returning 1
  ) select count(*)::int from gone
$$;
create function audit_forget_before_anchor(organization uuid) returns int language sql security definer set search_path = public, pg_temp as $$
  with gone as (
    delete from audit_entry e using audit_chain c where c.organization_id = organization and e.organization_id = organization and e.n <= c.anchor_n returning 1
  ) select count(*)::int from gone
$$;
revoke all on function audit_forget_origins, audit_forget_before_anchor from public;
grant execute on function audit_forget_origins, audit_forget_before_anchor to carillon_engine;

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['audit_chain','audit_entry'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
  end loop;
  grant select on audit_entry to carillon_http;
  grant select, insert on audit_entry to carillon_engine;
  grant select, insert, update on audit_chain to carillon_engine;
end $$;

-- Sending writes nothing into the audit log: a notification is its own record, and says by whom it came.
alter table notification
  add column by_kind smallint,                 -- src/engine/messages/sender.ts; null: the product itself, or before this was kept
  add column by_id uuid;
