import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import { request } from 'undici'
import { z } from 'zod'

/** A company's own sign-in (OpenID Connect), which its members may come in by. */
export interface OidcSettings {
  /** Exactly as the provider's documents name it. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** How people call it. */
  readonly name: string
}

export const OIDC_PROVIDER = 'oidc'
/** The page the provider leads back to; it hands on what it was given. */
const OIDC_RETURN_PATH = '/sign-in-company'
const TIMEOUT_MS = 5_000
const MOST_BYTES = 1_000_000

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata, as far as it is used here. */
const Metadata = z.object({
  issuer: z.string(),
  userinfo_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
})
type Metadata = z.output<typeof Metadata>
/** https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims */
const Claims = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  name: z.string().optional(),
})
type Claims = z.output<typeof Claims>

const discoveryUrl = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

/**
 * What the provider says of itself. The issuer it names must be the one that was asked, to the letter (OpenID Connect
 * Discovery §4.3): else somebody else answers in its place.
 */
export async function discover({ issuer }: OidcSettings): Promise<Metadata> {
  const metadata = Metadata.parse(await getJson(discoveryUrl(issuer)))
  if (metadata.issuer !== issuer)
    throw new Error(`The OpenID Connect provider at ${issuer} calls itself ${metadata.issuer}`)
  return metadata
}

/** The library's provider: code flow with PKCE, state and nonce; the ID token is verified with the provider's keys. */
export const oidcPlugin = (settings: OidcSettings, publicUrl: string, metadata: Metadata) =>
  genericOAuth({
    config: [
      {
        providerId: OIDC_PROVIDER,
        discoveryUrl: discoveryUrl(settings.issuer),
        clientId: settings.clientId,
        clientSecret: settings.clientSecret,
        redirectURI: `${publicUrl}${OIDC_RETURN_PATH}`,
        scopes: ['openid', 'email', 'profile'],
        authentication: metadata.token_endpoint_auth_methods_supported.includes('client_secret_post')
          ? 'post'
          : 'basic',
        pkce: true,
        disableSignUp: true,
        requireIdTokenVerification: true,
        getUserInfo: async ({ idToken, accessToken }) => {
          const claims = claimsOf(idToken)
          const person = claims && (await withEmail(claims, accessToken, metadata.userinfo_endpoint))
          if (!person) return null
          const { sub, email, name } = person
          return { id: sub, sub, email, name, emailVerified: isVerified(person) }
        },
      },
    ],
  })

/** The library asks for a verified address once, when it links; here it is asked for each time. */
export const refuseUnverified = ({ user }: { user: { emailVerified?: boolean } }) =>
  user.emailVerified ? undefined : { error: 'email_not_verified' }

const isVerified = ({ email_verified }: Claims): boolean => email_verified === true || email_verified === 'true'

/** Of a token whose signature has been verified. */
function claimsOf(idToken: string | undefined): Claims | undefined {
  const [, payload] = idToken?.split('.') ?? []
  return payload ? Claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString())).data : undefined
}

/** Some providers tell the address only where it is asked for; of the same person, or it counts for nothing. */
async function withEmail(
  claims: Claims,
  accessToken: string | undefined,
  endpoint: string | undefined,
): Promise<Claims | undefined> {
  if (claims.email !== undefined || !endpoint || !accessToken) return claims
  const told = Claims.safeParse(await getJson(endpoint, { authorization: `Bearer ${accessToken}` })).data
  return told?.sub === claims.sub ? told : undefined
}

async function getJson(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const { statusCode, body } = await request(url, {
    headers: { accept: 'application/json', ...headers },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await body.text()
  if (statusCode !== 200 || text.length > MOST_BYTES) throw new Error(`${new URL(url).host} answered ${statusCode}`)
  return JSON.parse(text)
}
