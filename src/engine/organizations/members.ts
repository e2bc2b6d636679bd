import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { type MemberRow, permissionsOfRole } from './member-store.ts'
import type { Role } from './organization.ts'
import { type Grantor, mayHandle } from './permissions.ts'
import type { SignIn } from './sign-in.ts'

export interface MemberView {
  readonly id: string
  readonly contactId: string
  readonly name: string | null
  readonly email: string | null
  readonly role: string
  readonly createdAt: Date
  /** Set: they may not come in, and hear of nothing. */
  readonly disabledAt: Date | null
  /** They sign in with a second factor. */
  readonly secondFactor: boolean
}

export interface MemberChange {
  readonly role?: Role | undefined
  readonly disabled?: boolean | undefined
}

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly signIn: Pick<SignIn, 'endSessions' | 'withSecondFactor'>
  /** What somebody may do in this organization has changed: open sockets are looked at anew. */
  readonly accessChanged: (organizationId: string) => void
}

export type Members = ReturnType<typeof createMembers>

/** The people of an organization: who they are, and what they may do. */
export function createMembers({ db, clock, signIn, accessChanged }: Deps) {
  return {
    /** Newest first; `limit + 1` rows at most. */
    async list(organizationId: string, { limit, before }: { limit: number; before: string | undefined }) {
      const rows = await db.as(organizationId, (tx) => {
        const newest = members(tx).where('member.organization_id', '=', organizationId)
        const page = before === undefined ? newest : newest.where('member.id', '<', before)
        return page
          .orderBy('member.id', 'desc')
          .limit(limit + 1)
          .execute()
      })
      return toViews(rows)
    },

    /**
     * Gives another role, shuts out or lets in again; counts from the member's next request.
     *
     * @throws AppError `not_found`; `forbidden` for what `by` does not have themselves; `conflict` for the last owner.
     */
    async change(organizationId: string, by: Grantor, id: string, { role, disabled }: MemberChange) {
      const changed = await db.as(organizationId, async (tx) => {
        const member = await locked(tx, id)
        await assertMayHandle(tx, by, member.role)
        if (role !== undefined) await assertMayHandle(tx, by, role)
        if ((role ?? 'owner') !== 'owner' || disabled) await assertNotLastOwner(tx, member)
        const { user_id } = await tx
          .updateTable('member')
          .set({
            ...(role === undefined ? {} : { role }),
            ...(disabled === undefined ? {} : { disabled_at: disabled ? (member.disabled_at ?? clock.now()) : null }),
          })
          .where('id', '=', id)
          .returning('user_id')
          .executeTakeFirstOrThrow()
        const row = await members(tx).where('member.id', '=', id).executeTakeFirstOrThrow()
        return { row, userId: user_id }
      })
      await left(organizationId, disabled ? changed.userId : null)
      const [view] = await toViews([changed.row])
      return view!
    },

    /** Ends a membership, and the sessions with it. What they did stays, and so does their contact. Throws like `change`. */
    async remove(organizationId: string, by: Grantor, id: string): Promise<void> {
      const userId = await db.as(organizationId, async (tx) => {
        const member = await locked(tx, id)
        await assertMayHandle(tx, by, member.role)
        await assertNotLastOwner(tx, member)
        await tx.deleteFrom('member').where('id', '=', id).execute()
        return member.user_id
      })
      await left(organizationId, userId)
    },

    /** Whether this contact is there, and not erased. */
    hasContact: (organizationId: string, contactId: string): Promise<boolean> =>
      db.as(organizationId, async (tx) => {
        const contact = tx.selectFrom('contact').select('id').where('id', '=', contactId).where('erased_at', 'is', null)
        return (await contact.executeTakeFirst()) !== undefined
      }),

    /** A member's own contact: whose in-app feed the dashboard shows. */
    contactOf: (organizationId: string, memberId: string): Promise<string | undefined> =>
      db.as(
        organizationId,
        async (tx) =>
          (await tx.selectFrom('member').select('contact_id').where('id', '=', memberId).executeTakeFirst())
            ?.contact_id,
      ),
  }

  async function toViews(rows: readonly ListedRow[]): Promise<MemberView[]> {
    const careful = await signIn.withSecondFactor(rows.flatMap(({ user_id }) => user_id ?? []))
    return rows.map((row) => toView(row, row.user_id !== null && careful.has(row.user_id)))
  }

  /** Whoever works in another organization keeps their sign-in; here the membership is what counts. */
  async function left(organizationId: string, userId: string | null): Promise<void> {
    accessChanged(organizationId)
    if (userId === null) return
    const elsewhere = await db.run(
      'members.elsewhere',
      'select from member where user_id = $1 and disabled_at is null limit 1',
      [userId],
    )
    if (elsewhere.length === 0) await signIn.endSessions(userId)
  }
}

const members = (tx: Tx) =>
  tx
    .selectFrom('member')
    .innerJoin('contact', 'contact.id', 'member.contact_id')
    .select([
      'member.id',
      'member.user_id',
      'member.contact_id',
      'member.role',
      'member.created_at',
      'member.disabled_at',
      'contact.name',
      'contact.email',
    ])

async function locked(tx: Tx, id: string): Promise<MemberRow> {
  // All owners first, in one order: two of them who leave at the same moment wait for each other here.
  await tx.selectFrom('member').select('id').where('role', '=', 'owner').orderBy('id').forUpdate().execute()
  const member = await tx.selectFrom('member').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!member) throw notFound('Member', id)
  return member
}

export async function assertMayHandle(tx: Tx, by: Grantor, role: string): Promise<void> {
  if (mayHandle(by, role, await permissionsOfRole(tx, role))) return
  throw new AppError(
    'forbidden',
    role === 'owner'
      ? 'Only an owner makes an owner, or changes one'
      : `The role ${role} may do what you may not: it is not yours to give or to take`,
  )
}

async function assertNotLastOwner(tx: Tx, { id, role, disabled_at }: MemberRow): Promise<void> {
  if (role !== 'owner' || disabled_at) return
  const another = await tx
    .selectFrom('member')
    .select('id')
    .where('role', '=', 'owner')
    .where('disabled_at', 'is', null)
    .where('id', '<>', id)
    .executeTakeFirst()
  if (!another) throw new AppError('conflict', 'This is the last owner; make somebody else an owner first')
}

interface ListedRow {
  id: string
  user_id: string | null
  contact_id: string
  name: string | null
  email: string | null
  role: string
  created_at: Date
  disabled_at: Date | null
}

const toView = (row: ListedRow, secondFactor: boolean): MemberView => ({
  id: row.id,
  contactId: row.contact_id,
  name: row.name,
  email: row.email,
  role: row.role,
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
  secondFactor,
})
