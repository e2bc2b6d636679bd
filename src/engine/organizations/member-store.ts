import type { Selectable } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import type { Role } from './organization.ts'
import { type Permission, permissionsOf } from './permissions.ts'
import type { User } from './sign-in.ts'

export type MemberRow = Selectable<DB['member']>

/**
 * Makes a user a member; one who is a member already stays as they are. Somebody the organization writes to already
 * keeps that contact, with its preferences.
 */
export async function addMember(
  tx: Tx,
  { organizationId, user, role }: { organizationId: string; user: User; role: Role },
  now: Date,
): Promise<MemberRow> {
  const known = await tx.selectFrom('member').selectAll().where('user_id', '=', user.id).executeTakeFirst()
  if (known) return known
  const contactId =
    (await contactOf(tx, organizationId, user, now)) ?? (await newContact(tx, organizationId, user, now))
  const member = {
    id: newId(now),
    organization_id: organizationId,
    user_id: user.id,
    contact_id: contactId,
    role,
    created_at: now,
  }
  return tx.insertInto('member').values(member).returningAll().executeTakeFirstOrThrow()
}

async function contactOf(tx: Tx, organizationId: string, user: User, now: Date): Promise<string | undefined> {
  const contact = await tx
    .selectFrom('contact')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .where('email', '=', user.email)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('member').select('member.id').whereRef('member.contact_id', '=', 'contact.id'))),
    )
    .orderBy('id')
    .executeTakeFirst()
  // The invitation made it, from an address alone.
  if (contact?.name === null)
    await tx.updateTable('contact').set({ name: user.name, updated_at: now }).where('id', '=', contact.id).execute()
  return contact?.id
}

async function newContact(tx: Tx, organizationId: string, user: User, now: Date): Promise<string> {
  const id = newId(now)
  const { name, email } = user
  await tx
    .insertInto('contact')
    .values({ id, organization_id: organizationId, name, email, created_at: now, updated_at: now })
    .execute()
  return id
}

/** What a role may do in the organization of the transaction. */
export async function permissionsOfRole(tx: Tx, role: string): Promise<readonly Permission[]> {
  const row = await tx.selectFrom('role_permission').select('permissions').where('role', '=', role).executeTakeFirst()
  return permissionsOf(role, row?.permissions)
}
