-- What those who operate the installation are told outside of it (Slack): posted by whichever worker finds it due, and gone then.
create table operator_notice (
  id uuid primary key,
  text text not null,
  due_at timestamptz not null,
  tries int not null default 0,
  created_at timestamptz not null
);
create index on operator_notice (due_at);
alter table operator_notice enable row level security;
create policy engine on operator_notice to carillon_engine using (true) with check (true);
grant select, insert, update, delete on operator_notice to carillon_engine;
