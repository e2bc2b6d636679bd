-- How far each mailbox that bounces come to has been read, and which process reads it.
create table bounce_box (
  name text primary key,                       -- user@host:port/folder
  uid_validity bigint,                         -- null: never read
  last_uid bigint not null default 0,          -- every mail up to it is in webhook_receipt
  held_by uuid,
  held_until timestamptz
);

do $$ begin
  grant select, insert, update, delete on bounce_box to carillon_engine;
end $$;
