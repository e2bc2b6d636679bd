import { z } from 'zod'
import type { OidcSettings } from '../engine/organizations/oidc.ts'
import { type Setting, url } from './checks.ts'

/** A company's own sign-in. All of it is optional. */
export const OIDC_SETTINGS = {
  /** Members may sign in with this OpenID Connect provider, as named in its own documents. */
  OIDC_ISSUER: [url('https:', 'http:').optional(), 'an https:// address'],
  OIDC_CLIENT_ID: [z.string().min(1).max(500).optional(), 'the id the provider gave'],
  OIDC_CLIENT_SECRET: [z.string().min(1).max(2000).optional(), 'the secret the provider gave'],
  /** How the button on the sign-in page calls it. */
  OIDC_NAME: [z.string().trim().min(1).max(60).default('OpenID Connect'), 'a name of at most 60 letters'],
} as const satisfies Record<string, Setting>

type Settings = { [N in keyof typeof OIDC_SETTINGS]: z.output<(typeof OIDC_SETTINGS)[N][0]> }

export const OIDC_SECRETS = ['OIDC_CLIENT_SECRET'] as const

const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]'])

export function oidc(s: Settings, faults: string[]): OidcSettings | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name } = s
  if (!issuer && !clientId && !clientSecret) return undefined
  if (!issuer || !clientId || !clientSecret) {
    faults.push('OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are needed together')
    return undefined
  }
  const { protocol, hostname } = new URL(issuer)
  if (protocol !== 'https:' && !THIS_MACHINE.has(hostname))
    faults.push('OIDC_ISSUER must be an https:// address: what it says decides who comes in')
  return { issuer, clientId, clientSecret, name }
}
