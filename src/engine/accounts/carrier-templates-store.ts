import type { Database } from '../../platform/database/database.ts'
import type { CarrierTemplate } from '../channels/report.ts'

type Run = Database['run']

export interface StoredTemplate extends CarrierTemplate {
  readonly accountId: string
  readonly updatedAt: Date
}

/** What a carrier was asked for: these are all there are, so others are no longer there. */
export async function replaceTemplates(
  run: Run,
  account: { readonly id: string; readonly organizationId: string | null },
  templates: readonly CarrierTemplate[],
  now: Date,
): Promise<void> {
  await run(
    'carrier_template.replace',
    `with gone as (delete from carrier_template where account_id = $1 and id <> all($3::text[]))
     insert into carrier_template (account_id, organization_id, id, name, language, status, category, reason, components, updated_at)
     select $1, $2, t.id, t.name, t.language, t.status, t.category, t.reason, t.components::json, $10
     from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) as t(id, name, language, status, category, reason, components)
     on conflict (account_id, id) do update set name = excluded.name, language = excluded.language, status = excluded.status,
       category = excluded.category, reason = excluded.reason, components = excluded.components, updated_at = excluded.updated_at`,
    [
      account.id,
      account.organizationId,
      templates.map(({ id }) => id),
      templates.map(({ name }) => name),
      templates.map(({ language }) => language),
      templates.map(({ status }) => status),
      templates.map(({ category }) => category ?? null),
      templates.map(({ reason }) => reason ?? null),
      templates.map(({ components }) => (components === undefined ? null : JSON.stringify(components))),
      now,
    ],
  )
}

/** What a carrier told of by itself: a status that has changed. Of one template the last word counts. */
export async function noteTemplates(
  run: Run,
  accountId: string,
  templates: readonly CarrierTemplate[],
  now: Date,
): Promise<void> {
  const last = [...new Map(templates.map((one) => [one.id, one])).values()]
  await run(
    'carrier_template.note',
    `insert into carrier_template (account_id, organization_id, id, name, language, status, category, reason, updated_at)
     select p.id, p.organization_id, t.id, t.name, t.language, t.status, t.category, t.reason, $8
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as t(id, name, language, status, category, reason)
     join provider_account p on p.id = $1
     on conflict (account_id, id) do update set status = excluded.status, category = coalesce(excluded.category, carrier_template.category),
       reason = excluded.reason, updated_at = excluded.updated_at`,
    [
      accountId,
      last.map(({ id }) => id),
      last.map(({ name }) => name),
      last.map(({ language }) => language),
      last.map(({ status }) => status),
      last.map(({ category }) => category ?? null),
      last.map(({ reason }) => reason ?? null),
      now,
    ],
  )
}

export async function templatesOf(run: Run, accountId: string): Promise<StoredTemplate[]> {
  const rows = await run<Row>(
    'carrier_template.list',
    'select * from carrier_template where account_id = $1 order by name, language, id',
    [accountId],
  )
  return rows.map(toTemplate)
}

/** Those of the accounts that must not be sent. */
export async function blockedTemplates(run: Run, accountIds: readonly string[]): Promise<StoredTemplate[]> {
  const rows = await run<Row>(
    'carrier_template.blocked',
    `select * from carrier_template where account_id = any($1::uuid[]) and status in ('rejected', 'paused', 'disabled')`,
    [accountIds],
  )
  return rows.map(toTemplate)
}

interface Row {
  readonly account_id: string
  readonly id: string
  readonly name: string
  readonly language: string
  readonly status: CarrierTemplate['status']
  readonly category: string | null
  readonly reason: string | null
  readonly components: unknown
  readonly updated_at: Date
}

const toTemplate = (row: Row): StoredTemplate => ({
  accountId: row.account_id,
  id: row.id,
  name: row.name,
  language: row.language,
  status: row.status,
  ...(row.category === null ? {} : { category: row.category }),
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.components === null ? {} : { components: row.components }),
  updatedAt: row.updated_at,
})
