-- Who signs in. The tables are those better-auth's own compileMigrations writes for the settings in
-- src/engine/organizations/sign-in.ts (a test compares them), in a schema and under a role of their own: no organization's
-- request can read a password hash or a session, and sign-in cannot read a message.
do $$ begin
  if not exists (select from pg_roles where rolname = 'carillon_auth') then
    begin
      create role carillon_auth nologin;
    exception when duplicate_object or unique_violation then null; -- another database of this server made it just now
    end;
  end if;
  execute format('grant carillon_auth to %I', current_user);
end $$;

create schema auth;

create table auth."user" (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  email text not null unique,                  -- lower case
  email_verified boolean not null,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table auth.session (
  id uuid primary key default gen_random_uuid(),
  expires_at timestamptz not null,
  token text not null unique,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null,
  ip_address text,
  user_agent text,
  user_id uuid not null references auth."user" (id) on delete cascade,
  active_organization_id text                  -- chosen last; that the member still belongs to it is checked at every request
);
create index session_user_id_idx on auth.session (user_id);

create table auth.account (
  id uuid primary key default gen_random_uuid(),
  account_id text not null,
  provider_id text not null,                   -- 'credential': e-mail and password
  user_id uuid not null references auth."user" (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,                               -- scrypt
  created_at timestamptz not null default now(),
  updated_at timestamptz not null
);
create index account_user_id_idx on auth.account (user_id);

create table auth.verification (
  id uuid primary key default gen_random_uuid(),
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verification_identifier_idx on auth.verification (identifier);

grant usage on schema auth to carillon_auth;
grant select, insert, update, delete on all tables in schema auth to carillon_auth;

alter table member add foreign key (user_id) references auth."user" (id) on delete set null;
