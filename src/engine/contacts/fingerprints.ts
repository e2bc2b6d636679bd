import type { Crypto } from '../../platform/crypto.ts'

/** No address begins like this. */
export const FINGERPRINT_PREFIX = 'hmac:'

export type Fingerprints = ReturnType<typeof createFingerprints>

/**
 * What is kept of an address whose person was erased: 16 bytes of HMAC-SHA256 under a key of this installation, over the
 * organization, the channel and the address. It answers “is it this one?” for whoever has the secret and the address, and
 * nothing else; the same person is not known by it in another organization.
 */
export function createFingerprints(crypto: Pick<Crypto, 'stamp' | 'stamps'>) {
  const content = (organizationId: string, channel: number, address: string) =>
    Buffer.from(`${organizationId} ${channel} ${address}`)
  return {
    of: (organizationId: string, channel: number, address: string): string =>
      FINGERPRINT_PREFIX +
      crypto.stamp('suppressed-address', content(organizationId, channel, address)).toString('base64url'),

    /** Also under former secrets. */
    all: (organizationId: string, channel: number, address: string): string[] =>
      crypto
        .stamps('suppressed-address', content(organizationId, channel, address))
        .map((stamp) => FINGERPRINT_PREFIX + stamp.toString('base64url')),
  }
}
