-- Channels whose budget of this month is spent, where the organization wants them stopped then: kept by alerts.check, read by accept.
alter table organization add column over_budget smallint[] not null default '{}';
