import type { Clock } from '../../../platform/clock.ts'
import type { Report } from '../../channels/report.ts'
import { readJson } from '../http-client/body.ts'
import type { HttpClient } from '../http-client/client.ts'
import { reportOf } from './receive.ts'

interface Deps {
  readonly client: HttpClient
  readonly clock: Clock
  /** Path of the account. */
  readonly account: string
}

const SID = /^(SM|MM)[0-9a-fA-F]{32}$/

/** What became of a message: Twilio does not repeat a callback that was lost, and its price is often known only later. */
export async function askStatus({ client, clock, account }: Deps, sid: string): Promise<Report | undefined> {
  if (!SID.test(sid)) return undefined
  const exchange = await client.send({ method: 'GET', path: `${account}/Messages/${sid}.json` })
  const message = exchange.kind === 'answered' && exchange.status === 200 ? readJson(exchange.body) : undefined
  if (message?.sid !== sid) return undefined
  const text = (field: string): string => {
    const value = message[field]
    return typeof value === 'string' || typeof value === 'number' ? `${value}` : ''
  }
  const updated = Date.parse(text('date_updated'))
  return reportOf({
    sid,
    word: text('status'),
    code: text('error_code'),
    words: text('error_message'),
    to: text('to'),
    price: text('price'),
    priceUnit: text('price_unit'),
    at: Number.isNaN(updated) ? clock.now() : new Date(updated),
  })
}
