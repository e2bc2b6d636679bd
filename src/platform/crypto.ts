import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_ID_BYTES = 4
const BOX_VERSION = 1
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES

/** 16 of the 32 bytes: a 128-bit tag cannot be guessed, and links stay short. */
const SIGNATURE_BYTES = 16

/** 62 signs, no `-` or `_`, so that a double click selects the whole token. 40 of them carry 238 bits. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const TOKEN_LENGTH = 40
/** 22 of them carry 131 bits. */
const SHORT_TOKEN_LENGTH = 22

/** A box that cannot be opened: made with another secret or for another place, cut short, or changed. */
export class SealError extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'SealError'
  }
}

export interface Crypto {
  /**
   * AES-256-GCM. The box names the key it was made with, so that boxes made before a rotation still open. `place` is
   * bound to the box: it opens only when `open` is told the same (the id of the row it lives in, say), so nobody can
   * move one row's secret to another.
   */
  seal(content: Buffer | string, place?: string): Buffer
  /** Throws {@link SealError}. */
  open(box: Uint8Array, place?: string): Buffer
  /** Whether the box was made with an old secret, and should be sealed again. */
  isStale(box: Uint8Array): boolean
  /**
   * A url-safe token that carries `payload` (any JSON; readable by whoever holds it) and proves that we made it for
   * `purpose`. A token of one purpose says nothing for another. `null`: it never expires.
   */
  sign(purpose: string, payload: unknown, expiresAt: Date | null): string
  /** The payload; undefined when the token is not ours, not for this purpose, changed or expired. */
  verify(purpose: string, token: string, now: Date): unknown
  /** 16 bytes that prove that we wrote `content` for `purpose`: for tokens too short for {@link Crypto.sign}. */
  stamp(purpose: string, content: Uint8Array): Buffer
  /** The stamps that this and every former secret make: to look something up that is known by its stamp. */
  stamps(purpose: string, content: Uint8Array): Buffer[]
  /** Whether `stamp` was made by us, with this or a former secret. Takes the same time whatever is wrong. */
  isStamp(purpose: string, content: Uint8Array, stamp: Uint8Array): boolean
}

interface Keys {
  readonly id: Buffer
  readonly sealing: Buffer
  /** One key per purpose, derived when first asked for. */
  signing(purpose: string): KeyObject
}

/**
 * Everything secret is derived by HKDF from `secret` (at least 32 bytes), one key per use, so that no key serves
 * two. After a rotation the former secrets go into `oldSecrets`: they open and verify, and make nothing new.
 */
export function createCrypto(secret: string, oldSecrets: readonly string[] = []): Crypto {
  const current = deriveKeys(secret)
  const all = [current, ...oldSecrets.map(deriveKeys)]

  return {
    seal(content, place = '') {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current.sealing, nonce)
      cipher.setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(content as string, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(BOX_VERSION), current.id, nonce, cipher.getAuthTag(), sealed])
    },

    open(box, place = '') {
      const bytes = Buffer.from(box.buffer, box.byteOffset, box.byteLength)
      if (bytes.length < HEADER_BYTES || bytes[0] !== BOX_VERSION) throw new SealError('This is not a sealed box')
      const id = bytes.subarray(1, 1 + KEY_ID_BYTES)
      const keys = all.find((candidate) => candidate.id.equals(id))
      if (!keys) throw new SealError('The box was sealed with a secret that is no longer known')

      const tagAt = 1 + KEY_ID_BYTES + NONCE_BYTES
      const decipher = createDecipheriv('aes-256-gcm', keys.sealing, bytes.subarray(1 + KEY_ID_BYTES, tagAt))
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(tagAt, HEADER_BYTES))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()])
      } catch (cause) {
        throw new SealError('The box was changed, or belongs to another place', { cause })
      }
    },

    isStale: (box) => !current.id.equals(box.subarray(1, 1 + KEY_ID_BYTES)),

    sign(purpose, payload, expiresAt) {
      const body = Buffer.from(JSON.stringify([expiresAt?.getTime() ?? null, payload])).toString('base64url')
      return `${body}.${signature(current.signing(purpose), body).toString('base64url')}`
    },

    verify(purpose, token, now) {
      const dot = token.indexOf('.')
      if (dot < 0) return undefined
      const body = token.slice(0, dot)
      const given = Buffer.from(token.slice(dot + 1), 'base64url')
      // The encoding must be the one we write: one payload has one token.
      if (!isGenuine(purpose, body, given) || given.toString('base64url') !== token.slice(dot + 1)) return undefined

      const [expiresAt, payload] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [number | null, unknown]
      return expiresAt !== null && now.getTime() >= expiresAt ? undefined : payload
    },

    stamp: (purpose, content) => signature(current.signing(purpose), content),
    stamps: (purpose, content) => all.map((keys) => signature(keys.signing(purpose), content)),
    isStamp: isGenuine,
  }

  /** The whole list is always walked. */
  function isGenuine(purpose: string, content: string | Uint8Array, given: Uint8Array): boolean {
    let genuine = false
    for (const keys of all) {
      const expected = signature(keys.signing(purpose), content)
      if (given.length === expected.length && timingSafeEqual(given, expected)) genuine = true
    }
    return genuine
  }
}

/**
 * What is stored of a token we made: SHA-256. Enough because the token is random ({@link newToken}), and one indexed
 * read finds it; never use it for passwords.
 */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** `crl_` and 40 random letters and digits for the prefix `crl`. */
export const newToken = (prefix: string): string => `${prefix}_${randomSigns(TOKEN_LENGTH)}`

/** 22 random letters and digits, for addresses that people are sent: no more than 128 bits need. */
export const newShortToken = (): string => randomSigns(SHORT_TOKEN_LENGTH)

function randomSigns(length: number): string {
  let signs = ''
  while (signs.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is the largest multiple of 62 in a byte: what lies above would favour the first letters.
      if (byte < 248 && signs.length < length) signs += ALPHABET[byte % ALPHABET.length]
    }
  }
  return signs
}

/** Whether two secrets are the same, in a time that does not tell where they differ. */
export function sameSecret(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

function deriveKeys(secret: string): Keys {
  if (Buffer.byteLength(secret) < 32) throw new RangeError('A secret needs at least 32 bytes')
  const derive = (use: string, bytes: number) => Buffer.from(hkdfSync('sha256', secret, '', `carillon/${use}`, bytes))
  // A ready key object makes an HMAC in a fifth of the time a buffer takes.
  const signing = new Map<string, KeyObject>()
  return {
    id: derive('key-id', KEY_ID_BYTES),
    sealing: derive('seal', 32),
    signing(purpose) {
      const key = signing.get(purpose) ?? createSecretKey(derive(`sign/${purpose}`, 32))
      signing.set(purpose, key)
      return key
    },
  }
}

const signature = (key: KeyObject, content: string | Uint8Array): Buffer =>
  createHmac('sha256', key).update(content).digest().subarray(0, SIGNATURE_BYTES)
