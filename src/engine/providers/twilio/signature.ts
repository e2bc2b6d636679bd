import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface SignedCall {
  /** As Twilio called it: scheme, host, path and query. */
  readonly url: string
  /** The fields of the form, in any order. None for a JSON body. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** The body of a call that is not a form: its hash must be the `bodySHA256` of the query. */
  readonly otherBody?: Buffer
}

/** Whether `X-Twilio-Signature` is of this call and token. The address is tried with and without its port: Twilio has done both. */
export function isSigned(call: SignedCall, signature: string, authToken: string): boolean {
  // As text: the base64 decoder passes over what follows the padding.
  const given = Buffer.from(signature)
  if (given.length !== SIGNATURE_LENGTH) return false
  if (call.otherBody && !isBodyOf(call.url, call.otherBody)) return false
  const fields = fieldsAsSigned(call.fields)
  return spellings(call.url).some((url) => timingSafeEqual(Buffer.from(digest(url + fields, authToken)), given))
}

/** The signature Twilio makes: HMAC-SHA1 over the address and the sorted fields, base64. */
export const signatureOf = ({ url, fields }: Pick<SignedCall, 'url' | 'fields'>, authToken: string): string =>
  digest(url + fieldsAsSigned(fields), authToken)

/** Twenty bytes in base64. */
const SIGNATURE_LENGTH = 28
const STANDARD_PORT: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

const digest = (text: string, authToken: string): string => createHmac('sha1', authToken).update(text).digest('base64')

/** Names in byte order; of a repeated name each different value once, in order. */
function fieldsAsSigned(fields: SignedCall['fields']): string {
  const values = Map.groupBy(fields, ([name]) => name)
  return [...values.keys()]
    .sort()
    .flatMap((name) => [...new Set(values.get(name)!.map(([, value]) => value))].sort().map((value) => name + value))
    .join('')
}

function isBodyOf(url: string, body: Buffer): boolean {
  const claimed = URL.parse(url)?.searchParams.get('bodySHA256')?.toLowerCase() ?? ''
  return claimed === createHash('sha256').update(body).digest('hex')
}

/** The text is kept as it is: a URL parser would rewrite what was signed. */
function spellings(text: string): string[] {
  const parts = /^(https?:)\/\/([^/?#]*?)(:\d+)?([/?#].*)?$/.exec(text)
  if (!parts) return [text]
  const [, scheme, host, , rest = ''] = parts
  return [text, `${scheme}//${host}${rest}`, `${scheme}//${host}:${STANDARD_PORT[scheme!]}${rest}`]
}
