import type { Crypto } from '../../platform/crypto.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'

type Payload = Readonly<Record<string, unknown>>

/** What of a payload only its recipient may see: a link that signs in or lets in. Stored sealed, opened to be sent. */
export interface Secrets {
  /** The payload as it is stored. */
  seal(type: string, payload: Payload): Record<string, unknown>
  /** The payload as it is sent. */
  open(type: string, payload: Payload): Record<string, unknown>
  /** The payload as others see it. */
  hide(type: string, payload: Payload): Record<string, unknown>
  /** The payload as a message is shown to others: filled in with the sample's values, which look alike and open nothing. */
  resemble(type: string, payload: Payload): Record<string, unknown>
}

const MARK = 'sealed:'
const HIDDEN = '••••••'

export function createSecrets({
  crypto,
  catalogue,
}: {
  crypto: Pick<Crypto, 'seal' | 'open'>
  catalogue: Pick<Catalogue, 'entries'>
}): Secrets {
  const secretOf = new Map(
    catalogue.entries.filter(({ secrets }) => secrets.length > 0).map((entry) => [entry.type, entry]),
  )

  /** Only declared fields: sealed words that somebody puts into another field stay as they are. */
  function each(type: string, payload: Payload, change: (field: string, value: string) => unknown) {
    const entry = secretOf.get(type)
    if (!entry) return payload as Record<string, unknown>
    const changed = { ...payload }
    for (const field of entry.secrets) {
      const value = changed[field]
      if (typeof value === 'string') changed[field] = change(field, value)
    }
    return changed
  }

  const place = (type: string, field: string) => `payload ${type} ${field}`

  return {
    seal: (type, payload) =>
      each(type, payload, (field, value) => MARK + crypto.seal(value, place(type, field)).toString('base64url')),
    open: (type, payload) =>
      each(type, payload, (field, value) =>
        value.startsWith(MARK)
          ? crypto.open(Buffer.from(value.slice(MARK.length), 'base64url'), place(type, field)).toString()
          : value,
      ),
    hide: (type, payload) => each(type, payload, () => HIDDEN),
    resemble: (type, payload) => each(type, payload, (field) => secretOf.get(type)?.sample[field]),
  }
}
