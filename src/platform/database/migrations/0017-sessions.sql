-- When a session was last used, shown to the person it belongs to; and the second factor, in the table better-auth's plugin
-- asks for. Its secret and codes are encrypted with a key derived from CARILLON_SECRET.
alter table auth.session add column last_used_at timestamptz;

alter table auth."user" add column two_factor_enabled boolean default false;

create table auth.two_factor (
  id uuid primary key default gen_random_uuid(),
  secret text not null,                        -- what the authenticator app has
  backup_codes text not null,                  -- those that are left
  user_id uuid not null references auth."user" (id) on delete cascade,
  verified boolean default true,               -- false: begun, and not yet shown to work
  failed_verification_count integer default 0, -- the plugin's lockout, which is not used: sign-in slows down instead
  locked_until timestamptz
);
create index two_factor_secret_idx on auth.two_factor (secret); -- the plugin asks for it
create index two_factor_user_id_idx on auth.two_factor (user_id);

grant select, insert, update, delete on auth.two_factor to carillon_auth;
