-- The hash names its campaign, so it is unique by itself. With the campaign before it, the index looked to the planner like a
-- cheap way to some of a campaign's recipients while the table's statistics said that it has few: writing down what was done
-- with 500 of 100 000 read all of them.
create unique index campaign_recipient_address on campaign_recipient (address_key);
alter table campaign_recipient drop constraint campaign_recipient_campaign_id_address_key_key;
