-- Whom a WhatsApp portfolio has written to without having been written to, and when last: the carrier limits how many
-- different people that are in any 24 hours. Both names are hashes: nobody is known by this table.
create table first_contact (
  portfolio text not null,
  person text not null,
  written_at timestamptz not null,
  primary key (portfolio, person)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index on first_contact (portfolio, written_at);
create index on first_contact (written_at);

alter table first_contact enable row level security;
create policy engine on first_contact to carillon_engine using (true) with check (true);
grant select, insert, update, delete on first_contact to carillon_engine;
