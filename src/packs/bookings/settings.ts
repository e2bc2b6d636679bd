import { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { invalid } from '../../errors.ts'
import type { Tx } from '../../platform/database/database.ts'
import { CURRENCY_RULE, isCurrency } from './currency.ts'

export const Coordinates = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
})

/** What an organization may decide, each with what goes otherwise. */
export const BookingSettings = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('EUR')
      .describe('One that Stripe takes, of two decimals or none'),
    quoteValidHours: z.int().min(1).max(2_160).default(168),
    radiusKm: z.int().min(1).max(2_000).default(150).describe('How far from a job professionals are asked'),
    widenedRadiusKm: z.int().min(1).max(5_000).default(300).describe('How far when nobody near has accepted'),
    answerHours: z.number().min(0.25).max(168).default(24).describe('How long professionals have to answer'),
    urgentHours: z.int().min(0).max(336).default(48).describe('Jobs that begin sooner are urgent'),
    urgentAnswerHours: z.number().min(0.25).max(48).default(2),
    fallback: Coordinates.nullable()
      .default(null)
      .describe(
        'From where distances are measured when an address is not found; without it such missions are not offered',
      ),
  })
  .meta({ id: 'BookingSettings' })
export type BookingSettings = z.infer<typeof BookingSettings>

/** What is to be different; what is undefined stays. */
export type SettingsChange = { readonly [N in keyof BookingSettings]?: BookingSettings[N] | undefined }

/** What organizations have decided about bookings. */
export type Settings = ReturnType<typeof createSettings>

export function createSettings({ db, clock }: Pick<PackSurface, 'db' | 'clock'>) {
  return {
    /** Of any organization, for the engine's own work. */
    async of(organizationId: string): Promise<BookingSettings> {
      const [row] = await db.run<{ settings: unknown }>(
        'bookings.settings',
        'select settings from booking_settings where organization_id = $1',
        [organizationId],
      )
      return BookingSettings.parse(row?.settings ?? {})
    },

    get: (organizationId: string): Promise<BookingSettings> =>
      db.as(organizationId, async (tx) => BookingSettings.parse((await find(tx, organizationId)) ?? {})),

    /** @throws AppError `validation_failed` */
    change: (organizationId: string, change: SettingsChange): Promise<BookingSettings> =>
      db.as(organizationId, async (tx) => {
        // Not a part of the shape: what was set before it was checked can still be read.
        if (change.currency !== undefined && !isCurrency(change.currency)) throw invalid('currency', CURRENCY_RULE)
        const given = { ...((await find(tx, organizationId)) as object | undefined), ...change }
        const settings = BookingSettings.parse(given)
        const row = { settings: JSON.stringify(given), updated_at: clock.now() }
        await tx
          .insertInto('booking_settings')
          .values({ organization_id: organizationId, ...row })
          .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
          .execute()
        return settings
      }),
  }

  async function find(tx: Tx, organizationId: string): Promise<unknown> {
    const row = await tx
      .selectFrom('booking_settings')
      .select('settings')
      .where('organization_id', '=', organizationId)
      .executeTakeFirst()
    return row?.settings
  }
}
