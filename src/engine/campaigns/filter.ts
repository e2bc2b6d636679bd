import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { idFloor } from '../../platform/ids.ts'
import { CHANNELS, channelCode } from '../channels/channel.ts'
import { statusCode } from '../messages/status.ts'

const DAY_MS = 24 * 3_600_000
const DEEPEST = 3
const MOST_CONDITIONS = 50

const Channel = z.enum(['email', 'sms', 'whatsapp'])
const OPERATORS = ['is', 'is_not', 'contains', 'more_than', 'less_than', 'exists', 'missing'] as const
const FIELDS = ['name', 'email', 'phone', 'locale', 'timeZone', 'externalId'] as const
const HAPPENED = ['sent', 'delivered', 'opened', 'clicked', 'bounced'] as const

const comparison = {
  is: z.enum(OPERATORS),
  value: z.union([z.string().max(500), z.number(), z.boolean()]).optional(),
}
const Condition = z.union(
  [
    z.strictObject({ field: z.enum(FIELDS), ...comparison }),
    z.strictObject({ attribute: z.string().min(1).max(100), ...comparison }),
    z.strictObject({
      consent: Channel.describe('Marketing may go to their address on this channel'),
      is: z.boolean(),
    }),
    z.strictObject({ suppressed: Channel.describe('Their address must not be used on this channel'), is: z.boolean() }),
    z.strictObject({
      happened: z.enum(HAPPENED).describe('To a message of theirs; an opened one was delivered, and so on'),
      withinDays: z.int().min(1).max(730),
      channel: z.enum(CHANNELS).optional(),
      type: z.string().min(1).max(100).optional(),
      is: z.boolean().default(true).describe('False: it did not happen'),
    }),
    z.strictObject({ list: z.uuid().describe('They are on this list'), is: z.boolean().default(true) }),
    z.strictObject({ addedWithinDays: z.int().min(1).max(3_650), is: z.boolean().default(true) }),
  ],
  'is a condition: a field, an attribute, consent, suppressed, happened, list or addedWithinDays',
)
export type Condition = z.infer<typeof Condition>

export type Filter =
  | { readonly all: readonly (Condition | Filter)[] }
  | { readonly any: readonly (Condition | Filter)[] }

const level = (inner: z.ZodType): z.ZodType =>
  z.union([
    z.strictObject({ all: z.array(inner).max(MOST_CONDITIONS) }),
    z.strictObject({ any: z.array(inner).min(1).max(MOST_CONDITIONS) }),
  ])

function nested(depth: number): z.ZodType {
  return level(depth === 1 ? Condition : z.union([Condition, nested(depth - 1)]))
}

/** Whom a segment means: conditions of which all, or any, hold; three levels deep at most. */
export const Filter = nested(DEEPEST)
  .superRefine((filter, context) => {
    for (const { at, message } of faultsOf(filter as Filter)) context.addIssue({ code: 'custom', path: at, message })
  })
  .meta({ id: 'SegmentFilter', type: 'object', description: '{ "all": [conditions] } or { "any": [conditions] }' })

function faultsOf(filter: Filter): { at: (string | number)[]; message: string }[] {
  const key = 'all' in filter ? 'all' : 'any'
  const inner = 'all' in filter ? filter.all : filter.any
  return inner.flatMap((one, index) => {
    if ('all' in one || 'any' in one)
      return faultsOf(one).map(({ at, message }) => ({ at: [key, index, ...at], message }))
    const compares = ('field' in one || 'attribute' in one) && one.is !== 'exists' && one.is !== 'missing'
    return compares && one.value === undefined
      ? [{ at: [key, index, 'value'], message: `is needed with “${one.is}”` }]
      : []
  })
}

