import type { Channel } from '../api.ts'

export const DELAYS = ['now', 'inMinute', 'inHour', 'tomorrow'] as const
export type Delay = (typeof DELAYS)[number]

const DELAY_MS: Record<Delay, number> = { now: 0, inMinute: 60_000, inHour: 3_600_000, tomorrow: 86_400_000 }

export type ReadPayload = { readonly value: Record<string, unknown> } | { readonly problem: 'badJson' | 'notObject' }

export function readPayload(text: string): ReadPayload {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'notObject' }
    return { value: value as Record<string, unknown> }
  } catch {
    return { problem: 'badJson' }
  }
}

export interface Sample {
  readonly type: string
  readonly payload: Record<string, unknown>
  readonly email: string
  readonly phone: string
  readonly name: string
  readonly locale: string
  /** None: as the catalogue says. */
  readonly channels: readonly Channel[]
  readonly delay: Delay
}

/** The body of `POST /v1/notifications`. A sample may be sent twice: it is meant to be tried. */
export function sampleRequest({ type, payload, email, phone, name, locale, channels, delay }: Sample, now: Date) {
  return {
    type,
    to: {
      ...(email.trim() ? { email: email.trim() } : {}),
      ...(phone.trim() ? { phone: phone.trim() } : {}),
      ...(name.trim() ? { name: name.trim() } : {}),
      locale,
    },
    payload,
    locale,
    ...(channels.length > 0 ? { channels } : {}),
    ...(delay === 'now' ? {} : { sendAt: new Date(now.getTime() + DELAY_MS[delay]).toISOString() }),
  }
}
