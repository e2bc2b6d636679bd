import type { Selectable } from 'kysely'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import type { VatExemption } from './documents/document-data.ts'
import type { Pricing } from './price.ts'

type Row = Selectable<DB['service_type']>

export interface Service {
  readonly id: string
  readonly key: string
  readonly label: { readonly fr: string; readonly en: string }
  readonly pricing: Pricing
  readonly responsibleIds: readonly string[]
  readonly professionalShare: number | null
  /** In percent; null: the seller's scheme says. */
  readonly vatRate: number | null
  /** Why the rate is 0; null for any other. */
  readonly vatExemption: VatExemption | null
  readonly enabled: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface NewService extends Pick<Service, 'key' | 'label' | 'pricing'> {
  readonly responsibleIds?: readonly string[] | undefined
  readonly professionalShare?: number | null | undefined
  readonly vatRate?: number | null | undefined
  readonly vatExemption?: VatExemption | null | undefined
  readonly enabled?: boolean | undefined
}

/** What is to be different; what is undefined stays. */
export type ServiceChange = { readonly [N in Exclude<keyof NewService, 'key'>]?: NewService[N] | undefined }

const UNIQUE_VIOLATION = '23505'

export type Services = ReturnType<typeof createServices>

/** What a company sells, and how its price comes about. */
export function createServices({ db, clock }: Pick<PackSurface, 'db' | 'clock'>) {
  return {
    list: (organizationId: string): Promise<Service[]> =>
      db.as(organizationId, async (tx) => (await all(tx, organizationId).orderBy('key').execute()).map(toService)),

    get: (organizationId: string, id: string): Promise<Service> =>
      db.as(organizationId, async (tx) => {
        const row = await all(tx, organizationId).where('id', '=', id).executeTakeFirst()
        if (!row) throw notFound('Service type', id)
        return toService(row)
      }),

    /** One that can be ordered. @throws AppError `validation_failed` */
    ordered: (organizationId: string, key: string): Promise<Service> =>
      db.as(organizationId, async (tx) => {
        const row = await all(tx, organizationId).where('key', '=', key).where('enabled', '=', true).executeTakeFirst()
        if (!row) throw invalid('service', `is not a service that can be ordered here`)
        return toService(row)
      }),

    add: (organizationId: string, service: NewService): Promise<Service> =>
      db.as(organizationId, async (tx) => {
        const now = clock.now()
        await assertMembers(tx, service.responsibleIds ?? [])
        const row = await tx
          .insertInto('service_type')
          .values({
            id: newId(now),
            organization_id: organizationId,
            key: service.key,
            label_fr: service.label.fr,
            label_en: service.label.en,
            pricing: JSON.stringify(service.pricing),
            responsible_ids: [...(service.responsibleIds ?? [])],
            professional_share: service.professionalShare ?? null,
            ...vatOf(service.vatRate, service.vatExemption),
            enabled: service.enabled ?? true,
            created_at: now,
            updated_at: now,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
          .catch((error: { code?: string }) => {
            if (error.code === UNIQUE_VIOLATION)
              throw new AppError('conflict', `There is a service type ${service.key} already`)
            throw error
          })
        return toService(row)
      }),

    /** Quotes keep the rules they were made with. */
    change: (organizationId: string, id: string, change: ServiceChange): Promise<Service> =>
      db.as(organizationId, async (tx) => {
        if (change.responsibleIds) await assertMembers(tx, change.responsibleIds)
        const known = await all(tx, organizationId).where('id', '=', id).forUpdate().executeTakeFirst()
        if (!known) throw notFound('Service type', id)
        const before = toService(known)
        const rate = change.vatRate === undefined ? before.vatRate : change.vatRate
        const row = await tx
          .updateTable('service_type')
          .set({
            updated_at: clock.now(),
            ...(change.label && { label_fr: change.label.fr, label_en: change.label.en }),
            ...(change.pricing && { pricing: JSON.stringify(change.pricing) }),
            ...(change.responsibleIds && { responsible_ids: [...change.responsibleIds] }),
            ...(change.professionalShare === undefined ? {} : { professional_share: change.professionalShare }),
            ...(change.vatRate === undefined && change.vatExemption === undefined
              ? {}
              : vatOf(
                  rate,
                  // A rate that is none any more takes its reason with it.
                  change.vatExemption === undefined ? (rate === 0 ? before.vatExemption : null) : change.vatExemption,
                )),
            ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
          })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow()
        return toService(row)
      }),
  }
}

async function assertMembers(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const found = await tx.selectFrom('member').select('id').where('id', 'in', ids).execute()
  const members = new Set(found.map(({ id }) => id))
  const index = ids.findIndex((id) => !members.has(id))
  if (index >= 0) throw invalid(`responsibleIds.${index}`, 'is not a member of this organization')
}

/** Kept in hundredths of a percent. What carries no VAT says why, and nothing else does. */
function vatOf(percent: number | null | undefined, exemption: VatExemption | null | undefined) {
  if (percent === 0 && !exemption)
    throw invalid('vatExemption', 'is needed with a rate of 0: why there is no VAT, which invoices must say')
  if (percent !== 0 && exemption) throw invalid('vatExemption', 'is for a rate of 0 alone')
  return {
    vat_rate: percent === null || percent === undefined ? null : Math.round(percent * 100),
    vat_exemption: exemption ? JSON.stringify(exemption) : null,
  }
}

const all = (tx: Tx, organizationId: string) =>
  tx.selectFrom('service_type').selectAll().where('organization_id', '=', organizationId)

const toService = (row: Row): Service => ({
  id: row.id,
  key: row.key,
  label: { fr: row.label_fr, en: row.label_en },
  pricing: row.pricing as unknown as Pricing,
  responsibleIds: row.responsible_ids,
  professionalShare: row.professional_share,
  vatRate: row.vat_rate === null ? null : row.vat_rate / 100,
  vatExemption: row.vat_exemption as unknown as VatExemption | null,
  enabled: row.enabled,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
