import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { PackSurface } from '../../../engine/packs/surface.ts'
import { invalid } from '../../../errors.ts'
import { runWithin, type Tx } from '../../../platform/database/database.ts'
import type { Storage } from '../../../platform/storage/storage.ts'
import { missingFor } from './legal.ts'
import { logoFault } from './logo.ts'
import { Seller } from './parties.ts'

type Fields = typeof Seller.shape

const LARGEST_LOGO = 500_000

const bare = Object.entries(Seller.shape).map(([name, field]) => [name, plain(field)] as const)
type Value<Name extends keyof Fields> = z.ZodType<z.infer<Fields[Name]>>

/** What an organization has said of itself so far. */
const SellerDetails = z.object(
  Object.fromEntries(bare.map(([name, field]) => [name, field.optional()])) as {
    [Name in keyof Fields]: z.ZodOptional<Value<Name>>
  },
)
type SellerDetails = z.infer<typeof SellerDetails>

/** Any part of it; null takes a field away. */
export const SellerPatch = z
  .strictObject({
    ...(Object.fromEntries(bare.map(([name, field]) => [name, field.nullable().optional()])) as {
      [Name in keyof Fields]: z.ZodOptional<z.ZodNullable<Value<Name>>>
    }),
    logo: z
      .base64()
      .max(Math.ceil(LARGEST_LOGO / 3) * 4)
      .nullable()
      .optional()
      .describe('A PNG or JPEG up to 500 kB, as base64'),
  })
  .meta({ id: 'SellerPatch' })
export type SellerPatch = z.infer<typeof SellerPatch>

function plain(field: z.core.$ZodType): z.ZodType {
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? plain(field.unwrap()) : (field as z.ZodType)
}

export const SellerView = z
  .object({
    details: SellerDetails,
    hasLogo: z.boolean(),
    missing: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .describe('What invoices cannot be issued without; empty: they can'),
  })
  .meta({ id: 'Seller' })
export type SellerView = z.infer<typeof SellerView>

export interface Sellers {
  get(organizationId: string): Promise<SellerView>
  /** @throws AppError `validation_failed` for a logo that cannot be drawn. */
  change(organizationId: string, patch: SellerPatch): Promise<SellerView>
  /** As documents name it: what was said, and the key of its logo. In the caller's transaction. */
  issuer(tx: Tx, organizationId: string): Promise<{ readonly details: SellerDetails; readonly logoKey: string | null }>
}

/** Whether anything it sells carries VAT; as long as it sells nothing, it is taken to. */
const CHARGES_VAT = `(select coalesce(bool_or(s.vat_rate is distinct from 0), true) from service_type s
  where s.organization_id = $1 and s.enabled) as charges_vat`

interface Row {
  readonly details: SellerDetails
  readonly logo_key: string | null
  readonly charges_vat: boolean
}

/** Who organizations are on their documents. */
export function createSellers({ db, clock, storage }: Pick<PackSurface, 'db' | 'clock' | 'storage'>): Sellers {
  const read = async (organizationId: string, run: PackSurface['db']['run'] = db.run): Promise<Row> =>
    (
      await run<Row>('sellers.get', `select details, logo_key, ${CHARGES_VAT} from seller where organization_id = $1`, [
        organizationId,
      ])
    )[0] ?? { details: {}, logo_key: null, charges_vat: true }

  return {
    get: async (organizationId) => viewOf(await read(organizationId)),

    async change(organizationId, { logo, ...patch }) {
      const given = Object.entries(patch).filter(([, value]) => value !== undefined)
      const set = Object.fromEntries(given.filter(([, value]) => value !== null))
      const taken = given.filter(([, value]) => value === null).map(([name]) => name)
      const logoKey = logo ? await storeLogo(storage, organizationId, Buffer.from(logo, 'base64')) : null
      // One statement: two who change different fields at the same moment both see theirs kept.
      const [row] = await db.run<Row>(
        'sellers.change',
        `insert into seller (organization_id, details, logo_key, updated_at) values ($1, $2::jsonb - $3::text[], $4, $5)
         on conflict (organization_id) do update set
           details = (seller.details || $2::jsonb) - $3::text[],
           logo_key = case when $6 then $4 else seller.logo_key end, updated_at = $5
         returning details, logo_key, ${CHARGES_VAT}`,
        [organizationId, JSON.stringify(set), taken, logoKey, clock.now(), logo !== undefined],
      )
      return viewOf(row!)
    },

    async issuer(tx, organizationId) {
      const { details, logo_key } = await read(organizationId, runWithin(tx))
      return { details, logoKey: logo_key }
    },
  }
}

const viewOf = ({ details, logo_key, charges_vat }: Row): SellerView => ({
  details,
  hasLogo: logo_key !== null,
  missing: missingFor(details, undefined, charges_vat).filter(({ path }) => path.startsWith('seller.')),
})

/** By its content, so that saving it again writes the same file; former ones stay for documents made again. */
async function storeLogo(storage: Storage, organizationId: string, bytes: Buffer): Promise<string> {
  const fault = logoFault(bytes)
  if (fault) throw invalid('logo', fault)
  const key = `${organizationId}/logos/${createHash('sha256').update(bytes).digest('hex')}`
  await storage.put(key, bytes)
  return key
}
