import { z } from 'zod'
import { CATEGORIES, type Category } from '../catalogue/event.ts'
import type { Lane } from '../catalogue/lane.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'
import { MARKETING_RULES } from '../contacts/marketing.ts'
import type { Organization } from '../organizations/organization.ts'

export const DIGEST_FREQUENCIES = ['off', 'hourly', 'daily', 'weekly'] as const
export type DigestFrequency = (typeof DIGEST_FREQUENCIES)[number]
export const Frequency = z.enum(DIGEST_FREQUENCIES, `is one of ${DIGEST_FREQUENCIES.join(', ')}`)

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time of day such as 08:00')
/** 1 is Monday, 7 is Sunday (ISO 8601). */
const Weekday = whole(1, 7, ': 1 is Monday, 7 is Sunday')

/** What may go to the phones of a country: all, nothing, or what is not unusual. */
export const COUNTRY_RULES = ['open', 'blocked', 'watched'] as const
export type CountryRule = (typeof COUNTRY_RULES)[number]
const Country = z.string().regex(/^[A-Z]{2}$/, 'is a country by its two letters, such as BE')

/** The longest a message may go on trying: longer than any carrier's own. */
const LONGEST_DEADLINE_MINUTES = 30 * 24 * 60
const LONGEST_BACK_OFF_SECONDS = 24 * 3600

const seconds = `is a number of seconds from 0.1 to ${LONGEST_BACK_OFF_SECONDS}`
/** Pauses before try 2, 3, …; the last one doubles for every further try. */
const BackOff = z
  .array(z.number(seconds).min(0.1, seconds).max(LONGEST_BACK_OFF_SECONDS, seconds))
  .min(1, 'needs at least one pause; null gives the default')
  .max(20, 'has at most 20 pauses')

const laneRule = (tries: number, deadlineMinutes: number) =>
  z
    .strictObject({
      tries: whole(1, 20)
        .default(tries)
        .describe('Tries that may fail by the carrier’s doing before the message fails'),
      deadlineMinutes: whole(1, LONGEST_DEADLINE_MINUTES)
        .default(deadlineMinutes)
        .describe('From the time it is due; past it the message fails with its history'),
    })
    .prefault({})

const Wanted = z.strictObject(
  Object.fromEntries(CHANNELS.map((channel) => [channel, z.boolean().default(true)])) as Record<
    Channel,
    z.ZodDefault<z.ZodBoolean>
  >,
)

const Counted = z.union(
  [z.boolean(), z.array(z.enum(CATEGORIES)).max(CATEGORIES.length)],
  `is true, false, or a list of ${CATEGORIES.join(', ')}`,
)

