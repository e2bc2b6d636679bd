-- A carrier that takes messages and reports afterwards that the account may send none (a payment that failed, a business that is locked).
alter table provider_account add column stopped_at timestamptz, add column stopped_by text;
