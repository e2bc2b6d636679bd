import { notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { isRecent } from '../../platform/remembered.ts'
import { addMember } from './member-store.ts'
import type { Brand, Organization, Role } from './organization.ts'
import { type Permission, permissionsOf } from './permissions.ts'
import type { SignIn } from './sign-in.ts'

export interface Member {
  readonly id: string
  readonly organizationId: string
  readonly contactId: string
  readonly role: string
  /** What they may do there. */
  readonly permissions: readonly Permission[]
}

type Delivery = Organization['delivery']

export interface Organizations {
  create(
    organization: Omit<Organization, 'id' | 'delivery' | 'overBudget'> & Partial<Pick<Organization, 'delivery'>>,
  ): Promise<Organization>
  /** From memory for up to ten seconds: a changed brand or name may take that long to be seen everywhere. */
  get(id: string): Promise<Organization | undefined>
  /**
   * Changes its choices about delivery: `change` makes of what is stored what replaces it, already checked, and may be
   * asked again when somebody else was faster. Gives what is stored then. Seen at once here, within ten seconds elsewhere.
   */
  changeDelivery(id: string, change: (stored: Delivery) => Delivery): Promise<Delivery>
  /** Seen at once here, within ten seconds elsewhere. */
  setOverBudget(id: string, channels: readonly number[]): Promise<void>
  /** The demo organization, if it was loaded. */
  demo(): Promise<Organization | undefined>
  /** Makes the sign-in, the contact and the membership, or returns the membership there is. */
  createMember(member: {
    organizationId: string
    email: string
    password: string
    name: string
    role: Role
  }): Promise<Member>
  /** The organizations a user works in, oldest membership first: as it is now, read every time. */
  membershipsOf(userId: string): Promise<Member[]>
}

interface OrganizationRow {
  id: string
  name: string
  country: string
  locale: string
  time_zone: string
  brand: Brand
  delivery: Record<string, unknown>
  demo: boolean
  over_budget: number[]
}

interface MemberRow {
  id: string
  organization_id: string
  contact_id: string
  role: string
  permissions?: string[] | null
}

const CACHED_MS = 10_000
const MOST_CACHED = 10_000
const COLUMNS = 'id, name, country, locale, time_zone, brand, delivery, demo, over_budget'

export function createOrganizations({
  db,
  clock,
  signIn,
}: {
  db: Database
  clock: Clock
  signIn: SignIn
}): Organizations {
  const cache = new Map<string, { readonly from: number; readonly organization: Promise<Organization | undefined> }>()

  async function read(id: string): Promise<Organization | undefined> {
    const [row] = await db.run<OrganizationRow>(
      'organizations.get',
      `select ${COLUMNS} from organization where id = $1`,
      [id],
    )
    return row && toOrganization(row)
  }

  return {
    async create(organization) {
      const now = clock.now()
      const id = newId(now)
      const { name, country, locale, timeZone, brand, delivery = {}, demo } = organization
      await db.run(
        'organizations.create',
        'insert into organization (id, name, country, locale, time_zone, brand, delivery, demo, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
        [id, name, country, locale, timeZone, JSON.stringify(brand), JSON.stringify(delivery), demo, now],
      )
      return { id, ...organization, delivery, overBudget: [] }
    },

    get(id) {
      const now = clock.now()
      const known = cache.get(id)
      if (known && isRecent(known.from, now, CACHED_MS)) return known.organization
      const organization = read(id)
      if (cache.size >= MOST_CACHED) cache.clear()
      cache.set(id, { from: now.getTime(), organization })
      // A failed read must not be remembered as the answer.
      organization.catch(() => cache.delete(id))
      return organization
    },

    async changeDelivery(id, change) {
      for (;;) {
        const stored = (await read(id))?.delivery
        if (!stored) throw notFound('Organization', id)
        const delivery = change(stored)
        const saved = await db.run(
          'organizations.change-delivery',
          'update organization set delivery = $2 where id = $1 and delivery = $3::jsonb returning id',
          [id, JSON.stringify(delivery), JSON.stringify(stored)],
        )
        cache.delete(id)
        if (saved.length > 0) return delivery
      }
    },

    async setOverBudget(id, channels) {
      const changed = await db.run(
        'organizations.over-budget',
        'update organization set over_budget = $2 where id = $1 and over_budget <> $2 returning id',
        [id, channels],
      )
      if (changed.length > 0) cache.delete(id)
    },

    async demo() {
      const [row] = await db.run<OrganizationRow>(
        'organizations.demo',
        `select ${COLUMNS} from organization where demo order by id limit 1`,
        [],
      )
      return row && toOrganization(row)
    },

    async createMember({ organizationId, email, password, name, role }) {
      const user = await signIn.ensureUser({ email, password, name })
      const now = clock.now()
      return toMember(await db.as(organizationId, (tx) => addMember(tx, { organizationId, user, role }, now)))
    },

    async membershipsOf(userId) {
      const rows = await db.run<MemberRow>(
        'organizations.memberships',
        `select m.id, m.organization_id, m.contact_id, m.role, p.permissions
         from member m left join role_permission p on p.organization_id = m.organization_id and p.role = m.role
         where m.user_id = $1 and m.disabled_at is null order by m.id`,
        [userId],
      )
      return rows.map(toMember)
    },
  }
}

const toOrganization = (row: OrganizationRow): Organization => ({
  id: row.id,
  name: row.name,
  country: row.country,
  locale: row.locale,
  timeZone: row.time_zone,
  brand: row.brand,
  delivery: row.delivery,
  demo: row.demo,
  overBudget: row.over_budget,
})

const toMember = (row: MemberRow): Member => ({
  id: row.id,
  organizationId: row.organization_id,
  contactId: row.contact_id,
  role: row.role,
  permissions: permissionsOf(row.role, row.permissions),
})