/** What an organization decides about how its messages leave. Every field has a default, so `{}` is the product's own choice. */
export const DeliverySettings = z
  .strictObject({
    contactCapPerHour: whole(1, 100_000, ', or null for no cap')
      .nullable()
      .default(100)
      .describe('Notifications one contact may be sent in any hour; critical ones pass. Null: no cap'),
    contentGuardMinutes: whole(1, 1440, ', or null for no guard')
      .nullable()
      .default(10)
      .describe(
        'The same words to the same contact on the same channel within so many minutes are sent once. Null: no guard',
      ),
    quietHours: z
      .strictObject({
        from: TimeOfDay.default('21:00'),
        to: TimeOfDay.default('08:00'),
        channels: z.array(z.enum(CHANNELS)).min(1, 'names at least one channel').default(['sms', 'whatsapp']),
      })
      .nullable()
      .prefault({})
      .describe(
        'When nobody is disturbed, in the contact’s time zone: by the lanes scheduled and bulk, and by marketing. Null: never quiet',
      ),
    // No French law sets hours: operators refuse outside 08:00–20:00, on Sundays and public holidays (OVH, Brevo).
    smsMarketing: z
      .strictObject({
        days: z.array(Weekday).min(1, 'names at least one day').max(7).default([1, 2, 3, 4, 5, 6]),
        from: TimeOfDay.default('08:00'),
        to: TimeOfDay.default('20:00').describe('00:00 is the end of the day'),
        publicHolidays: z.boolean().default(false).describe('Also on public holidays; only those of France are known'),
      })
      .nullable()
      .prefault({})
      .describe('When marketing may go by SMS, in the contact’s time zone. Null: at any time'),
    sms: z
      .strictObject({
        fold: z
          .boolean('is true or false')
          .default(true)
          .describe(
            'SMS are written in GSM-7 where leaving off accents and curls makes that possible: 160 characters to a part instead of 70',
          ),
        warnAboveSegments: whole(1, 10)
          .default(1)
          .describe('POST /v1/sms/preview warns of a text that takes more parts than this'),
      })
      .prefault({}),
    // What carriers call SMS pumping or artificially inflated traffic. See docs/delivery.md.
    phoneCountries: z
      .strictObject({
        others: z
          .enum(COUNTRY_RULES, `is one of ${COUNTRY_RULES.join(', ')}`)
          .default('watched')
          .describe(
            'Countries that are not in `own`, but for the organization’s: `watched` holds back what is unusual',
          ),
        perDay: whole(1, 1_000_000)
          .default(50)
          .describe('Messages to the phones of a watched country in any 24 hours that are never unusual'),
        timesUsual: whole(1, 1_000)
          .default(3)
          .describe('So many times what went there on an average day of the last 30 is not unusual either'),
        own: z
          .record(Country, z.enum(COUNTRY_RULES, `is one of ${COUNTRY_RULES.join(', ')}`))
          .default({})
          .describe('What was decided about a country, by its two letters (ISO 3166-1; ZZ: numbers of no country)'),
      })
      .prefault({})
      .describe('Where SMS and WhatsApp may go, by the country of the number. Lane bulk is not counted'),
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
        reminders: BackOff.default([5, 20, 80]).describe('On every channel but WhatsApp'),
      })
      .prefault({})
      .describe('Pauses before try 2, 3, …, give or take a quarter; the last one doubles for every further try'),
    preferences: z
      .strictObject({ rem: Wanted.prefault({}), mkt: Wanted.prefault({}) })
      .prefault({})
      .describe('Whether reminders and marketing go by each channel, unless the contact chose otherwise'),
    // Art. L34-5 of the French CPCE and art. 13 of directive 2002/58/EC. See docs/people.md.
    marketingConsent: z
      .enum(MARKETING_RULES, `is one of ${MARKETING_RULES.join(', ')}`)
      .default('explicit')
      .describe(
        'What marketing needs on record: a consent, or also that the person is a customer who was told they can refuse',
      ),
    doubleOptIn: z
      .boolean('is true or false')
      .default(false)
      .describe('Consents that the host application records count once the person has confirmed them by a link'),
    digest: z
      .strictObject(
        Object.fromEntries(CATEGORIES.map((category) => [category, Frequency.default('off')])) as Record<
          Category,
          z.ZodDefault<typeof Frequency>
        >,
      )
      .prefault({})
      .describe(
        'How news of a category are gathered, unless the contact chose otherwise; critical and required ones never are',
      ),
    // Art. 82 of the French data protection act and art. 5(3) of directive 2002/58/EC ask for consent before a person's
    // opening is measured: only marketing, which nobody gets without consent, begins with it. See docs/tracking.md.
    tracking: z
      .strictObject({
        opens: Counted.default(['mkt']).describe('Whose opening is counted, by a picture of one pixel'),
        clicks: Counted.default([...CATEGORIES]).describe('Whose links lead through this server, which counts them'),
      })
      .prefault({})
      .describe('What is counted in e-mails: a list of categories, or true for all and false for none'),
    contentsKeptDays: whole(1, 3650)
      .default(90)
      .describe('Names, addresses, words and files of messages older than so many days are taken out; statistics stay'),
    digestAt: TimeOfDay.default('08:00').describe('When a daily or weekly digest leaves, in the contact’s time zone'),
    digestDay: Weekday.default(1).describe('Of the weekly digest: 1 is Monday, 7 is Sunday'),
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

/** What is counted of an organization's mails of this category. */
export function countedOf(organization: Organization, category: Category) {
  const { opens, clicks } = deliveryOf(organization).tracking
  const includes = (which: boolean | readonly Category[]) =>
    typeof which === 'boolean' ? which : which.includes(category)
  return { opens: includes(opens), clicks: includes(clicks) }
}

function whole(least: number, most: number, also = '') {
  const message = `is a whole number from ${least} to ${most}${also}`
  return z.int(message).min(least, message).max(most, message)
}
