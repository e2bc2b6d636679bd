import { z } from 'zod'
import { CATEGORIES, type Category } from '../catalogue/event.ts'
import type { Lane } from '../catalogue/lane.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { Organization } from '../organizations/organization.ts'

export const DIGEST_FREQUENCIES = ['off', 'hourly', 'daily', 'weekly'] as const
export type DigestFrequency = (typeof DIGEST_FREQUENCIES)[number]

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time of day such as 08:00')
/** 1 is Monday, 7 is Sunday (ISO 8601). */
const Weekday = z.int().min(1).max(7)

/** The longest a message may go on trying: longer than any carrier's own. */
const LONGEST_DEADLINE_MINUTES = 30 * 24 * 60
const LONGEST_BACK_OFF_SECONDS = 24 * 3600

/** Pauses before try 2, 3, …; the last one doubles for every further try. */
const BackOff = z.array(z.number().min(0.1).max(LONGEST_BACK_OFF_SECONDS)).min(1).max(20)

const laneRule = (tries: number, deadlineMinutes: number) =>
  z
    .strictObject({
      /** Tries that may fail by the carrier's doing before the message fails. */
      tries: z.int().min(1).max(20).default(tries),
      /** From the time it is due; past it the message fails with its history. */
      deadlineMinutes: z.int().min(1).max(LONGEST_DEADLINE_MINUTES).default(deadlineMinutes),
    })
    .prefault({})

/** What an organization decides about how its messages leave. Every field has a default, so `{}` is the product's own choice. */
export const DeliverySettings = z
  .strictObject({
    /** Notifications one contact may be sent in any hour; critical ones pass. Null: no cap. */
    contactCapPerHour: z.int().min(1).max(100_000).nullable().default(100),
    /** The same words to the same contact on the same channel within so many minutes are sent once. Null: no guard. */
    contentGuardMinutes: z.int().min(1).max(1440).nullable().default(10),
    /** When nobody is disturbed, in the contact's own time zone: for the lanes scheduled and bulk, and for marketing. */
    quietHours: z
      .strictObject({
        from: TimeOfDay.default('21:00'),
        to: TimeOfDay.default('08:00'),
        channels: z.array(z.enum(CHANNELS)).min(1).default(['sms', 'whatsapp']),
      })
      .nullable()
      .prefault({}),
    /** When marketing may go by SMS, in the contact's time zone. No French law sets hours; operators refuse outside 08:00–20:00, on Sundays and public holidays (OVH, Brevo). */
    smsMarketing: z
      .strictObject({
        days: z.array(Weekday).min(1).max(7).default([1, 2, 3, 4, 5, 6]),
        from: TimeOfDay.default('08:00'),
        to: TimeOfDay.default('20:00'),
        publicHolidays: z.boolean().default(false),
      })
      .nullable()
      .prefault({}),
    lanes: z
      .strictObject({
        critical: laneRule(5, 4 * 60),
        immediate: laneRule(3, 12 * 60),
        scheduled: laneRule(3, 24 * 60),
        bulk: laneRule(3, 72 * 60),
      } satisfies Record<Lane, unknown>)
      .prefault({}),
    backOffSeconds: z
      .strictObject({
        email: BackOff.default([1, 4, 16]),
        sms: BackOff.default([2, 8, 32]),
        whatsapp: BackOff.default([10, 30, 60]),
        in_app: BackOff.default([1, 2, 4]),
        /** Reminders, on every channel but WhatsApp. */
        reminders: BackOff.default([5, 20, 80]),
      })
      .prefault({}),
    /** How news of a category are gathered, unless the contact chose otherwise. Critical and required ones are never held. */
    digest: z
      .strictObject(
        Object.fromEntries(
          CATEGORIES.map((category) => [category, z.enum(DIGEST_FREQUENCIES).default('off')]),
        ) as Record<Category, z.ZodDefault<z.ZodEnum<{ [F in DigestFrequency]: F }>>>,
      )
      .prefault({}),
    /** When a daily or weekly digest leaves, in the contact's time zone. */
    digestAt: TimeOfDay.default('08:00'),
    digestDay: Weekday.default(1),
  })
  .meta({ id: 'DeliverySettings' })
export type DeliverySettings = z.infer<typeof DeliverySettings>

export const DEFAULT_DELIVERY: DeliverySettings = DeliverySettings.parse({})

const known = new WeakMap<Organization, DeliverySettings>()

/** An organization's settings with the defaults filled in. What was saved was checked; what no longer fits is passed over. */
export function deliveryOf(organization: Organization): DeliverySettings {
  let settings = known.get(organization)
  if (!settings) {
    const read = DeliverySettings.safeParse(organization.delivery)
    settings = read.success ? read.data : DEFAULT_DELIVERY
    known.set(organization, settings)
  }
  return settings
}
