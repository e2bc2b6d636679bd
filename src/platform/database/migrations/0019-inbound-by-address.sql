-- What somebody wrote is found by each of their addresses: on their page, in their export and in their erasure.
create index on inbound_message (organization_id, from_address) where from_address is not null;
create index on inbound_message (organization_id, user_id) where user_id is not null;
