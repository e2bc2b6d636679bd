import { type Channel, channelOf } from '../../channels/channel.ts'
import type { Cost } from '../../channels/cost.ts'
import { countSegments } from '../../channels/segments.ts'

/** What a part of an SMS and a WhatsApp message cost; mail is free. About what carriers take in France. */
const MICROS: Readonly<Partial<Record<Channel, number>>> = { sms: 45_000, whatsapp: 30_000 }

/** Where an organization is, in its money; euros everywhere else. */
const CURRENCIES: Readonly<Record<string, string>> = { CA: 'CAD', CH: 'CHF', GB: 'GBP', US: 'USD' }

/** What a message has cost its organization. Undefined: nothing. */
export function sandboxCost(channel: number, text: string, country: string): Cost | undefined {
  const micros = MICROS[channelOf(channel)]
  if (micros === undefined) return undefined
  const parts = channelOf(channel) === 'sms' ? countSegments(text).segments : 1
  return { micros: micros * parts, currency: CURRENCIES[country] ?? 'EUR' }
}
