import type { PackSurface } from '../../engine/packs/surface.ts'

const DAY_MS = 24 * 3_600_000
/** Quotes that were never paid are forgotten so long after they expired. */
const QUOTES_KEPT_DAYS = 90
/**
 * What is noted of an event, so that it counts once: Stripe tells one for three days and lets it be sent again for thirty.
 * https://docs.stripe.com/webhooks#retries, https://docs.stripe.com/api/events
 */
const EVENTS_KEPT_DAYS = 90

interface Step {
  readonly what: 'expired' | 'forgotten' | 'events'
  readonly change: string
  readonly table: string
  /** `$1`: the organization, `$2`: now, or what is older. */
  readonly where: string
  readonly keptDays: number
}

const STEPS: readonly Step[] = [
  {
    what: 'expired',
    change: `update quote set status = 'expired'`,
    table: 'quote',
    where: `organization_id = $1 and status = 'open' and expires_at <= $2`,
    keptDays: 0,
  },
  {
    what: 'forgotten',
    change: 'delete from quote',
    table: 'quote',
    where: `organization_id = $1 and status <> 'confirmed' and expires_at < $2`,
    keptDays: QUOTES_KEPT_DAYS,
  },
  {
    what: 'events',
    change: 'delete from payment_event',
    table: 'payment_event',
    // Those of orphans stay, and so does money that is nobody's; other news of the platform's account is nobody's to keep.
    where: `(organization_id = $1 or organization_id is null and type not like 'checkout.session.%') and processed_at < $2 and outcome <> 'orphaned'`,
    keptDays: EVENTS_KEPT_DAYS,
  },
]

/** Ends what can no longer be had, and forgets what nobody needs any more. A dry run counts what it would do. */
export const createTidying =
  ({ db, clock, storage }: Pick<PackSurface, 'db' | 'clock' | 'storage'>) =>
  async (organizationId: string, dryRun: boolean): Promise<Record<Step['what'], number>> => {
    const now = clock.now()
    const counts = { expired: 0, forgotten: 0, events: 0 }
    // Before the rows that name them, so that a crash leaves none behind.
    if (!dryRun)
      for (const { storage_key } of await db.run<{ storage_key: string }>(
        'bookings.forgotten-files',
        `select d.storage_key from booking_document d join quote q on q.id = d.quote_id
         where q.organization_id = $1 and q.status <> 'confirmed' and q.expires_at < $2`,
        [organizationId, new Date(now.getTime() - QUOTES_KEPT_DAYS * DAY_MS)],
      ))
        await storage.delete(storage_key)
    for (const { what, change, table, where, keptDays } of STEPS) {
      const values = [organizationId, new Date(now.getTime() - keptDays * DAY_MS)]
      const [row] = dryRun
        ? await db.run<{ n: number }>(
            `bookings.would-tidy-${what}`,
            `select count(*)::int as n from ${table} where ${where}`,
            values,
          )
        : await db.run<{ n: number }>(
            `bookings.tidy-${what}`,
            `with done as (${change} where ${where} returning 1) select count(*)::int as n from done`,
            values,
          )
      counts[what] = row?.n ?? 0
    }
    return counts
  }
