-- What a contact chose: { "channels": { "mkt": { "email": false } }, "optedOut": true, "measured": false }. What is absent follows the organization.
alter table contact add column preferences jsonb not null default '{}';

-- The kind of news that was said yes or no to; null: everything on that channel, which alone decides whether an address is
-- opted out. Sources of the former: one_click, preference_page, api.
alter table consent_event add column category text;

-- Opens and clicks of our own links, kept as they come and judged a moment later, when it is known what came beside them.
-- Nothing about who came; what their program called itself goes when they are judged.
create table message_hit (
  message_id uuid not null,
  id uuid not null,
  organization_id uuid not null,
  at timestamptz not null,
  kind smallint not null,                      -- 0 open, 1 click
  link text,                                   -- up to its query; null: a picture, or the link nobody sees
  method text not null,
  user_agent text not null,
  prefetch boolean not null,
  judged_at timestamptz,
  automatic text,                              -- why it was no person: head, prefetch, too_soon, image_proxy, scanner, trap, many_links
  primary key (message_id, id)
);
create index on message_hit (at) where judged_at is null;
create index on message_hit using brin (at) with (pages_per_range = 32, autosummarize = on);

do $$
declare own constant text := '(select nullif(current_setting(''app.organization_id'', true), '''')::uuid)';
begin
  alter table message_hit enable row level security;
  execute format('create policy tenant on message_hit to carillon_http using (organization_id = %s) with check (organization_id = %s)', own, own);
  create policy engine on message_hit to carillon_engine using (true) with check (true);
  grant select, insert, update, delete on message_hit to carillon_http, carillon_engine;
end $$;
