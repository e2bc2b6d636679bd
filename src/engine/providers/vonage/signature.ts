import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export type Params = Readonly<Record<string, string>>

const hmac = (algorithm: string) => (text: string, secret: string) =>
  createHmac(algorithm, secret).update(text).digest('hex')

/** The methods an account may choose from, as Vonage names them. */
const METHODS = {
  md5hash: (text: string, secret: string) =>
    createHash('md5')
      .update(text + secret)
      .digest('hex'),
  md5: hmac('md5'),
  sha1: hmac('sha1'),
  sha256: hmac('sha256'),
  sha512: hmac('sha512'),
} as const

/** The signature Vonage makes over the parameters of a call, whatever way they came. */
export const signatureOf = (params: Params, secret: string, method: keyof typeof METHODS): string =>
  METHODS[method](textOf(params), secret)

/**
 * Whether `sig` is of these parameters and this secret, by any of the methods: which one an account has chosen shows in
 * the length, and none helps anybody who does not know the secret.
 */
export function isSigned(params: Params, secret: string): boolean {
  const given = Buffer.from((params.sig ?? '').toLowerCase())
  const text = textOf(params)
  return Object.values(METHODS)
    .map((sign) => Buffer.from(sign(text, secret)))
    .filter((made) => made.length === given.length)
    .some((made) => timingSafeEqual(made, given))
}

/** `&name=value` in byte order of the names, as they are and not as a URL writes them; `&` and `=` in a value become `_`. */
const textOf = (params: Params): string =>
  Object.keys(params)
    .filter((name) => name !== 'sig')
    .sort()
    .map((name) => `&${name}=${params[name]!.replace(/[&=]/g, '_')}`)
    .join('')
