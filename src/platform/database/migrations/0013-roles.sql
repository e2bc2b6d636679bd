-- Who works in an organization and what they may do, invitations, and when the platform's support may look in.

alter table member add column disabled_at timestamptz; -- set: they may not come in, and hear of nothing
-- A person is a member of an organization once, however many invitations they accept at the same moment.
create unique index on member (organization_id, user_id) where user_id is not null;

-- What a role may do where the organization has decided; without a row, src/engine/organizations/permissions.ts. Never for owner.
create table role_permission (
  organization_id uuid not null references organization (id),
  role text not null,
  permissions text[] not null,
  updated_at timestamptz not null,
  primary key (organization_id, role)
);

create table invitation (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  email text not null,                         -- normalized
  role text not null,
  token_hash bytea not null unique,            -- SHA-256; the token itself is only in the mail
  invited_by text not null,                    -- the name of whoever did
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create index on invitation (organization_id, id desc);
create unique index on invitation (organization_id, email) where accepted_at is null and revoked_at is null;

-- A time in which those who operate the platform may look in, and not change anything.
create table support_window (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  reason text not null,
  opened_by text not null,                     -- the name of whoever did
  opened_at timestamptz not null,
  expires_at timestamptz not null,
  closed_at timestamptz                        -- set when it was closed before its time
);
create index on support_window (organization_id, id desc);

do $$
declare t text; own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  foreach t in array array['role_permission','invitation','support_window'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant on %I to carillon_http using (organization_id = %s) with check (organization_id = %s)', t, own, own);
    execute format('create policy engine on %I to carillon_engine using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to carillon_http, carillon_engine', t);
  end loop;
end $$;
