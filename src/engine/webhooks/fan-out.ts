import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Position, readChanges } from '../messages/changes-store.ts'
import { addDeliveries, type NewDelivery } from './delivery-store.ts'
import { tellingOf } from './event.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** Deliveries are in line. */
  readonly added: () => void
  readonly onError: (error: unknown) => void
}

/** Changes of many messages become one look; a host's server sees no difference. */
const LOOK_EVERY_MS = 500
/** A hint may be lost: every organization that has endpoints is looked at so often. */
const LOOK_AT_ALL_EVERY_MS = 10_000

interface Listening {
  readonly endpoint_id: string
  readonly events: readonly string[]
}

/**
 * Reads on in each organization's stream of changes and puts a delivery in line for each endpoint that wants to hear of
 * it. A place is left only when its deliveries are there, and an event is there once for an endpoint: a crash in between,
 * or two processes at once, lose nothing and double nothing.
 */
export function createFanOut({ db, clock, added, onError }: Deps) {
  const hinted = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let looking = Promise.resolve()
  let lookedAtAll = Number.NEGATIVE_INFINITY

  return {
    hint: (organizationId: string) => void hinted.add(organizationId),
    look,
    start(): void {
      timer = setInterval(() => {
        looking = looking.then(look).catch(onError)
      }, LOOK_EVERY_MS)
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await looking
    },
  }

  async function look(): Promise<void> {
    const all = performance.now() - lookedAtAll >= LOOK_AT_ALL_EVERY_MS
    if (!all && hinted.size === 0) return
    const asked = all ? null : [...hinted]
    hinted.clear()
    const listening = await db.run<{ organization_id: string }>(
      'webhooks.listening',
      `select distinct organization_id from webhook_endpoint where enabled and ($1::uuid[] is null or organization_id = any($1::uuid[]))`,
      [asked],
    )
    if (all) lookedAtAll = performance.now()
    for (const { organization_id } of listening) await advance(organization_id).catch(onError)
  }

  async function advance(organizationId: string): Promise<void> {
    for (let more = true; more; ) {
      const from = await position(organizationId)
      if (!from) return
      const page = await readChanges(db.run, organizationId, from)
      more = page.more
      if (page.rows.length > 0) {
        const now = clock.now()
        const endpoints = await endpointsOf(organizationId)
        const rows = page.rows.flatMap((row): NewDelivery[] => {
          const telling = tellingOf(row)
          if (!telling) return []
          const body = JSON.stringify(telling)
          return endpoints
            .filter(({ events }) => events.length === 0 || events.includes(telling.type))
            .map(({ endpoint_id }) => ({
              id: newId(now),
              organizationId,
              endpointId: endpoint_id,
              eventId: row.id,
              xid: row.xid,
              type: telling.type,
              body,
            }))
        })
        await addDeliveries(db.run, rows, now)
        if (rows.length > 0) added()
      }
      await moveTo(organizationId, from, page.to)
    }
  }

  async function position(organizationId: string): Promise<Position | undefined> {
    const [row] = await db.run<{ xid: string; after_id: string; since: Date }>(
      'webhooks.position',
      'select xid::text as xid, after_id, since from webhook_cursor where organization_id = $1',
      [organizationId],
    )
    return row && { xid: BigInt(row.xid), id: row.after_id, since: row.since.getTime() }
  }

  function endpointsOf(organizationId: string): Promise<Listening[]> {
    return db.run<Listening>(
      'webhooks.endpoints',
      'select id as endpoint_id, events from webhook_endpoint where organization_id = $1 and enabled',
      [organizationId],
    )
  }

  /** Unless another process has moved it meanwhile. */
  async function moveTo(organizationId: string, from: Position, to: Position): Promise<void> {
    await db.run(
      'webhooks.move',
      `update webhook_cursor set xid = $4::xid8, after_id = $5, since = $6 where organization_id = $1 and xid = $2::xid8 and after_id = $3`,
      [organizationId, from.xid.toString(), from.id, to.xid.toString(), to.id, new Date(to.since)],
    )
  }
}
