-- Before a message is sent once more, somebody asks what it reminds of.
create index on reminder (notification_id) where notification_id is not null;
