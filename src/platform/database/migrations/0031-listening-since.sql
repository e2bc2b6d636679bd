-- What had been committed when an endpoint was last switched on; it is not told of that. Null: of all that comes.
alter table webhook_endpoint add column listens_since pg_snapshot;
alter table webhook_endpoint alter column listens_since set default pg_current_snapshot();
