import { type Selectable, sql } from 'kysely'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import type { Attributions } from './attributions.ts'

type Row = Selectable<DB['professional']> & { name: string | null; email: string | null; phone: string | null }

export interface Professional {
  readonly id: string
  readonly contactId: string
  readonly company: string
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly coordinates: { readonly latitude: number; readonly longitude: number } | null
  readonly radiusKm: number | null
  readonly skills: readonly string[]
  readonly blacklisted: boolean
  readonly available: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface NewProfessional {
  readonly company: string
  readonly name?: string | undefined
  readonly email: string
  readonly phone?: string | undefined
  readonly locale?: 'fr' | 'en' | undefined
  /** Found by the geocoder when there are no coordinates. */
  readonly address?: string | undefined
  readonly coordinates?: { readonly latitude: number; readonly longitude: number } | null | undefined
  readonly radiusKm?: number | null | undefined
  readonly skills: readonly string[]
  readonly blacklisted?: boolean | undefined
  readonly available?: boolean | undefined
}

/** What is to be different; what is undefined stays. */
export type ProfessionalChange = {
  readonly [N in Exclude<keyof NewProfessional, 'name' | 'email' | 'phone' | 'locale'>]?: NewProfessional[N] | undefined
}

export interface ProfessionalFilter {
  /** In the company, the name or the e-mail address. */
  readonly search?: string | undefined
  /** The key of a service they do. */
  readonly skill?: string | undefined
  readonly before: string | undefined
  readonly limit: number
}

const UNIQUE_VIOLATION = '23505'
/** Of a geocoder's answer: below it an address is rather not found. */
export const LEAST_SCORE = 0.7

export type Professionals = ReturnType<typeof createProfessionals>

/** Outside professionals, each a contact, who may be asked to do a job. */
export function createProfessionals({
  surface,
  attributions,
}: {
  surface: PackSurface
  attributions: Pick<Attributions, 'standDown'>
}) {
  const { db, clock } = surface

  return {
    list: (organizationId: string, { search, skill, before, limit }: ProfessionalFilter) =>
      db.as(organizationId, async (tx) => {
        const like = search && `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
        const conditions = [
          sql`p.organization_id = ${organizationId}`,
          sql`p.removed_at is null`,
          ...(before === undefined ? [] : [sql`p.id < ${before}`]),
          ...(skill === undefined ? [] : [sql`${skill} = any(p.skills)`]),
          ...(like ? [sql`(p.company ilike ${like} or c.name ilike ${like} or c.email ilike ${like})`] : []),
        ]
        const { rows } =
          await sql<Row>`${SELECT} where ${sql.join(conditions, sql` and `)} order by p.id desc limit ${limit}`.execute(
            tx,
          )
        return rows
      }),

    get: (organizationId: string, id: string): Promise<Professional> =>
      db.as(organizationId, (tx) => one(tx, organizationId, id)),

    async add(organizationId: string, given: NewProfessional): Promise<Professional> {
      const { country } = await surface.organization(organizationId)
      const point = given.coordinates ?? (given.address ? await found(given.address, country) : null)
      const now = clock.now()
      return surface.transaction(organizationId, async ({ tx, customers }) => {
        await assertSkills(tx, organizationId, given.skills)
        const [customer] = await customers([
          {
            email: given.email,
            name: given.name ?? given.company,
            ...(given.phone && { phone: given.phone }),
            ...(given.locale && { locale: given.locale }),
          },
        ])
        if (customer instanceof AppError) throw customer
        const { contact: person, phone } = customer!
        if (phone !== undefined)
          throw invalid(
            'phone',
            'is not the number that the contact with this e-mail address has: change it there, or leave it out',
          )
        const id = newId(now)
        await tx
          .insertInto('professional')
          .values({
            id,
            organization_id: organizationId,
            contact_id: person.id,
            company: given.company,
            latitude: point?.latitude ?? null,
            longitude: point?.longitude ?? null,
            radius_km: given.radiusKm ?? null,
            skills: [...given.skills],
            blacklisted: given.blacklisted ?? false,
            available: given.available ?? true,
            created_at: now,
            updated_at: now,
          })
          .execute()
          .catch((error: { code?: string }) => {
            if (error.code === UNIQUE_VIOLATION)
              throw new AppError('conflict', 'There is a professional with this address already')
            throw error
          })
        return one(tx, organizationId, id)
      })
    },

    async change(organizationId: string, id: string, change: ProfessionalChange): Promise<Professional> {
      const { country } = await surface.organization(organizationId)
      const point =
        change.coordinates === undefined && change.address ? await found(change.address, country) : change.coordinates
      return surface.transaction(organizationId, async (within) => {
        const { tx } = within
        if (change.skills) await assertSkills(tx, organizationId, change.skills)
        const changed = await tx
          .updateTable('professional')
          .set({
            updated_at: clock.now(),
            ...(change.company === undefined ? {} : { company: change.company }),
            ...(point === undefined ? {} : { latitude: point?.latitude ?? null, longitude: point?.longitude ?? null }),
            ...(change.radiusKm === undefined ? {} : { radius_km: change.radiusKm }),
            ...(change.skills === undefined ? {} : { skills: [...change.skills] }),
            ...(change.blacklisted === undefined ? {} : { blacklisted: change.blacklisted }),
            ...(change.available === undefined ? {} : { available: change.available }),
          })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .where('removed_at', 'is', null)
          .returning('id')
          .executeTakeFirst()
        if (!changed) throw notFound('Professional', id)
        if (change.blacklisted || change.available === false)
          await attributions.standDown(within, organizationId, id, { forGood: change.blacklisted === true })
        return one(tx, organizationId, id)
      })
    },

    /** Is asked no more, and does nothing more; what they did stays. */
    remove: (organizationId: string, id: string): Promise<void> =>
      surface.transaction(organizationId, async (within) => {
        const removed = await within.tx
          .updateTable('professional')
          .set({ removed_at: clock.now(), updated_at: clock.now() })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .where('removed_at', 'is', null)
          .returning('id')
          .executeTakeFirst()
        if (!removed) throw notFound('Professional', id)
        await attributions.standDown(within, organizationId, id, { forGood: true })
      }),
  }

  async function found(address: string, country: string) {
    const place = await surface.geocode(address, country)
    if (!place || place.score < LEAST_SCORE)
      throw invalid('address', 'was not found; give the coordinates, or write it another way')
    return { latitude: place.latitude, longitude: place.longitude }
  }
}

const SELECT = sql.raw(
  'select p.*, c.name, c.email, c.phone from professional p left join contact c on c.id = p.contact_id',
)

async function one(tx: Tx, organizationId: string, id: string): Promise<Professional> {
  const { rows } =
    await sql<Row>`${SELECT} where p.id = ${id} and p.organization_id = ${organizationId} and p.removed_at is null`.execute(
      tx,
    )
  if (!rows[0]) throw notFound('Professional', id)
  return toProfessional(rows[0])
}

export const toProfessional = (row: Row): Professional => ({
  id: row.id,
  contactId: row.contact_id,
  company: row.company,
  name: row.name,
  email: row.email,
  phone: row.phone,
  coordinates:
    row.latitude === null || row.longitude === null ? null : { latitude: row.latitude, longitude: row.longitude },
  radiusKm: row.radius_km,
  skills: row.skills,
  blacklisted: row.blacklisted,
  available: row.available,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

async function assertSkills(tx: Tx, organizationId: string, skills: readonly string[]): Promise<void> {
  if (skills.length === 0) return
  const known = await tx
    .selectFrom('service_type')
    .select('key')
    .where('organization_id', '=', organizationId)
    .where('key', 'in', skills)
    .execute()
  const keys = new Set(known.map(({ key }) => key))
  const index = skills.findIndex((skill) => !keys.has(skill))
  if (index >= 0) throw invalid(`skills.${index}`, 'is not the key of a service type')
}
