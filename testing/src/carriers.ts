import type { Client } from '@carillon/client'
import type { SandboxChannel } from './received.ts'

/** What a pretended carrier can be made to act out, and the number that stands for it where there is one. */
const ACTS = {
  /** Refused for good. */
  fail: '01',
  /** Taken, then it comes back: the address is suppressed. */
  bounce: '02',
  /** Taken, then it comes back, but the address is fine. */
  softbounce: '03',
  /** Taken, delivered half a minute later. */
  slow: '04',
  /** Asks twice to come back in a second, then takes it. */
  busy: '05',
  /** Takes it without answering in time. */
  timeout: '06',
  /** Delivered, then reported as unwanted: the address is suppressed. */
  complaint: '07',
  /** The account is refused: its settings are wrong. */
  config: '08',
  /** Nobody has this address. */
  unknown: '09',
  /** Taken, and never heard of again. */
  silent: '10',
  /** Refused by this carrier; another one may take it. */
  elsewhere: '11',
  /** Out of order. */
  down: '12',
  /** Too fast: at the first try it asks to wait three seconds. */
  throttle: '13',
  /** Delivered, and the mail is opened. */
  opens: null,
  /** Delivered, opened, and its first link followed. */
  clicks: null,
  /** Delivered, and a filter follows every link. */
  scanner: null,
} as const

export type CarrierWord = keyof typeof ACTS

let made = 0

/**
 * A recipient whose messages are treated so: `recipient('bounce')`. A new address each time; the numbers are those kept for
 * fiction, one for each word, and null where a phone cannot do that.
 */
export function recipient(word: CarrierWord): { readonly email: string; readonly phone: string | null } {
  made += 1
  const digits = ACTS[word]
  return { email: `${word}+${made}@example.com`, phone: digits === null ? null : `+336399899${digits}` }
}

/** Whole carriers that fail: an account of the organization's own, which goes before the platform's. */
export function createCarriers(client: Client) {
  const accounts = new Map<SandboxChannel, string>()

  async function works(channel: SandboxChannel): Promise<void> {
    const id = accounts.get(channel)
    if (id === undefined) return
    accounts.delete(channel)
    await client.providers.remove(id)
  }

  return {
    works,
    async acts(channel: SandboxChannel, word: CarrierWord): Promise<void> {
      await works(channel)
      const settings = { actsAs: word }
      const { id } = await client.providers.create({ provider: 'sandbox', channel, name: `Acts as ${word}`, settings })
      accounts.set(channel, id)
    },
    async allWork(): Promise<void> {
      for (const channel of accounts.keys()) await works(channel)
    },
  }
}
