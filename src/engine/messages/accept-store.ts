import { bools, int2s, int4s, texts, times, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import { CHANNELS, channelCode } from '../channels/channel.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import type { Reason } from './decide.ts'
import { statusCode } from './status.ts'

/** One notification ready to be written, with its messages. All ids are made before. */
export interface NewNotification {
  readonly id: string
  readonly organizationId: string
  readonly contactId: string
  /** What happened, kept with the first of its notifications; null: it was asked for on its own. */
  readonly event: NewEvent | null
  readonly type: string
  readonly category: string
  readonly lane: number
  readonly locale: string
  readonly payload: string
  readonly recipient: string
  readonly reasons: string
  readonly metadata: string | null
  readonly byKind: number | null
  readonly byId: string | null
  /** Which words of which campaign. */
  readonly campaignVariantId: string | null
  readonly attachments: readonly NewAttachment[]
  /** The key that makes a second one a duplicate, scoped by its maker. */
  readonly dedupeKey: string | null
  readonly requestHash: Buffer | null
  /** The rest of a fallback chain (`Fallback` in delivery-store.ts), as JSON. */
  readonly fallback: string | null
  readonly messages: readonly DraftMessage[]
}

export interface NewEvent {
  readonly id: string
  readonly type: string
  /** As JSON, sealed. */
  readonly payload: string
  /** As JSON. */
  readonly actor: string | null
  /** Ids of the contacts it is about, besides those who hear of it. */
  readonly about: readonly string[]
  readonly at: Date
}

export interface NewMessage {
  readonly id: string
  readonly channel: number
  readonly status: number
  readonly templateVersionId: string
  readonly address: string
  readonly dueAt: Date
  readonly deadlineAt: Date
  readonly reason: string | null
  /** False for one that is settled as it is written (suppressed). */
  readonly waits: boolean
}

/** A message as `accept` writes it. */
export interface DraftMessage extends NewMessage {
  readonly task: number
  /** What stands for its words in the content guard, for so many minutes; null: it may be said again. */
  readonly guard: string | null
  readonly guardMinutes: number
  /** Why it waits: told with the answer, and held in the notification's reasons. */
  readonly waitsFor: string | null
}

export interface NewAttachment {
  readonly filename: string
  readonly contentType: string
  readonly contentId: string | null
  readonly bytes: number
  readonly storageKey: string
}

export interface Prior {
  readonly key: string
  readonly organizationId: string
  readonly notificationId: string
  readonly requestHash: Buffer | null
}

type Run = Database['run']

export interface Written {
  /** The notifications left out, because an earlier one has their key. */
  readonly held: ReadonlySet<string>
  /** The messages of the others that repeat what was said minutes ago: written as suppressed. */
  readonly repeated: ReadonlySet<string>
}

/**
 * Writes them all in one statement, so one commit: durable when it answers. A notification whose key is held by an
 * earlier one is left out, whole, and leaves nothing behind, nor does an event of which all are; a message whose words the content guard holds is written as
 * suppressed, with the reason. Keys must be unique within the call; of the same words the first in it counts.
 */
export async function writeNotifications(
  run: Run,
  notifications: readonly NewNotification[],
  now: Date,
  keysExpireAt: Date,
): Promise<Written> {
  const n = notifications
  const messages = n.flatMap((notification) => notification.messages)
  // Where in `n` each one's notification is, from 1.
  const owners = n.flatMap((notification, at) => notification.messages.map(() => at + 1))
  const attachments = n.flatMap((notification) =>
    notification.attachments.map((attachment, at) => ({ ...attachment, n: at, notification })),
  )
  const events = [
    ...new Map(
      n.flatMap(({ event, organizationId }) => (event ? [[event.id, { ...event, organizationId }]] : [])),
    ).values(),
  ]
  const parts: Parts = {
    keys: n.some((row) => row.dedupeKey !== null),
    guards: messages.some((row) => row.guard !== null),
    files: attachments.length > 0,
    events: events.length > 0,
  }
  const { name, text } = writing(parts)
  const rows = await run<{ id: string; repeated: boolean }>(name, text, [
    now,
    texts(n.map((row) => row.payload)),
    uuids(n.map((row) => row.id)),
    uuids(n.map((row) => row.organizationId)),
    uuids(n.map((row) => row.contactId)),
    uuids(n.map((row) => row.event?.id ?? null)),
    texts(n.map((row) => row.type)),
    texts(n.map((row) => row.category)),
    int2s(n.map((row) => row.lane)),
    texts(n.map((row) => row.locale)),
    texts(n.map((row) => row.recipient)),
    texts(n.map((row) => row.reasons)),
    texts(n.map((row) => row.metadata)),
    int2s(n.map((row) => row.attachments.length)),
    texts(n.map((row) => row.fallback)),
    int2s(n.map((row) => row.byKind)),
    uuids(n.map((row) => row.byId)),
    uuids(n.map((row) => row.campaignVariantId)),
    uuids(messages.map((row) => row.id)),
    int4s(owners),
    int2s(messages.map((row) => row.channel)),
    int2s(messages.map((row) => row.status)),
    uuids(messages.map((row) => row.templateVersionId)),
    texts(messages.map((row) => row.address)),
    times(messages.map((row) => row.dueAt)),
    texts(messages.map((row) => row.reason)),
    times(messages.map((row) => row.deadlineAt)),
    bools(messages.map((row) => row.waits)),
    int2s(messages.map((row) => row.task)),
    ...(parts.keys ? [texts(n.map((row) => row.dedupeKey)), n.map((row) => row.requestHash), keysExpireAt] : []),
    ...(parts.guards ? [uuids(messages.map((row) => row.guard)), int2s(messages.map((row) => row.guardMinutes))] : []),
    ...(parts.files
      ? [
          uuids(attachments.map((row) => row.notification.id)),
          int2s(attachments.map((row) => row.n)),
          uuids(attachments.map((row) => row.notification.organizationId)),
          texts(attachments.map((row) => row.filename)),
          texts(attachments.map((row) => row.contentType)),
          texts(attachments.map((row) => row.contentId)),
          int4s(attachments.map((row) => row.bytes)),
          texts(attachments.map((row) => row.storageKey)),
        ]
      : []),
    ...(parts.events
      ? [
          uuids(events.map((event) => event.id)),
          uuids(events.map((event) => event.organizationId)),
          texts(events.map((event) => event.type)),
          texts(events.map((event) => event.payload)),
          texts(events.map((event) => event.actor)),
          times(events.map((event) => event.at)),
          texts(events.map(({ about }) => (about.length > 0 ? `{${about.join(',')}}` : null))),
        ]
      : []),
  ])
  const held = new Set<string>()
  const repeated = new Set<string>()
  for (const row of rows) (row.repeated ? repeated : held).add(row.id)
  return { held, repeated }
}

/** Which of these keys name an earlier notification, within their time. */
export async function findPrior(
  run: Run,
  keys: readonly { organizationId: string; key: string }[],
  now: Date,
): Promise<Prior[]> {
  if (keys.length === 0) return []
  const rows = await run<{ organization_id: string; key: string; result_id: string; request_hash: Buffer | null }>(
    'messages.prior',
    PRIOR,
    [keys.map((key) => key.organizationId), keys.map((key) => key.key), now],
  )
  return rows.map((row) => ({
    key: row.key,
    organizationId: row.organization_id,
    notificationId: row.result_id,
    requestHash: row.request_hash,
  }))
}

/** The messages a notification was first answered with. */
export async function readFirstAnswers(run: Run, notificationIds: readonly string[]) {
  return run<{
    notification_id: string
    id: string
    channel: number
    status: number
    reason: string | null
    due_at: Date
    created_at: Date
    reasons: readonly Reason[]
  }>(
    'messages.first-answers',
    `select m.notification_id, m.id, m.channel, m.status, m.reason, m.due_at, m.created_at, n.reasons
     from unnest($1::uuid[]) as i(id)
     cross join lateral (select reasons from notification n where n.id = i.id offset 0) n
     cross join lateral (select * from message m where m.notification_id = i.id and m.resend_of is null order by m.id offset 0) m`,
    [notificationIds],
  )
}

/** The event a notification was told for. */
export async function readEventOf(run: Run, notificationId: string): Promise<string | null> {
  const [row] = await run<{ event_id: string | null }>(
    'messages.event-of',
    'select event_id from notification where id = $1',
    [notificationId],
  )
  return row?.event_id ?? null
}

/** Which of these addresses must not be used, and why: also those of people who were erased, of which a keyed hash is kept. */
export async function findSuppressions(
  run: Run,
  fingerprints: Pick<Fingerprints, 'all'>,
  asked: readonly { organizationId: string; channel: number; address: string }[],
) {
  if (asked.length === 0) return []
  const addresses = asked.flatMap((one) => [
    { ...one, kept: one.address },
    ...fingerprints
      .all(one.organizationId, one.channel, one.address)
      .map((fingerprint) => ({ ...one, kept: fingerprint })),
  ])
  return run<{ organization_id: string; channel: number; address: string; reason: string }>(
    'messages.suppressions',
    `select a.organization_id, a.channel, a.asked as address, s.reason
     from unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[]) as a(organization_id, channel, address, asked)
     join suppression s using (organization_id, channel, address)`,
    [
      uuids(addresses.map((a) => a.organizationId)),
      int2s(addresses.map((a) => a.channel)),
      texts(addresses.map((a) => a.kept)),
      texts(addresses.map((a) => a.address)),
    ],
  )
}

const PRIOR = `
select d.organization_id, d.key, d.result_id, d.request_hash
from unnest($1::uuid[], $2::text[]) as k(organization_id, key) join dedupe_key d using (organization_id, key)
where d.expires_at > $3`

const SUPPRESSED = statusCode('suppressed')
const REASONS_UNLESS_REPEATED = `
    case when id not in (select notification_id from repeated) then reasons::json else (
      select json_agg(reason) from (
        select reason from json_array_elements(n.reasons::json) as r(reason)
        where not (reason->>'decision' in ('chosen', 'deferred') and reason->>'channel' in (select channel from repeated where notification_id = n.id))
        union all
        select json_build_object('channel', channel, 'decision', 'refused', 'reason', 'repeated_content',
          'detail', to_char(said_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) from repeated where notification_id = n.id
      ) r
    ) end`
const CHANNEL_NAME = `(case channel ${CHANNELS.map((channel) => `when ${channelCode(channel)} then '${channel}'`).join(' ')} end)`

/** What some batches have and most do not. Each costs a statement 50 to 200 µs that has it, however few rows there are. */
interface Parts {
  readonly keys: boolean
  readonly guards: boolean
  readonly files: boolean
  readonly events: boolean
}

const WRITINGS = new Map<string, { readonly name: string; readonly text: string }>()

/** The statement that writes a batch with these parts. */
function writing(parts: Parts): { readonly name: string; readonly text: string } {
  const name = ['messages.accept', ...Object.entries(parts).flatMap(([part, has]) => (has ? part : []))].join('-')
  const known = WRITINGS.get(name)
  if (known) return known
  const made = { name, text: writeText(parts) }
  WRITINGS.set(name, made)
  return made
}

/** Parameters every batch has; those of its parts follow, in the order of `Parts`. */
const COMMON = 29

// State 1 is ready, 0 is later: rows due now go straight to the dispatcher. Keys are held in their order, and then words in
// theirs, so that two statements wait for each other instead of locking each other out.
function writeText({ keys, guards, files, events }: Parts): string {
  let last = COMMON
  const next = () => `$${++last}`
  const key = keys ? { texts: next(), hashes: next(), expireAt: next() } : undefined
  const guard = guards ? { hashes: next(), minutes: next() } : undefined
  const file = files ? Array.from({ length: 8 }, next) : undefined
  const event = events ? Array.from({ length: 7 }, next) : undefined
  const ctes = [
    `n as (
  select * from unnest($2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::smallint[], $10::text[], $11::text[], $12::text[], $13::text[],
    $14::smallint[], $15::text[], $16::smallint[], $17::uuid[], $18::uuid[]${key ? `, ${key.texts}::text[], ${key.hashes}::bytea[]` : ''}) with ordinality
    as n(payload, id, organization_id, contact_id, event_id, type, category, lane, locale, recipient, reasons, metadata, attachment_count, fallback, by_kind, by_id, campaign_variant_id${key ? ', dedupe_key, request_hash' : ''}, ord)
)`,
    key &&
      `held as (
  insert into dedupe_key (organization_id, key, request_hash, result_id, expires_at)
  select organization_id, dedupe_key, request_hash, id, ${key.expireAt}::timestamptz from n where dedupe_key is not null order by organization_id, dedupe_key
  on conflict (organization_id, key) do update set request_hash = excluded.request_hash, result_id = excluded.result_id, expires_at = excluded.expires_at
    where dedupe_key.expires_at <= $1::timestamptz
  returning result_id
)`,
    `new as (
  select id, ord::int, organization_id, contact_id, lane, type, campaign_variant_id from n ${key ? 'where dedupe_key is null or id in (select result_id from held)' : ''}
)`,
    `m as (
  select w.*, new.id as notification_id, new.organization_id, new.contact_id, new.lane, new.type, new.campaign_variant_id
  from unnest($19::uuid[], $20::int[], $21::smallint[], $22::smallint[], $23::uuid[], $24::text[], $25::timestamptz[], $26::text[], $27::timestamptz[], $28::boolean[],
    $29::smallint[]${guard ? `, ${guard.hashes}::uuid[], ${guard.minutes}::smallint[]` : ''}) with ordinality
    as w(id, owner, channel, status, template_version_id, address, due_at, reason, deadline_at, waits, task${guard ? ', guard, guard_minutes' : ''}, ord)
  join new on new.ord = w.owner
)`,
    guard &&
      `said as (
  select distinct on (guard) guard, id, guard_minutes from m where guard is not null order by guard, ord
), guarded as (
  insert into content_guard (hash, expires_at) select guard, $1::timestamptz + guard_minutes * interval '1 minute' from said order by guard
  on conflict (hash) do update set expires_at = excluded.expires_at where content_guard.expires_at <= $1::timestamptz
  returning hash
), repeated as (
  select m.id, m.notification_id, ${CHANNEL_NAME} as channel, coalesce(g.expires_at - m.guard_minutes * interval '1 minute', $1::timestamptz) as said_at
  from m left join lateral (select expires_at from content_guard where hash = m.guard and expires_at > $1::timestamptz offset 0) g on true
  where m.guard is not null and not (m.guard in (select hash from guarded) and m.id in (select id from said))
)`,
    `written as (
  insert into notification (id, organization_id, contact_id, event_id, type, category, lane, locale, payload, recipient, reasons, metadata, attachment_count, fallback, by_kind, by_id, created_at)
  select id, organization_id, contact_id, event_id, type, category, lane, locale, payload::json, recipient::json, ${guard ? REASONS_UNLESS_REPEATED : 'reasons::json'},
    metadata::json, attachment_count, fallback::json, by_kind, by_id, $1::timestamptz
  from n ${key ? 'where id in (select id from new)' : ''}
)`,
    `messages as (
  insert into message (id, notification_id, organization_id, contact_id, channel, lane, status, type, template_version_id, address, due_at, reason, created_at, campaign_variant_id)
  select id, notification_id, organization_id, contact_id, channel, lane, ${guard ? `case when id in (select id from repeated) then ${SUPPRESSED} else status end` : 'status'}, type,
    template_version_id, address, due_at, ${guard ? "case when id in (select id from repeated) then 'repeated_content' else reason end" : 'reason'}, $1::timestamptz, campaign_variant_id from m
)`,
    `work as (
  insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at, task)
  select id, organization_id, channel, lane, case when due_at <= $1::timestamptz then 1 else 0 end, due_at, deadline_at, task
  from m where waits ${guard ? 'and id not in (select id from repeated)' : ''}
)`,
    file &&
      `files as (
  insert into attachment (notification_id, n, organization_id, filename, content_type, content_id, bytes, storage_key)
  select * from unnest(${typed(file, ['uuid', 'smallint', 'uuid', 'text', 'text', 'text', 'int', 'text'])}) as f(notification_id)
  ${key ? 'where f.notification_id in (select id from new)' : ''}
)`,
    event &&
      `happened as (
  insert into event (id, organization_id, type, payload, actor, created_at, about)
  select e.id, e.organization_id, e.type, e.payload::json, e.actor::json, e.created_at, e.about::uuid[]
  from unnest(${typed(event, ['uuid', 'uuid', 'text', 'text', 'text', 'timestamptz', 'text'])}) as e(id, organization_id, type, payload, actor, created_at, about)
  ${key ? 'where e.id in (select event_id from n where id in (select id from new))' : ''} order by e.id
  on conflict (id) do nothing
)`,
  ]
  const answers = [
    key && 'select id, false as repeated from n where id not in (select id from new)',
    guard && 'select id, true as repeated from repeated',
  ]
  return `with ${ctes.filter(Boolean).join(', ')}
${answers.filter(Boolean).join(' union all ') || 'select null::uuid as id, false as repeated where false'}`
}

const typed = (parameters: readonly string[], types: readonly string[]): string =>
  parameters.map((parameter, index) => `${parameter}::${types[index]}[]`).join(', ')
