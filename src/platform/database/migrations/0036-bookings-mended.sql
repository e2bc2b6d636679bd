-- The number that was given with a booking, where its contact has another one: its messages and reminders go there.
alter table booking add column phone text;
alter table reminder_plan add column phone text;

-- What the payer's bank says of a payment that they dispute, as the vendor told it last.
alter table payment_transaction add column dispute jsonb;
