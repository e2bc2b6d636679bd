-- What was written from the sandbox's phones, for the page that shows them.
create index inbound_message_sandbox on inbound_message (organization_id, channel, id desc) where provider = 'sandbox';
