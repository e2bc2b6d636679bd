import type { Selectable } from 'kysely'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { hashToken, newToken } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import { normalizeEmail } from '../channels/address.ts'
import { addMember } from './member-store.ts'
import { assertMayHandle } from './members.ts'
import type { Organization, Role } from './organization.ts'
import { refuseWeak } from './passwords.ts'
import type { Grantor } from './permissions.ts'
import type { Session, SignIn } from './sign-in.ts'

export interface Invitation {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly invitedBy: string
  readonly status: 'pending' | 'accepted' | 'revoked' | 'expired'
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** What the holder of a token is told before they accept. */
export interface Opened {
  readonly organization: string
  readonly email: string
  readonly role: string
  readonly invitedBy: string
  /** They have a sign-in already, and accept with it; else they choose a name and a password. */
  readonly hasSignIn: boolean
}

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly signIn: Pick<SignIn, 'userByEmail' | 'ensureUser' | 'chooseOrganization'>
  readonly organization: (id: string) => Promise<Organization>
  /** Sends the mail. Throws what keeps it from being sent. */
  readonly tell: (
    organizationId: string,
    invitation: { email: string; role: string; invitedBy: string; token: string; expiresAt: Date },
  ) => Promise<void>
}

const VALID_MS = 7 * 24 * 3_600_000
const UNIQUE_VIOLATION = '23505'

export type Invitations = ReturnType<typeof createInvitations>

