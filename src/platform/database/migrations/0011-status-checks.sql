-- Asking carriers what became of a message, for those that do not repeat a report that was lost.

-- A message that a carrier took, until its status is known or asking is given up. Written with the send, taken away by whoever asks:
-- reports need not touch it. due_at is when the carrier is asked next, or when the lease of somebody who asks ends.
create table status_check (
  message_id uuid primary key,
  organization_id uuid not null,
  account_id uuid not null,
  provider_message_id text not null,
  sent_at timestamptz not null,
  due_at timestamptz not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
-- For the accounts there are, and the oldest that are due of one: no account waits behind another's.
create index on status_check (account_id, due_at);

do $$
declare own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  alter table status_check enable row level security;
  execute format('create policy tenant on status_check to carillon_http using (organization_id = %s) with check (organization_id = %s)', own, own);
  create policy engine on status_check to carillon_engine using (true) with check (true);
  grant select, insert, update, delete on status_check to carillon_http, carillon_engine;
end $$;
