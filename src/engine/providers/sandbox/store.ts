import type { Database } from '../../../platform/database/database.ts'
import { channelCode } from '../../channels/channel.ts'
import type { SandboxStatus, Visit } from './magic.ts'

export interface NewSandboxMessage {
  readonly id: string
  readonly idempotencyKey: string
  readonly organizationId: string
  readonly messageId: string
  readonly contactId: string
  readonly channel: number
  readonly address: string
  readonly content: Buffer
  /** How often it was handed over in this write. */
  readonly copies: number
  readonly createdAt: Date
  /** Where the account it came by takes its reports; the channel's own account unless set. */
  readonly reportPath: string | null
  readonly reports: readonly { readonly id: string; readonly status: SandboxStatus | Visit; readonly dueAt: Date }[]
}

export interface DueReport {
  readonly id: string
  readonly sandbox_message_id: string
  readonly message_id: string
  readonly channel: number
  readonly status: SandboxStatus | Visit
  readonly path: string | null
  readonly due_at: Date
  /** Of the organization. */
  readonly country: string
  /** What was sent, where it is text; a mail may be long. */
  readonly text: Buffer | null
  /** Somebody has written down what the sandbox takes. */
  readonly is_priced: boolean
}

export interface SandboxRow {
  readonly id: string
  readonly message_id: string
  readonly channel: number
  readonly address: string
  readonly contact_name: string | null
  readonly content: Buffer
  readonly copies: number
  readonly created_at: Date
}

/** Beyond this a message is written alone: arrays carry bytes as hexadecimal text, twice their size. */
const ALONE_BYTES = 256 * 1024

/** As much of a message as a list reads to show its subject and first words. */
const GLIMPSE_BYTES = 16 * 1024

/** Of the catalogue. */
type Types = readonly string[]

export interface AnswerRow {
  readonly id: string
  readonly channel: number
  readonly address: string
  readonly contact_id: string | null
  readonly contact_name: string | null
  readonly kind: string
  readonly text: string | null
  readonly at: Date
  /** What its words are, at once. */
  readonly consent: string | null
  /** What followed from it, a moment later. */
  readonly state: string | null
}

const EMAIL = channelCode('email')

const SAVE_TAIL = `
    on conflict (idempotency_key) do update set copies = sandbox_message.copies + excluded.copies
    returning id, idempotency_key, xmax = 0 as is_new
  ), later as (
    insert into sandbox_report (id, sandbox_message_id, organization_id, message_id, status, due_at, path)
    select r.id, saved.id, r.organization_id, r.message_id, r.status, r.due_at, r.path
    from unnest($10::uuid[], $11::text[], $12::uuid[], $13::uuid[], $14::text[], $15::timestamptz[], $17::text[])
      as r(id, idempotency_key, organization_id, message_id, status, due_at, path)
    join saved on saved.idempotency_key = r.idempotency_key and saved.is_new
  )
  select id, idempotency_key from saved`

const SAVE_MANY = `
  with saved as (
    insert into sandbox_message (id, idempotency_key, organization_id, message_id, contact_id, channel, address, content, copies, created_at)
    select id, idempotency_key, organization_id, message_id, contact_id, channel, address, content, copies, $9::timestamptz
    from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::smallint[], $7::text[], $8::bytea[], $16::int[])
      as m(id, idempotency_key, organization_id, message_id, contact_id, channel, address, content, copies)${SAVE_TAIL}`

const SAVE_ONE = `
  with saved as (
    insert into sandbox_message (id, idempotency_key, organization_id, message_id, contact_id, channel, address, content, copies, created_at)
    values ($1::uuid, $2::text, $3::uuid, $4::uuid, $5::uuid, $6::smallint, $7::text, $8::bytea, $16::int, $9::timestamptz)${SAVE_TAIL}`