/** How somebody becomes a member: asked by e-mail, with a token that works once. */
export function createInvitations({ db, clock, signIn, organization, tell }: Deps) {
  return {
    /**
     * Invites an address; an earlier invitation of it is withdrawn. Nothing tells whether the address has a sign-in here.
     *
     * @throws AppError `forbidden` for a role beyond one's own, `conflict` for a member, and why the mail cannot be sent.
     */
    async create(organizationId: string, by: Grantor & { name: string }, asked: { email: string; role: Role }) {
      const email = normalizeEmail(asked.email)?.toLowerCase()
      if (email === undefined) throw invalid('email', 'is not an e-mail address', 'invalid_address')
      const now = clock.now()
      const token = newToken('inv')
      const expiresAt = new Date(now.getTime() + VALID_MS)
      const user = await signIn.userByEmail(email)
      const row = await db
        .as(organizationId, async (tx) => {
          await assertMayHandle(tx, by, asked.role)
          const member =
            user && (await tx.selectFrom('member').select('id').where('user_id', '=', user.id).executeTakeFirst())
          if (member) throw new AppError('conflict', 'This address belongs to a member already')
          await tx
            .updateTable('invitation')
            .set({ revoked_at: now })
            .where('email', '=', email)
            .where('accepted_at', 'is', null)
            .where('revoked_at', 'is', null)
            .execute()
          return tx
            .insertInto('invitation')
            .values({
              id: newId(now),
              organization_id: organizationId,
              email,
              role: asked.role,
              token_hash: hashToken(token),
              invited_by: by.name,
              created_at: now,
              expires_at: expiresAt,
            })
            .returningAll()
            .executeTakeFirstOrThrow()
        })
        .catch((error: { code?: string }) => {
          throw error.code === UNIQUE_VIOLATION
            ? new AppError('conflict', 'This address is being invited at this moment', { cause: error })
            : error
        })
      try {
        await tell(organizationId, { email, role: asked.role, invitedBy: by.name, token, expiresAt })
      } catch (error) {
        await db.as(organizationId, (tx) => tx.deleteFrom('invitation').where('id', '=', row.id).execute())
        throw error
      }
      return toInvitation(row, now)
    },

    /** Newest first; `limit + 1` rows at most. */
    list: (organizationId: string, { limit, before }: { limit: number; before: string | undefined }) =>
      db.as(organizationId, async (tx) => {
        const newest = tx.selectFrom('invitation').selectAll().where('organization_id', '=', organizationId)
        const page = before === undefined ? newest : newest.where('id', '<', before)
        const rows = await page
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute()
        return rows.map((row) => toInvitation(row, clock.now()))
      }),

    /** Withdraws it, at once; twice is fine. Throws `already_settled` once it was accepted. */
    revoke: (organizationId: string, by: Grantor, id: string) =>
      db.as(organizationId, async (tx) => {
        const row = await tx.selectFrom('invitation').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
        if (!row) throw notFound('Invitation', id)
        await assertMayHandle(tx, by, row.role)
        if (row.accepted_at) throw new AppError('already_settled', 'It was accepted; remove the member instead')
        const now = clock.now()
        const revoked_at = row.revoked_at ?? now
        await tx.updateTable('invitation').set({ revoked_at }).where('id', '=', id).execute()
        return toInvitation({ ...row, revoked_at }, now)
      }),

    /** What an invitation is for. Throws `not_found` alike for every token that does not let in. */
    async open(token: string): Promise<Opened> {
      const row = await valid(token)
      return {
        organization: (await organization(row.organization_id)).name,
        email: row.email,
        role: row.role,
        invitedBy: row.invited_by,
        hasSignIn: (await signIn.userByEmail(row.email)) !== undefined,
      }
    },

    /**
     * Makes its holder a member, once. Somebody with a sign-in accepts signed in; anybody else gets one with this name
     * and password.
     *
     * @throws AppError `not_found` for a token that does not let in, `unauthenticated` when they have to sign in first,
     * `conflict` when they are signed in as somebody else, `weak_password` for one that is easy to guess.
     */
    async accept(
      token: string,
      given: { name?: string | undefined; password?: string | undefined },
      session?: Session,
    ) {
      const { id, organization_id: organizationId, email } = await valid(token)
      if (session && session.user.email.toLowerCase() !== email)
        throw new AppError('conflict', `This invitation is for ${email}; sign out, then open it again`)
      const member = await db.as(organizationId, async (tx) => {
        const now = clock.now()
        // Locks the row: whoever comes second waits here, and finds it used. What is refused below gives it back.
        const taken = await tx
          .updateTable('invitation')
          .set({ accepted_at: now })
          .where('id', '=', id)
          .where('accepted_at', 'is', null)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', now)
          .returning('role')
          .executeTakeFirst()
        if (!taken) throw noSuchInvitation()
        const user = session?.user ?? (await newUser(organizationId, email, given))
        return addMember(tx, { organizationId, user, role: taken.role as Role }, now)
      })
      if (session) await signIn.chooseOrganization(session.id, organizationId)
      return { organizationId, memberId: member.id, email }
    },
  }

  async function newUser(
    organizationId: string,
    email: string,
    { name, password }: { name?: string | undefined; password?: string | undefined },
  ) {
    if (await signIn.userByEmail(email)) throw new AppError('unauthenticated', `Sign in as ${email}, then accept`)
    if (name === undefined) throw invalid('name', 'is needed to make your sign-in')
    if (password === undefined) throw invalid('password', 'is needed to make your sign-in')
    const organizations = [(await organization(organizationId)).name]
    await refuseWeak('password', password, { email, name, organizations })
    return signIn.ensureUser({ email, name, password })
  }

  async function valid(token: string): Promise<Row> {
    const [row] = await db.run<Row>('invitations.find', 'select * from invitation where token_hash = $1', [
      hashToken(token),
    ])
    if (!row || statusOf(row, clock.now()) !== 'pending') throw noSuchInvitation()
    return row
  }
}

type Row = Selectable<DB['invitation']>

const noSuchInvitation = () =>
  new AppError('not_found', 'This invitation is not known, or it was used, withdrawn or has expired; ask for a new one')

function statusOf({ accepted_at, revoked_at, expires_at }: Row, now: Date): Invitation['status'] {
  if (accepted_at) return 'accepted'
  if (revoked_at) return 'revoked'
  return expires_at <= now ? 'expired' : 'pending'
}

const toInvitation = (row: Row, now: Date): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role,
  invitedBy: row.invited_by,
  status: statusOf(row, now),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})