const COLUMNS: Record<(typeof FIELDS)[number], RawBuilder<string>> = {
  name: sql`c.name`,
  email: sql`c.email`,
  phone: sql`c.phone`,
  locale: sql`c.locale`,
  timeZone: sql`c.time_zone`,
  externalId: sql`c.external_id`,
}
const ADDRESSES = { email: sql`c.email`, sms: sql`c.phone`, whatsapp: sql`coalesce(c.phone, c.whatsapp_id)` }
/** A status and all that lie beyond it. */
const REACHED: Record<(typeof HAPPENED)[number], readonly number[]> = {
  sent: (['sent', 'delivered', 'opened', 'clicked', 'read', 'bounced'] as const).map(statusCode),
  delivered: (['delivered', 'opened', 'clicked', 'read'] as const).map(statusCode),
  opened: (['opened', 'clicked', 'read'] as const).map(statusCode),
  clicked: [statusCode('clicked')],
  bounced: [statusCode('bounced')],
}

/** The filter as a condition on a contact `c`; everything somebody gave is a parameter. Never null. */
export function whereOf(filter: Filter, now: Date): RawBuilder<boolean> {
  const parts = ('all' in filter ? filter.all : filter.any).map((one) =>
    'all' in one || 'any' in one ? whereOf(one, now) : conditionOf(one, now),
  )
  if (parts.length === 0) return sql`true`
  return sql`(${sql.join(parts, 'all' in filter ? sql` and ` : sql` or `)})`
}

function conditionOf(one: Condition, now: Date): RawBuilder<boolean> {
  if ('field' in one) return compared(COLUMNS[one.field], one)
  if ('attribute' in one) return compared(sql`(c.attributes ->> ${one.attribute}::text)`, one)
  if ('consent' in one)
    return asked(sql`(c.marketing -> ${one.consent}::text ->> 'address' = ${ADDRESSES[one.consent]}) is true`, one.is)
  if ('suppressed' in one)
    return asked(
      sql`exists (select 1 from suppression s where s.organization_id = c.organization_id and s.channel = ${channelCode(one.suppressed)}::smallint and s.address = ${ADDRESSES[one.suppressed]})`,
      one.is,
    )
  if ('list' in one)
    return asked(
      sql`exists (select 1 from segment_member l where l.segment_id = ${one.list}::uuid and l.contact_id = c.id)`,
      one.is,
    )
  if ('addedWithinDays' in one)
    return asked(sql`c.created_at >= ${new Date(now.getTime() - one.addedWithinDays * DAY_MS)}::timestamptz`, one.is)
  const since = idFloor(new Date(now.getTime() - one.withinDays * DAY_MS))
  return asked(
    sql`exists (select 1 from message m where m.contact_id = c.id and m.id >= ${since}::uuid and m.status = any(${REACHED[one.happened]}::smallint[])
      and (${one.channel === undefined ? null : channelCode(one.channel)}::smallint is null or m.channel = ${one.channel === undefined ? null : channelCode(one.channel)}::smallint)
      and (${one.type ?? null}::text is null or m.type = ${one.type ?? null}::text))`,
    one.is,
  )
}

const asked = (holds: RawBuilder<unknown>, is: boolean): RawBuilder<boolean> =>
  is ? sql<boolean>`${holds}` : sql<boolean>`not ${holds}`

const NUMBER = '^-?[0-9]{1,15}([.][0-9]{1,9})?$'

function compared(
  column: RawBuilder<unknown>,
  { is, value }: { is: (typeof OPERATORS)[number]; value?: string | number | boolean | undefined },
): RawBuilder<boolean> {
  const text = String(value)
  switch (is) {
    case 'exists':
      return sql`(${column} is not null and ${column} <> '')`
    case 'missing':
      return sql`(${column} is null or ${column} = '')`
    case 'is':
      return sql`(lower(${column}) = lower(${text}::text)) is true`
    case 'is_not':
      return sql`(lower(${column}) = lower(${text}::text)) is not true`
    case 'contains':
      return sql`(strpos(lower(${column}), lower(${text}::text)) > 0) is true`
    case 'more_than':
    case 'less_than': {
      const by = is === 'more_than' ? sql`>` : sql`<`
      // Numbers as numbers; everything else, such as 2026-11-02, as it is written.
      return typeof value === 'number'
        ? sql`(case when ${column} ~ ${NUMBER} then (${column})::numeric ${by} ${value}::numeric end) is true`
        : sql`(${column} collate "C" ${by} ${text}::text collate "C") is true`
    }
  }
}
