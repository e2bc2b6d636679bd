import type { PackSurface } from '../../engine/packs/surface.ts'

const DAY_MS = 24 * 3_600_000
/** Quotes that were never paid are forgotten so long after they expired. */
const QUOTES_KEPT_DAYS = 90
/**
 * What is noted of an event, so that it counts once: Stripe tells one for three days and lets it be sent again for thirty.
 * https://docs.stripe.com/webhooks#retries, https://docs.stripe.com/api/events
 */
const EVENTS_KEPT_DAYS = 90

/**
 * What only the day itself needed: door codes, telephone numbers, where exactly, who was to do it. Accounting keeps the
 * booking, its payments and its invoices; these it does not need.
 */
const DETAILS_KEPT_DAYS = 90
const OF_THE_DAY = `('quote', 'booking_confirmation', 'mission_proposal', 'mission_order')`

interface Step {
  readonly what: 'expired' | 'forgotten' | 'events' | 'details' | 'documents'
  readonly change: string
  readonly table: string
  /** `$1`: the organization, `$2`: now, or what is older. */
  readonly where: string
  readonly keptDays: number
}

const STEPS: readonly Step[] = [
  {
    what: 'details',
    change: 'update quote set notes = null, phone = null, latitude = null, longitude = null',
    table: 'quote',
    where: `organization_id = $1 and (notes is not null or phone is not null or latitude is not null)
      and exists (select from booking b where b.id = quote.booking_id and b.starts_at < $2)`,
    keptDays: DETAILS_KEPT_DAYS,
  },
  {
    what: 'details',
    change: 'update booking set phone = null',
    table: 'booking',
    where: 'organization_id = $1 and phone is not null and starts_at < $2',
    keptDays: DETAILS_KEPT_DAYS,
  },
  {
    what: 'documents',
    change: 'update booking_document set data = null, refused = null',
    table: 'booking_document',
    where: `organization_id = $1 and kind in ${OF_THE_DAY} and number is null and data is not null
      and exists (select from booking b join quote q on q.booking_id = b.id where q.id = booking_document.quote_id and b.starts_at < $2)`,
    keptDays: DETAILS_KEPT_DAYS,
  },
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
export function createTidying({ db, clock, storage }: Pick<PackSurface, 'db' | 'clock' | 'storage'>) {
  return async (organizationId: string, dryRun: boolean): Promise<Record<Step['what'], number>> => {
    const now = clock.now()
    const counts = { expired: 0, forgotten: 0, events: 0, details: 0, documents: 0 }
    // What a document is made of goes before its file, which would be made again, and its row goes last: it names the file.
    if (!dryRun)
      await db.run(
        'bookings.empty-forgotten',
        `update booking_document d set data = null, refused = null from quote q
         where q.id = d.quote_id and q.organization_id = $1 and q.status <> 'confirmed' and q.expires_at < $2 and d.data is not null`,
        [organizationId, new Date(now.getTime() - QUOTES_KEPT_DAYS * DAY_MS)],
      )
    for (const step of STEPS) {
      if (step.what === 'forgotten' && !dryRun) await dropFiles(organizationId)
      await take(step)
    }
    return counts

    async function take({ what, change, table, where, keptDays }: Step): Promise<void> {
      const values = [organizationId, new Date(now.getTime() - keptDays * DAY_MS)]
      const [row] = dryRun
        ? await db.run<{ n: number }>(
            `bookings.would-tidy-${what}-${table}`,
            `select count(*)::int as n from ${table} where ${where}`,
            values,
          )
        : await db.run<{ n: number }>(
            `bookings.tidy-${what}-${table}`,
            `with done as (${change} where ${where} returning 1) select count(*)::int as n from done`,
            values,
          )
      counts[what] += row?.n ?? 0
    }
  }

  /** Of documents that have nothing left to be made of. */
  async function dropFiles(organizationId: string): Promise<void> {
    const files = await db.run<{ id: string; storage_key: string }>(
      'bookings.emptied-files',
      'select id, storage_key from booking_document where organization_id = $1 and data is null and bytes is not null',
      [organizationId],
    )
    for (const { storage_key } of files) await storage.delete(storage_key)
    await db.run(
      'bookings.files-dropped',
      'update booking_document set sha256 = null, bytes = null, pages = null where id = any($1::uuid[])',
      [files.map(({ id }) => id)],
    )
  }
}
