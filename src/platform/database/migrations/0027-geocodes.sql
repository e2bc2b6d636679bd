-- Where addresses are, as geocoders said: asked once for all organizations.

create table geocode (
  key bytea primary key,                       -- a stamp of the normalized address: it cannot be read back
  latitude double precision,                   -- null: nobody knew it well enough
  longitude double precision,
  score real,
  provider text,
  expires_at timestamptz not null
);
create index on geocode (expires_at);

alter table geocode enable row level security;
create policy engine on geocode to carillon_engine using (true) with check (true);
grant select, insert, update, delete on geocode to carillon_engine;
