import { query } from './lab/servers.ts'

/** Contacts of the demo organization who agreed to marketing by e-mail, on a list of their own. Its id. */
export async function addAgreed(url: string, count: number): Promise<string> {
  const [row] = await query<{ id: string }>(
    url,
    `with o as materialized (select id from organization where demo),
     list as (insert into segment (id, organization_id, name, created_at, updated_at) select new_id(now()), id, 'Agreed', now(), now() from o returning id, organization_id),
     added as (
       insert into contact (id, organization_id, name, email, marketing, created_at, updated_at)
       select new_id(now()), o.id, 'Contact ' || n, 'agreed-' || n || '@recipients.test',
         jsonb_build_object('email', jsonb_build_object('address', 'agreed-' || n || '@recipients.test', 'basis', 'consent')), now(), now()
       from o, generate_series(1, $1::int) n returning id, organization_id
     ), members as (
       insert into segment_member (segment_id, contact_id, organization_id) select list.id, added.id, added.organization_id from list, added
     ) select id from list`,
    [count],
  )
  return row!.id
}
