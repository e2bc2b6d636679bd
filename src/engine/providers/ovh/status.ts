import type { Clock } from '../../../platform/clock.ts'
import { costOf } from '../../channels/cost.ts'
import type { Report } from '../../channels/report.ts'
import { readJson } from '../http-client/body.ts'
import { idOf } from './message.ts'
import type { SignedClient } from './signed-client.ts'
import { reportOf } from './state.ts'

interface Deps {
  readonly client: SignedClient
  readonly clock: Clock
  /** Path of the SMS account. */
  readonly account: string
}

/** What became of a sent SMS (`GET /sms/{serviceName}/outgoing/{id}`). */
export async function askStatus({ client, clock, account }: Deps, sms: string): Promise<Report | undefined> {
  const id = idOf(sms)
  if (id === undefined) return undefined
  const { exchange, left } = await client.call({ method: 'GET', path: `${account}/outgoing/${id}` })
  const found = left && exchange.kind === 'answered' && exchange.status === 200 ? readJson(exchange.body) : undefined
  if (!found || idOf(found.id) !== id) return undefined
  const delivered = typeof found.deliveredAt === 'string' ? Date.parse(found.deliveredAt) : Number.NaN
  return reportOf({
    id,
    ptt: numberOf(found.ptt),
    receipt: numberOf(found.deliveryReceipt),
    at: Number.isNaN(delivered) ? clock.now() : new Date(delivered),
    cost: typeof found.credits === 'number' ? costOf(found.credits, 'CREDIT') : undefined,
  })
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
