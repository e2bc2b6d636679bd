-- Of one organization, what is soon or was lately: alerts.check looks every five minutes whether it was reminded of.
create index on reminder_plan (organization_id, at);
