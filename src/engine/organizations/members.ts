import type { Database } from '../../platform/database/database.ts'

/** Roles that hear of what an audience of the catalogue is told; the first that anybody has. */
const ROLES_OF_AUDIENCE: Readonly<Record<string, readonly string[]>> = {
  owner: ['owner'],
  admin: ['admin', 'owner'],
  staff: ['staff', 'owner'],
  support: ['support', 'staff', 'owner'],
  operations: ['operations_manager', 'admin', 'owner'],
  accounting: ['accounting', 'owner'],
}

export type Members = ReturnType<typeof createMembers>

/** The people of an organization, as those who hear of things. */
export const createMembers = ({ db }: { db: Pick<Database, 'as'> }) => ({
  /** The contacts of the members an audience means. A small team has no accounting: then the owner hears of it. */
  async contactsWithRole(organizationId: string, audience: string): Promise<string[]> {
    const roles = ROLES_OF_AUDIENCE[audience]
    if (!roles) return []
    const members = await db.as(organizationId, (tx) =>
      tx
        .selectFrom('member')
        .select(['role', 'contact_id'])
        .where('role', 'in', [...roles])
        .orderBy('id')
        .execute(),
    )
    const role = roles.find((candidate) => members.some((member) => member.role === candidate))
    return members.filter((member) => member.role === role).map((member) => member.contact_id)
  },

  /** A member's own contact: whose in-app feed the dashboard shows. */
  contactOf: (organizationId: string, memberId: string): Promise<string | undefined> =>
    db.as(
      organizationId,
      async (tx) =>
        (await tx.selectFrom('member').select('contact_id').where('id', '=', memberId).executeTakeFirst())?.contact_id,
    ),
})
