-- Why a campaign stopped by itself, until somebody lets it go on: template_version_removed.
alter table campaign add column problem text;

-- What one call of a carrier says about an address is said for each contact who has it.
drop index consent_event_inbound_id_idx;
drop index consent_event_message_id_idx;
create unique index consent_event_inbound on consent_event (inbound_id, contact_id) nulls not distinct where inbound_id is not null;
create unique index consent_event_message on consent_event (message_id, contact_id) nulls not distinct where message_id is not null;

-- On, and without a next time: it would never run again, and is told as late.
create index automation_schedule_unplanned on automation_schedule (updated_at) where enabled and next_at is null;
