import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { permissionsOfRole } from './member-store.ts'
import { assertMayHandle } from './members.ts'
import { ROLES, type Role } from './organization.ts'
import { DEFAULT_PERMISSIONS, type Grantor, type Permission, permissionsOf } from './permissions.ts'

export interface RoleView {
  readonly role: Role
  readonly permissions: readonly Permission[]
  /** Whether the organization decided it; else it is as the product has it. */
  readonly custom: boolean
  /** How many members have it. */
  readonly members: number
}

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly accessChanged: (organizationId: string) => void
}

export type Roles = ReturnType<typeof createRoles>

/** What each role may do in an organization. */
export const createRoles = ({ db, clock, accessChanged }: Deps) => ({
  list: (organizationId: string): Promise<RoleView[]> =>
    db.as(organizationId, async (tx) => {
      const decided = await tx.selectFrom('role_permission').select(['role', 'permissions']).execute()
      const counts = await tx
        .selectFrom('member')
        .select(({ fn }) => ['role', fn.countAll<string>().as('n')])
        .groupBy('role')
        .execute()
      return ROLES.map((role) => {
        const own = decided.find((row) => row.role === role)
        return {
          role,
          permissions: permissionsOf(role, own?.permissions),
          custom: own !== undefined,
          members: Number(counts.find((row) => row.role === role)?.n ?? 0),
        }
      })
    }),

  /**
   * Decides what a role may do; null: as the product has it. Counts from each member's next request.
   *
   * @throws AppError `conflict` for the owner's, `forbidden` for what `by` does not have themselves.
   */
  async change(organizationId: string, by: Grantor, role: Role, asked: readonly Permission[] | null): Promise<void> {
    if (role === 'owner') throw new AppError('conflict', 'An owner may do everything; that cannot be narrowed')
    await db.as(organizationId, async (tx) => {
      await assertMayHandle(tx, by, role)
      const had = await permissionsOfRole(tx, role)
      const beyond = (asked ?? DEFAULT_PERMISSIONS[role]).filter(
        (permission) => !had.includes(permission) && !by.permissions.includes(permission),
      )
      if (beyond.length > 0)
        throw new AppError('forbidden', `You cannot give what you do not have: ${beyond.join(', ')}`)
      if (asked === null) {
        await tx.deleteFrom('role_permission').where('role', '=', role).execute()
        return
      }
      const decided = { permissions: [...new Set(asked)], updated_at: clock.now() }
      await tx
        .insertInto('role_permission')
        .values({ organization_id: organizationId, role, ...decided })
        .onConflict((conflict) => conflict.columns(['organization_id', 'role']).doUpdateSet(decided))
        .execute()
    })
    accessChanged(organizationId)
  },
})