/** The sandbox's own memory. It plays the far side: what a real carrier would keep in its own data centre. */
export function createSandboxStore(db: Database) {
  return {
    /** Keeps messages and plans their reports; one that is known already only counts another copy. Gives the ids, in order. */
    async save(messages: readonly NewSandboxMessage[]): Promise<string[]> {
      const small = messages.filter(({ content }) => content.length < ALONE_BYTES)
      const rows = small.length > 0 ? await saveMany(small) : []
      for (const large of messages) if (large.content.length >= ALONE_BYTES) rows.push(...(await saveOne(large)))
      const ids = new Map(rows.map((row) => [row.idempotency_key, row.id]))
      return messages.map(({ idempotencyKey }) => ids.get(idempotencyKey)!)
    },

    /** Takes due reports, so that no other process sends them until `retryAt`; what is not removed by then is due again. */
    claimReports: (now: Date, retryAt: Date, limit: number): Promise<DueReport[]> =>
      db.run(
        'sandbox.claim-reports',
        `update sandbox_report r set due_at = $2
         from (select id, due_at from sandbox_report where due_at <= $1 order by due_at limit $3 for update skip locked) due, sandbox_message m, organization o
         where r.id = due.id and m.id = r.sandbox_message_id and o.id = r.organization_id
         returning r.id, r.sandbox_message_id, r.message_id, m.channel, r.status, r.path, due.due_at, o.country,
           case when m.channel <> $4 then m.content end as text,
           exists (select from price p where p.provider = 'sandbox' and p.channel = m.channel and (p.organization_id = o.id or p.organization_id is null)) as is_priced`,
        [now, retryAt, limit, EMAIL],
      ),

    /** As it was handed over; undefined when it is gone. */
    async contentOf(id: string): Promise<Buffer | undefined> {
      const [row] = await db.run<{ content: Buffer }>(
        'sandbox.content',
        'select content from sandbox_message where id = $1',
        [id],
      )
      return row?.content
    },

    removeReports: (ids: readonly string[]) =>
      db.run('sandbox.remove-reports', 'delete from sandbox_report where id = any($1::uuid[])', [ids]),

    /** Newest first; `content` is cut to what a list shows. */
    list: (
      organizationId: string,
      { channel, before, limit, without }: { channel?: number; before?: string; limit: number; without?: Types },
    ): Promise<SandboxRow[]> =>
      db.as(organizationId, (tx) => {
        let query = rowsOf(tx, without)
          .select(({ fn, val, ref }) =>
            fn<Buffer>('substring', [ref('m.content'), val(1), val(GLIMPSE_BYTES)]).as('content'),
          )
          .orderBy('m.id', 'desc')
          .limit(limit)
        if (channel !== undefined) query = query.where('m.channel', '=', channel)
        if (before !== undefined) query = query.where('m.id', '<', before)
        return query.execute()
      }),

    /** What was written from its phones and mailboxes, newest first. */
    answers: (
      organizationId: string,
      { channel, before, limit }: { channel?: number; before?: string; limit: number },
    ): Promise<AnswerRow[]> =>
      db.as(organizationId, (tx) => {
        let query = tx
          .selectFrom('inbound_message as i')
          .leftJoin('contact as c', (join) =>
            join.onRef('c.id', '=', 'i.contact_id').onRef('c.organization_id', '=', 'i.organization_id'),
          )
          .leftJoin('consent_event as e', 'e.inbound_id', 'i.id')
          .select(['i.id', 'i.channel', 'i.from_address as address', 'i.contact_id', 'c.name as contact_name'])
          .select(['i.kind', 'i.text', 'i.at', 'i.consent', 'e.state'])
          .where('i.organization_id', '=', organizationId)
          .where('i.provider', '=', 'sandbox')
          .where('i.from_address', 'is not', null)
          .$narrowType<{ address: string }>()
          .orderBy('i.id', 'desc')
          .limit(limit)
        if (channel !== undefined) query = query.where('i.channel', '=', channel)
        if (before !== undefined) query = query.where('i.id', '<', before)
        return query.execute()
      }),

    /**
     * The account that an answer from this address goes to, and the carrier's id of the message it answers, as the engine
     * knows it. Undefined: the organization has neither written to it nor an account of its own.
     */
    accountToAnswer: (
      organizationId: string,
      channel: number,
      address: string,
    ): Promise<{ accountId: string; answers: string | null } | undefined> =>
      db.as(organizationId, async (tx) => {
        const newest = await tx
          .selectFrom('sandbox_message as s')
          .innerJoin('message as m', 'm.id', 's.message_id')
          // An answer may be quicker than the engine, which has not written down yet what the phone shows: the try says by which account.
          .innerJoin('attempt as a', 'a.message_id', 's.message_id')
          .select((eb) => [
            'm.provider_message_id as answers',
            eb.fn.coalesce('m.provider_account_id', 'a.provider_account_id').as('accountId'),
          ])
          .where('s.channel', '=', channel)
          .where('s.address', '=', address)
          .where('a.provider_account_id', 'is not', null)
          .orderBy('s.id', 'desc')
          .orderBy('a.n', 'desc')
          .limit(1)
          .executeTakeFirst()
        if (newest?.accountId) return { accountId: newest.accountId, answers: newest.answers }
        const own = await tx
          .selectFrom('provider_account')
          .select('id as accountId')
          .where('provider', '=', 'sandbox')
          .where('channel', '=', channel)
          .where('removed_at', 'is', null)
          .orderBy('id')
          .limit(1)
          .executeTakeFirst()
        return own && { ...own, answers: null }
      }),

    find: (organizationId: string, id: string, without?: Types): Promise<SandboxRow | undefined> =>
      db.as(organizationId, (tx) => rowsOf(tx, without).select('m.content').where('m.id', '=', id).executeTakeFirst()),
  }

  function saveMany(messages: readonly NewSandboxMessage[]) {
    return db.run<{ id: string; idempotency_key: string }>('sandbox.save-many', SAVE_MANY, [
      messages.map((message) => message.id),
      messages.map((message) => message.idempotencyKey),
      messages.map((message) => message.organizationId),
      messages.map((message) => message.messageId),
      messages.map((message) => message.contactId),
      messages.map((message) => message.channel),
      messages.map((message) => message.address),
      messages.map((message) => message.content),
      messages[0]!.createdAt,
      ...reportColumns(messages),
      messages.map((message) => message.copies),
      reportPaths(messages),
    ])
  }

  function saveOne(message: NewSandboxMessage) {
    const { id, idempotencyKey, organizationId, messageId, contactId, channel, address, content, createdAt, copies } =
      message
    return db.run<{ id: string; idempotency_key: string }>('sandbox.save-one', SAVE_ONE, [
      ...[id, idempotencyKey, organizationId, messageId, contactId, channel, address, content, createdAt],
      ...reportColumns([message]),
      copies,
      reportPaths([message]),
    ])
  }
}

