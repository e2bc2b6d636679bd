import { hash } from 'node:crypto'
import type { Database } from '../../platform/database/database.ts'
import type { Channel } from '../channels/channel.ts'

/** What makes two messages the same words to the same person. */
export interface Words {
  readonly type: string
  readonly templateKey: string
  readonly contactId: string
  readonly locale: string
  readonly payload: unknown
  /** Hashes of the files. */
  readonly attachments: readonly string[]
  /** The time that was asked for: the same words for two different times are meant to be sent twice. */
  readonly sendAt: Date | null
}

/** Half a SHA-256, as the uuid that `content_guard` holds: two different messages share one never. */
export function guardOf(words: Words): (channel: Channel, address: string) => string {
  const { type, templateKey, contactId, locale, payload, attachments, sendAt } = words
  const said = JSON.stringify([type, templateKey, contactId, locale, attachments, sendAt]) + canonical(payload)
  return (channel, address) => hash('sha256', `${channel} ${address}\n${said}`, 'hex').slice(0, 32)
}

/** JSON with its keys in one order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (value instanceof Date) return JSON.stringify(value)
  let text = '{'
  for (const key of Object.keys(value).sort()) {
    const held = (value as Record<string, unknown>)[key]
    if (held !== undefined) text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:${canonical(held)}`
  }
  return `${text}}`
}

const SWEPT_TOGETHER = 10_000

/** Forgets what may be said again. */
export async function sweepContentGuard(run: Database['run'], now: Date): Promise<void> {
  for (;;) {
    const [gone] = await run<{ n: number }>(
      'messages.sweep-guard',
      `with old as materialized (select hash from content_guard where expires_at <= $1 order by expires_at limit ${SWEPT_TOGETHER} for update skip locked),
         gone as (delete from content_guard where hash = any(array(select hash from old)) and expires_at <= $1 returning 1)
       select count(*)::int as n from gone`,
      [now],
    )
    if ((gone?.n ?? 0) < SWEPT_TOGETHER) return
  }
}
