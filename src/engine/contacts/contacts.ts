import { sql } from 'kysely'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { normalizeEmail, normalizePhone } from '../channels/address.ts'
import type { Organization } from '../organizations/organization.ts'
import { refreshMarketing } from './consents.ts'
import { checkedLocale, checkedZone } from './locale.ts'

/** What a caller may set. Null empties a field; undefined leaves it. */
export interface ContactDraft {
  readonly externalId?: string | null | undefined
  readonly name?: string | null | undefined
  readonly email?: string | null | undefined
  readonly phone?: string | null | undefined
  readonly whatsappId?: string | null | undefined
  readonly locale?: string | null | undefined
  readonly timeZone?: string | null | undefined
  readonly attributes?: Record<string, unknown> | undefined
}

export interface ContactFilter {
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly externalId?: string | undefined
  /** A part of the name, or the beginning of an address. */
  readonly search?: string | undefined
  readonly before?: string | undefined
  readonly limit: number
}

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly organization: (id: string) => Promise<Organization>
  /** Ends what still waits for a contact who is leaving. */
  readonly stopMessages: (tx: Tx, organizationId: string, contactId: string, now: Date) => Promise<void>
}

const UNIQUE_VIOLATION = '23505'

export type Contacts = ReturnType<typeof createContacts>

export function createContacts({ db, clock, organization, stopMessages }: Deps) {
  return {
    async create(organizationId: string, draft: ContactDraft) {
      const row = columns(draft, (await organization(organizationId)).country)
      const now = clock.now()
      return db.as(organizationId, (tx) =>
        refusingTwins(async () =>
          toContact(
            await tx
              .insertInto('contact')
              .values({ ...row, id: newId(now), organization_id: organizationId, created_at: now, updated_at: now })
              .returningAll()
              .executeTakeFirstOrThrow(),
          ),
        ),
      )
    },

    async list(organizationId: string, filter: ContactFilter) {
      const { country } = await organization(organizationId)
      return db.as(organizationId, async (tx) => {
        let query = tx.selectFrom('contact').selectAll().where('organization_id', '=', organizationId)
        query = query.where('erased_at', 'is', null)
        // An address nobody could have is simply nobody's.
        if (filter.email !== undefined) query = query.where('email', '=', normalizeEmail(filter.email) ?? '')
        if (filter.phone !== undefined) query = query.where('phone', '=', normalizePhone(filter.phone, country) ?? '')
        if (filter.externalId !== undefined) query = query.where('external_id', '=', filter.externalId)
        if (filter.search !== undefined) {
          const text = filter.search.trim().replace(/[\\%_]/g, '\\$&')
          const phone = normalizePhone(filter.search, country) ?? ''
          query = query.where((is) =>
            is.or([
              is('name', 'ilike', `%${text}%`),
              is('email', 'like', `${text.toLowerCase()}%`),
              is('phone', '=', phone),
              is('phone', 'like', `${text}%`),
              is('external_id', '=', filter.search!.trim()),
            ]),
          )
        }
        if (filter.before !== undefined) query = query.where('id', '<', filter.before)
        return (await query.orderBy('id', 'desc').limit(filter.limit).execute()).map(toContact)
      })
    },

    get: (organizationId: string, id: string) =>
      db.as(organizationId, async (tx) => {
        const row = await tx.selectFrom('contact').selectAll().where('id', '=', id).executeTakeFirst()
        if (!row) throw notFound('Contact', id)
        return toContact(row)
      }),

    async update(organizationId: string, id: string, draft: ContactDraft) {
      const row = columns(draft, (await organization(organizationId)).country)
      const now = clock.now()
      return db.as(organizationId, (tx) =>
        refusingTwins(async () => {
          const moved = row.email !== undefined || row.phone !== undefined
          const updated = await tx
            .updateTable('contact')
            // A changed address is no longer the one an inline recipient made this contact by.
            .set({ ...row, updated_at: now, ...(moved ? { inline_key: null } : {}) })
            .where('id', '=', id)
            .where('erased_at', 'is', null)
            .returningAll()
            .executeTakeFirst()
          if (!updated) throw await goneOrErased(tx, id)
          // What was agreed to for one address says nothing about another.
          if (moved || row.whatsapp_id !== undefined) await refreshMarketing(tx, [id])
          return toContact(updated)
        }),
      )
    },

    /** Removes the contact and its feed, and cancels what still waits for it; what was sent stays in the history. */
    remove: (organizationId: string, id: string) =>
      db.as(organizationId, async (tx) => {
        const member = await tx.selectFrom('member').select('id').where('contact_id', '=', id).executeTakeFirst()
        if (member)
          throw new AppError('conflict', 'This contact is a member of the organization; remove the member first')
        await stopMessages(tx, organizationId, id, clock.now())
        await tx.deleteFrom('in_app_item').where('contact_id', '=', id).execute()
        // One that is being erased is needed until the end: its addresses say where to look.
        const { numDeletedRows } = await tx
          .deleteFrom('contact')
          .where('id', '=', id)
          .where('erased_at', 'is', null)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw await goneOrErased(tx, id)
      }),
  }

  function columns(draft: ContactDraft, country: string) {
    return {
      ...(draft.externalId === undefined ? {} : { external_id: draft.externalId }),
      ...(draft.name === undefined ? {} : { name: draft.name }),
      ...(draft.email === undefined
        ? {}
        : {
            email:
              draft.email === null ? null : checked('email', normalizeEmail(draft.email), 'is not an e-mail address'),
          }),
      ...(draft.phone === undefined
        ? {}
        : {
            phone:
              draft.phone === null
                ? null
                : checked(
                    'phone',
                    normalizePhone(draft.phone, country),
                    `is not a phone number; write it as +33…, or as it is dialled in ${country}`,
                  ),
          }),
      ...(draft.whatsappId === undefined ? {} : { whatsapp_id: draft.whatsappId }),
      ...(draft.locale === undefined ? {} : { locale: draft.locale === null ? null : checkedLocale(draft.locale) }),
      ...(draft.timeZone === undefined
        ? {}
        : { time_zone: draft.timeZone === null ? null : checkedZone(draft.timeZone) }),
      ...(draft.attributes === undefined
        ? {}
        : { attributes: sql<string>`${JSON.stringify(draft.attributes)}::jsonb` }),
    }
  }
}