export type SandboxStore = ReturnType<typeof createSandboxStore>

function reportColumns(messages: readonly NewSandboxMessage[]): unknown[][] {
  const rows = messages.flatMap((message) => message.reports.map((report) => ({ message, report })))
  return [
    rows.map(({ report }) => report.id),
    rows.map(({ message }) => message.idempotencyKey),
    rows.map(({ message }) => message.organizationId),
    rows.map(({ message }) => message.messageId),
    rows.map(({ report }) => report.status),
    rows.map(({ report }) => report.dueAt),
  ]
}

/** One for each of their reports. */
const reportPaths = (messages: readonly NewSandboxMessage[]): (string | null)[] =>
  messages.flatMap((message) => message.reports.map(() => message.reportPath))

function rowsOf(tx: Parameters<Parameters<Database['as']>[1]>[0], without: Types = []) {
  const rows = tx
    .selectFrom('sandbox_message as m')
    .leftJoin('contact as c', (join) =>
      join.onRef('c.id', '=', 'm.contact_id').onRef('c.organization_id', '=', 'm.organization_id'),
    )
    .select(['m.id', 'm.message_id', 'm.channel', 'm.address', 'm.copies', 'm.created_at', 'c.name as contact_name'])
  if (without.length === 0) return rows
  return rows.where(({ not, exists, selectFrom }) =>
    not(
      exists(
        selectFrom('message as of')
          .select('of.id')
          .whereRef('of.id', '=', 'm.message_id')
          .where('of.type', 'in', [...without]),
      ),
    ),
  )
}
