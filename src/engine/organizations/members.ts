import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { isId } from '../../platform/ids.ts'
import { type MemberRow, permissionsOfRole } from './member-store.ts'
import type { Role } from './organization.ts'
import { type Grantor, mayHandle } from './permissions.ts'
import type { SignIn } from './sign-in.ts'

/** Roles that hear of what an audience of the catalogue is told; the first that anybody has. */
const ROLES_OF_AUDIENCE: Readonly<Record<string, readonly Role[]>> = {
  owner: ['owner'],
  admin: ['admin', 'owner'],
  staff: ['staff', 'owner'],
  support: ['support', 'staff', 'owner'],
  operations: ['operations_manager', 'admin', 'owner'],
  accounting: ['accounting', 'owner'],
  practitioner: ['practitioner', 'owner'],
  lawyer: ['lawyer', 'owner'],
  assistant: ['assistant', 'staff', 'owner'],
  responsible: ['staff', 'owner'],
}

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
  readonly signIn: Pick<SignIn, 'endSessions' | 'userByEmail' | 'withSecondFactor'>
  /** Addresses, in lower case, of the users who operate the platform. */
  readonly admins: readonly string[]
  /** What somebody may do in this organization has changed: open sockets are looked at anew. */
  readonly accessChanged: (organizationId: string) => void
}

export type Members = ReturnType<typeof createMembers>

/** The people of an organization: who they are, what they may do, and who hears of things. */
export function createMembers({ db, clock, signIn, admins, accessChanged }: Deps) {
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

    /**
     * The contacts of the members an audience means. A small team has no accounting: then the owner hears of it. Those who
     * operate the platform are meant where they are members themselves: nobody else's events reach them.
     */
    async contactsWithRole(organizationId: string, audience: string): Promise<string[]> {
      if (audience === 'platform_admin') return platformTeam(organizationId)
      const roles = ROLES_OF_AUDIENCE[audience]
      if (!roles) return []
      const found = await db.as(organizationId, (tx) =>
        tx
          .selectFrom('member')
          .select(['role', 'contact_id'])
          .where('role', 'in', [...roles])
          .where('disabled_at', 'is', null)
          .orderBy('id')
          .execute(),
      )
      const role = roles.find((candidate) => found.some((member) => member.role === candidate))
      return found.filter((member) => member.role === role).map((member) => member.contact_id)
    },

    /** The contacts that ids of members or of contacts mean, each once; without members who are shut out. */
    async contactsNamed(organizationId: string, ids: readonly string[]): Promise<string[]> {
      const asked = [...new Set(ids)].filter(isId)
      if (asked.length === 0) return []
      return db.as(organizationId, async (tx) => {
        const known = await tx
          .selectFrom('member')
          .select(['id', 'contact_id', 'disabled_at'])
          .where((where) => where.or([where('id', 'in', asked), where('contact_id', 'in', asked)]))
          .execute()
        const contacts = await tx.selectFrom('contact').select('id').where('id', 'in', asked).execute()
        const found = asked.flatMap((id) => {
          const member = known.find((one) => one.id === id || one.contact_id === id)
          if (member) return member.disabled_at ? [] : [member.contact_id]
          return contacts.some((contact) => contact.id === id) ? [id] : []
        })
        return [...new Set(found)]
      })
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

  async function platformTeam(organizationId: string): Promise<string[]> {
    const users = (await Promise.all(admins.map((email) => signIn.userByEmail(email)))).flatMap(
      (user) => user?.id ?? [],
    )
    if (users.length === 0) return []
    const found = await db.as(organizationId, (tx) =>
      tx
        .selectFrom('member')
        .select('contact_id')
        .where('user_id', 'in', users)
        .where('disabled_at', 'is', null)
        .orderBy('id')
        .execute(),
    )
    return found.map((member) => member.contact_id)
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
