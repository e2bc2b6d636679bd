-- A mission that staff gave to somebody. How far they are from it may not be known.
alter table attribution add column by_hand boolean not null default false;
alter table attribution_answer alter column distance_km drop not null;
