import { parse, stringify } from 'uuid'
import type { Crypto } from '../../../platform/crypto.ts'

const PURPOSE = 'return-path'
const ID_BYTES = 16
const STAMP_BYTES = 16
/** RFC 4648 §6 in lower case: mail servers change the case before the @ as they like. */
const SIGNS = 'abcdefghijklmnopqrstuvwxyz234567'
const TOKEN_LENGTH = Math.ceil(((ID_BYTES + STAMP_BYTES) * 8) / 5)
/** Ours end so; what stands before the plus is the domain's or the mailbox's. */
const ADDRESS = new RegExp(`^[^@]{0,64}\\+([a-z2-7]{${TOKEN_LENGTH}})@`, 'i')

/** What an address says: which message went out under it, or that somebody made it up. */
export type ReadReturnPath =
  | { readonly kind: 'message'; readonly messageId: string }
  | { readonly kind: 'forged' }
  | { readonly kind: 'other' }

export type ReturnPaths = ReturnType<typeof createReturnPaths>

/**
 * The envelope sender of each mail (VERP): `b+<token>@bounces.example.com`. The token is the message's id and a signature, so
 * nobody but who was sent the mail can report it as undeliverable, and no other one.
 */
export function createReturnPaths(crypto: Pick<Crypto, 'stamp' | 'isStamp'>) {
  return {
    /** 54 octets before the @ (64 are allowed), or as many more as `address` is longer than `b@…`. */
    of(messageId: string, at: { readonly domain: string } | { readonly address: string }): string {
      const id = parse(messageId)
      const token = base32(Buffer.concat([id, crypto.stamp(PURPOSE, id)]))
      if ('domain' in at) return `b+${token}@${at.domain}`
      const before = at.address.lastIndexOf('@')
      return `${at.address.slice(0, before)}+${token}${at.address.slice(before)}`
    },

    read(address: string): ReadReturnPath {
      const token = ADDRESS.exec(address)?.[1]
      if (!token) return { kind: 'other' }
      const bytes = fromBase32(token.toLowerCase())
      const id = bytes.subarray(0, ID_BYTES)
      if (!crypto.isStamp(PURPOSE, id, bytes.subarray(ID_BYTES, ID_BYTES + STAMP_BYTES))) return { kind: 'forged' }
      return { kind: 'message', messageId: stringify(id) }
    },
  }
}

/** Ours, out of a Message-ID: its part before the @ is the message's id. */
export function messageIdIn(header: string): string | undefined {
  const id = /^<?([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})@/i.exec(header.trim())?.[1]
  return id?.toLowerCase()
}

function base32(bytes: Uint8Array): string {
  let out = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) out += SIGNS[(held >> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return bits > 0 ? out + SIGNS[(held << (5 - bits)) & 31] : out
}

function fromBase32(text: string): Buffer {
  const out: number[] = []
  let held = 0
  let bits = 0
  for (const sign of text) {
    held = (held << 5) | SIGNS.indexOf(sign)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out.push((held >> bits) & 255)
      held &= (1 << bits) - 1
    }
  }
  return Buffer.from(out)
}
