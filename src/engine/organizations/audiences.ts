import { uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import { isId } from '../../platform/ids.ts'
import type { Role } from './organization.ts'
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
const PLATFORM_TEAM = 'platform_admin'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly signIn: Pick<SignIn, 'userByEmail'>
  /** Addresses, in lower case, of the users who operate the platform. */
  readonly admins: readonly string[]
}

/** Contacts, looked up. */
export interface Found {
  /**
   * Of the members this audience means. A small team has no accounting: then the owner hears of it. Those who operate the
   * platform are meant where they are members themselves: nobody else's events reach them.
   */
  withRole(audience: string): string[]
  /** That these ids of members or of contacts mean, each once; without members who are shut out. */
  named(ids: readonly string[]): string[]
}

export type Audiences = ReturnType<typeof createAudiences>

/** The business's own people, as events mean them. */
export function createAudiences({ db, signIn, admins }: Deps) {
  return {
    /** Everybody an event asks for, in one statement. */
    async find(
      organizationId: string,
      { audiences, ids }: { readonly audiences: readonly string[]; readonly ids: readonly string[] },
    ): Promise<Found> {
      const roles = [...new Set(audiences.flatMap((audience) => ROLES_OF_AUDIENCE[audience] ?? []))]
      const named = [...new Set(ids)].filter(isId)
      const users = audiences.includes(PLATFORM_TEAM) ? await platformUsers() : []
      const rows =
        roles.length + named.length + users.length === 0
          ? []
          : await db.run<Row>('audiences.find', FIND, [organizationId, roles, uuids(named), uuids(users)])
      const members = rows.filter((row) => row.role !== null)
      const heard = members.filter(({ disabled }) => !disabled)
      return {
        withRole(audience) {
          if (audience === PLATFORM_TEAM)
            return heard.filter(({ user_id }) => user_id && users.includes(user_id)).map(({ contact_id }) => contact_id)
          const role = ROLES_OF_AUDIENCE[audience]?.find((one) => heard.some((member) => member.role === one))
          return role === undefined
            ? []
            : heard.filter((member) => member.role === role).map(({ contact_id }) => contact_id)
        },
        named(asked) {
          const found = [...new Set(asked)].flatMap((id) => {
            const member = members.find((one) => one.id === id || one.contact_id === id)
            if (member) return member.disabled ? [] : [member.contact_id]
            return rows.some((row) => row.role === null && row.id === id) ? [id] : []
          })
          return [...new Set(found)]
        },
      }
    },

    /** Those who operate the platform, each once: where they became a member first, and as whom. */
    async operators(): Promise<{ organizationId: string; contactId: string }[]> {
      const rows = await db.run<{ organization_id: string; contact_id: string }>(
        'audiences.operators',
        `select distinct on (user_id) organization_id, contact_id from member
         where user_id = any($1::uuid[]) and disabled_at is null order by user_id, id`,
        [uuids(await platformUsers())],
      )
      return rows.map((row) => ({ organizationId: row.organization_id, contactId: row.contact_id }))
    },
  }

  async function platformUsers(): Promise<string[]> {
    const users = await Promise.all(admins.map((email) => signIn.userByEmail(email)))
    return users.flatMap((user) => user?.id ?? [])
  }
}

interface Row {
  readonly id: string
  readonly contact_id: string
  readonly user_id: string | null
  /** Null: a contact, who may also be a member. */
  readonly role: string | null
  readonly disabled: boolean
}

const FIND = `
select id, contact_id, user_id, role, disabled_at is not null as disabled from member
where organization_id = $1 and (role = any($2::text[]) or id = any($3::uuid[]) or contact_id = any($3::uuid[]) or user_id = any($4::uuid[]))
union all
select id, id, null, null, false from contact where id = any($3::uuid[]) and organization_id = $1
order by id`
