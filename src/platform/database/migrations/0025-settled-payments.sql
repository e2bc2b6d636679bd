-- What somebody has said of a payment that they have dealt with.
alter table payment_transaction add column note text;