function checked(path: string, value: string | undefined, message: string): string {
  if (value === undefined) throw invalid(path, message, 'invalid_address')
  return value
}

async function refusingTwins<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION)
      throw new AppError('conflict', 'Another contact has this externalId', { cause: error })
    throw error
  }
}

interface Row {
  id: string
  external_id: string | null
  name: string | null
  email: string | null
  phone: string | null
  whatsapp_id: string | null
  locale: string | null
  time_zone: string | null
  attributes: unknown
  created_at: Date
  updated_at: Date
  erased_at: Date | null
}

/** Why this contact is not there to be worked with. */
export async function goneOrErased(tx: Tx, id: string): Promise<AppError> {
  const known = await tx.selectFrom('contact').select('id').where('id', '=', id).executeTakeFirst()
  return known ? new AppError('contact_erased', `Contact ${id} was erased`) : notFound('Contact', id)
}

/** Of one that is being erased nothing is shown any more, though it may be there for some seconds yet. */
const toContact = (row: Row) => (row.erased_at ? shown({ ...row, ...NOTHING }) : shown(row))

const NOTHING = {
  external_id: null,
  name: '',
  email: null,
  phone: null,
  whatsapp_id: null,
  locale: null,
  time_zone: null,
  attributes: {},
}

const shown = (row: Row) => ({
  id: row.id,
  externalId: row.external_id,
  name: row.name,
  email: row.email,
  phone: row.phone,
  whatsappId: row.whatsapp_id,
  locale: row.locale,
  timeZone: row.time_zone,
  attributes: row.attributes as Record<string, unknown>,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  erasedAt: row.erased_at?.toISOString() ?? null,
})
