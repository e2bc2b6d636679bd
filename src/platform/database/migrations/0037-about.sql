-- Whom an event, or a subject that is reminded of, is about, besides those who hear of it: erasing one of them takes it out
-- of what the others were told.
alter table event add column about uuid[];
create index event_about on event using gin (about) where about is not null;
alter table reminder_plan add column about uuid[];
create index reminder_plan_about on reminder_plan using gin (about) where about is not null;

-- Samples, paid for where no money moves, have numbers of their own and are nobody's invoices: they may be taken away.
drop trigger booking_document_issued on booking_document;
create trigger booking_document_issued before update or delete on booking_document
  for each row when (old.number is not null and old.number not like 'SANDBOX-%') execute function booking_document_issued();

-- Money of bookings is a permission of its own now: who decided about these roles themselves keeps them able to do their work.
update role_permission set permissions = array_append(permissions, 'bookings.money')
where (role = 'admin' and 'bookings.manage' = any(permissions) or role = 'accounting' and 'bookings.read' = any(permissions))
  and not 'bookings.money' = any(permissions);

-- What vendors told and could not be worked off after many tries: somebody hears of it, and nobody forgets it.
create index webhook_receipt_stuck on webhook_receipt (received_at) where processed_at is null and tries >= 8;

-- People who can sign in and belong to no organization any more, since when somebody saw that: their user goes in time.
create table user_leaving (
  user_id uuid primary key,
  since timestamptz not null
);
grant select, insert, update, delete on user_leaving to carillon_engine;
