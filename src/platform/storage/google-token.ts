import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { persistently, StorageConfigurationError, storageAway, wholeOf } from './remote.ts'

/** Who the product is at Google: a service account’s own key, or a person who once agreed. */
export type GoogleIdentity =
  | { readonly kind: 'service_account'; readonly email: string; readonly privateKey: string }
  | {
      readonly kind: 'refresh_token'
      readonly clientId: string
      readonly clientSecret: string
      readonly refreshToken: string
    }

const SCOPE = 'https://www.googleapis.com/auth/drive'
const LIVES_SECONDS = 3_600
/** One that ends sooner than this is not begun to be used. */
const SLACK_MS = 60_000

export interface GoogleToken {
  get(): Promise<string>
  /** It was refused: the next `get` asks for another. */
  forget(token: string): void
}

/** Access tokens, each asked for once and used for its hour (developers.google.com/identity/protocols/oauth2). */
export function createGoogleToken(identity: GoogleIdentity, tokenUrl: string, clock: Clock): GoogleToken {
  let current: { readonly asked: Promise<{ token: string; seconds: number }>; until: number; token: string } | undefined
  const key = identity.kind === 'service_account' ? readKey(identity.privateKey) : undefined

  async function ask(): Promise<{ token: string; seconds: number }> {
    const form = key && identity.kind === 'service_account' ? assertion(identity.email, key) : refresh(identity)
    const answer = await persistently('Google’s sign-in', async () => ({
      method: 'POST',
      url: tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: () => Buffer.from(form.toString()),
    }))
    const text = (await wholeOf('Google’s sign-in', answer)).toString()
    const { access_token: token, expires_in: seconds = LIVES_SECONDS, error = '' } = parsed(text)
    if (answer.status !== 200)
      throw new StorageConfigurationError(`Google does not let the storage in: ${answer.status} ${error}`.trim())
    if (typeof token !== 'string') throw storageAway('Google’s sign-in', 'answered without a token')
    return { token, seconds }
  }

  function assertion(email: string, signingKey: KeyObject): URLSearchParams {
    const at = Math.floor(clock.now().getTime() / 1_000)
    const encoded = [
      { alg: 'RS256', typ: 'JWT' },
      { iss: email, scope: SCOPE, aud: tokenUrl, iat: at, exp: at + LIVES_SECONDS },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    const signature = sign('sha256', Buffer.from(encoded.join('.')), signingKey).toString('base64url')
    return new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: [...encoded, signature].join('.'),
    })
  }

  return {
    async get() {
      const now = clock.now().getTime()
      if (current && current.until > now) return (await current.asked).token
      const mine = { asked: ask(), until: now + SLACK_MS, token: '' }
      current = mine
      try {
        const { token, seconds } = await mine.asked
        mine.token = token
        mine.until = now + seconds * 1_000 - SLACK_MS
        return token
      } catch (error) {
        if (current === mine) current = undefined
        throw error
      }
    },
    forget(token) {
      if (current?.token === token) current = undefined
    },
  }
}

function refresh(identity: GoogleIdentity): URLSearchParams {
  if (identity.kind !== 'refresh_token') throw new Error('A service account has no refresh token')
  return new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: identity.clientId,
    client_secret: identity.clientSecret,
    refresh_token: identity.refreshToken,
  })
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new StorageConfigurationError('The private key of the Google service account cannot be read')
  }
}

function parsed(text: string): { access_token?: string; expires_in?: number; error?: string } {
  try {
    return JSON.parse(text) as object
  } catch {
    return {}
  }
}
