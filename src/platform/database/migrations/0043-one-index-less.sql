-- reminder_plan_soonest begins with the same columns.
drop index reminder_plan_organization_id_at_idx;
