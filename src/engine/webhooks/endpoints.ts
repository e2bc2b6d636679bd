import type { LookupFunction } from 'node:net'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Crypto } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import { lookAtHost } from '../../platform/http/public-host.ts'
import { newId } from '../../platform/ids.ts'
import { currentPosition } from '../messages/changes-store.ts'
import { addDeliveries, type DeliveryFilter, findDelivery, listDeliveries, replayDeliveries } from './delivery-store.ts'
import {
  beginHere,
  changeEndpoint,
  type EndpointChange,
  type EndpointRow,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  removeEndpoint,
} from './endpoint-store.ts'
import type { WebhookEvent } from './event.ts'
import { newSecret } from './signature.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'read' | 'run'>
  readonly clock: Clock
  readonly crypto: Pick<Crypto, 'seal'>
  /** Refuses hosts that organizations may not reach; undefined: they may reach any, over plain HTTP as well. */
  readonly publicLookup: LookupFunction | undefined
  /** Deliveries are in line. */
  readonly added: () => void
}

export interface EndpointChoices {
  readonly url: string
  readonly description?: string | null | undefined
  /** Empty: all there are, also those of later versions. */
  readonly events?: readonly WebhookEvent[] | undefined
  readonly enabled?: boolean | undefined
}

/** How many an organization may have. */
const MOST_ENDPOINTS = 20
/** A former secret signs beside the new one for so long. */
const OLD_SECRET_MS = 24 * 3_600_000

export type Endpoints = ReturnType<typeof createEndpoints>

/** Where an organization's own servers hear of what happens, and what was told them. */
export function createEndpoints({ db, clock, crypto, publicLookup, added }: Deps) {
  return {
    /** The secret is given once, here and when it is changed. */
    async create(organizationId: string, choices: EndpointChoices): Promise<{ endpoint: EndpointRow; secret: string }> {
      await checkUrl(choices.url)
      const now = clock.now()
      const id = newId(now)
      const secret = newSecret()
      const endpoint: EndpointRow = {
        id,
        organization_id: organizationId,
        url: choices.url,
        description: choices.description ?? null,
        events: [...(choices.events ?? [])],
        secret: crypto.seal(secret, id),
        old_secret: null,
        old_until: null,
        enabled: choices.enabled ?? true,
        disabled_reason: null,
        failing_since: null,
        created_at: now,
        updated_at: now,
      }
      const position = await currentPosition(db.run)
      if (!(await db.as(organizationId, (tx) => insertEndpoint(tx, endpoint, MOST_ENDPOINTS, position))))
        throw new AppError('conflict', `There are ${MOST_ENDPOINTS} endpoints already: remove one first`)
      return { endpoint, secret }
    },

    list: (organizationId: string, before: string | undefined, limit: number) =>
      db.read(organizationId, (tx) => listEndpoints(tx, organizationId, before, limit)),

    get: (organizationId: string, id: string) =>
      db.read(organizationId, async (tx) => there(await findEndpoint(tx, id), id)),

    async change(
      organizationId: string,
      id: string,
      choices: { readonly [Choice in keyof EndpointChoices]?: EndpointChoices[Choice] | undefined },
    ): Promise<EndpointRow> {
      if (choices.url !== undefined) await checkUrl(choices.url)
      const position = await currentPosition(db.run)
      return db.as(organizationId, async (tx) => {
        const before = there(await findEndpoint(tx, id), id)
        const isSwitchedOn = choices.enabled === true && !before.enabled
        if (isSwitchedOn) await beginHere(tx, organizationId, position)
        const change: EndpointChange = {
          ...(choices.url === undefined ? {} : { url: choices.url }),
          ...(choices.description === undefined ? {} : { description: choices.description }),
          ...(choices.events === undefined ? {} : { events: [...choices.events] }),
          ...(choices.enabled === undefined ? {} : { enabled: choices.enabled }),
          ...(isSwitchedOn || choices.url !== undefined ? { failing_since: null } : {}),
          ...(isSwitchedOn ? { disabled_reason: null } : {}),
        }
        return there(await changeEndpoint(tx, id, change, clock.now()), id)
      })
    },

    async remove(organizationId: string, id: string): Promise<void> {
      if (!(await db.as(organizationId, (tx) => removeEndpoint(tx, id)))) throw notFound('Webhook endpoint', id)
    },

    /** The former secret goes on signing beside the new one for a day. */
    async rotate(organizationId: string, id: string): Promise<{ endpoint: EndpointRow; secret: string }> {
      const secret = newSecret()
      const now = clock.now()
      const endpoint = await db.as(organizationId, async (tx) => {
        const { secret: old } = there(await findEndpoint(tx, id), id)
        const change = {
          secret: crypto.seal(secret, id),
          old_secret: old,
          old_until: new Date(now.getTime() + OLD_SECRET_MS),
        }
        return there(await changeEndpoint(tx, id, change, now), id)
      })
      return { endpoint, secret }
    },

    /** Puts an event in line that tells of nothing, to see whether the endpoint takes it. */
    async test(organizationId: string, id: string): Promise<string> {
      await this.get(organizationId, id)
      const now = clock.now()
      const deliveryId = newId(now)
      const telling = { type: 'webhook.test', timestamp: now.toISOString(), data: { endpointId: id } }
      const delivery = {
        id: deliveryId,
        organizationId,
        endpointId: id,
        eventId: deliveryId,
        xid: null,
        type: telling.type,
        body: JSON.stringify(telling),
      }
      await addDeliveries(db.run, [delivery], now)
      added()
      return deliveryId
    },

    deliveries: (organizationId: string, filter: DeliveryFilter) =>
      db.read(organizationId, async (tx) => {
        there(await findEndpoint(tx, filter.endpointId), filter.endpointId)
        return listDeliveries(tx, filter)
      }),

    /** Sends again, from the first try on. Says how many. */
    async replay(
      organizationId: string,
      endpointId: string,
      which: { readonly id: string } | { readonly from: Date; readonly to: Date; readonly failedOnly: boolean },
    ): Promise<number> {
      const count = await db.as(organizationId, async (tx) => {
        const endpoint = there(await findEndpoint(tx, endpointId), endpointId)
        if (!endpoint.enabled)
          throw new AppError('conflict', 'This endpoint is switched off: set enabled to true, then replay')
        if ('id' in which && (await findDelivery(tx, which.id))?.endpoint_id !== endpointId)
          throw notFound('Delivery', which.id)
        return replayDeliveries(tx, { endpointId, ...which }, clock.now())
      })
      if (count > 0) added()
      return count
    },
  }

  async function checkUrl(text: string): Promise<void> {
    const url = new URL(text)
    if (url.username || url.password || url.hash) throw invalid('url', 'Write it without a user, password or fragment')
    if (!publicLookup) return
    if (url.protocol !== 'https:') throw invalid('url', 'It must begin with https://')
    const verdict = await lookAtHost(url.hostname, publicLookup)
    if (verdict === 'private')
      throw invalid(
        'url',
        'This host is not on the public internet, and this installation connects to public addresses only',
      )
    if (verdict === 'unknown') throw invalid('url', 'There is no such host')
  }
}

function there(endpoint: EndpointRow | undefined, id: string): EndpointRow {
  if (!endpoint) throw notFound('Webhook endpoint', id)
  return endpoint
}
