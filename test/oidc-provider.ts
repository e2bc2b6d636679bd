import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Claims = Record<string, unknown>

/** An OpenID Connect provider on loopback: the authorization page is a call, the rest is as in the standard. */
export interface OidcProvider {
  readonly issuer: string
  /** Named in its documents instead of its own address. */
  calledInstead: string | undefined
  /** Whether the ID token itself names the address; else only the userinfo endpoint does. */
  tellsInToken: boolean
  /** Overrides what its ID tokens say. */
  inToken: Claims
  /** Who is signed in there: its page lets them go on at once. */
  signedIn: Claims | undefined
  /** Somebody agrees on its page: what the browser is led back with. */
  agree(authorizationUrl: string, claims: Claims): { state: string; code: string; iss: string }
  /** Tokens that were asked for with the right secret, code, address and PKCE verifier. */
  given: number
  stop(): Promise<void>
}

export const CLIENT = { clientId: 'carillon', clientSecret: 'a secret of the provider' }

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export async function startOidcProvider(): Promise<OidcProvider> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, { query: URLSearchParams; claims: Claims }>()
  const people = new Map<string, Claims>()
  const state = {
    signedIn: undefined as Claims | undefined,
    calledInstead: undefined as string | undefined,
    tellsInToken: true,
    inToken: {} as Claims,
    given: 0,
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  function agree(authorizationUrl: string, claims: Claims) {
    const query = new URL(authorizationUrl).searchParams
    const code = randomBytes(16).toString('hex')
    codes.set(code, { query, claims })
    return { state: query.get('state') ?? '', code, iss: issuer }
  }

  function idToken(query: URLSearchParams, claims: Claims): string {
    const now = Math.floor(Date.now() / 1000)
    const { sub } = claims
    const own = { iss: issuer, aud: CLIENT.clientId, iat: now, exp: now + 300, nonce: query.get('nonce') }
    const said = { ...own, ...(state.tellsInToken ? claims : { sub }), ...state.inToken }
    const content = `${base64url({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${base64url(said)}`
    return `${content}.${sign('RSA-SHA256', Buffer.from(content), keys.privateKey).toString('base64url')}`
  }

  function token(body: URLSearchParams): object | undefined {
    const code = body.get('code') ?? ''
    const known = codes.get(code)
    codes.delete(code)
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight =
      known?.query.get('code_challenge') === challenge &&
      known.query.get('code_challenge_method') === 'S256' &&
      known.query.get('redirect_uri') === body.get('redirect_uri') &&
      body.get('client_id') === CLIENT.clientId &&
      body.get('client_secret') === CLIENT.clientSecret
    if (!known || !isRight) return undefined
    state.given += 1
    const access = randomBytes(16).toString('hex')
    people.set(access, known.claims)
    return { access_token: access, token_type: 'Bearer', expires_in: 300, id_token: idToken(known.query, known.claims) }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = new URLSearchParams(Buffer.concat(chunks).toString())
    const documents: Record<string, () => object | undefined> = {
      '/.well-known/openid-configuration': () => ({
        issuer: state.calledInstead ?? issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
      }),
      '/jwks': () => ({
        keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
      }),
      '/token': () => token(body),
      '/userinfo': () => people.get(request.headers.authorization?.replace('Bearer ', '') ?? ''),
    }
    if (request.url?.startsWith('/authorize?') && state.signedIn) {
      const back = agree(`${issuer}${request.url}`, state.signedIn)
      const to = new URL(new URL(request.url, issuer).searchParams.get('redirect_uri') ?? issuer)
      for (const [name, value] of Object.entries(back)) to.searchParams.set(name, value)
      response.writeHead(302, { location: to.href }).end()
      return
    }
    const found = documents[request.url ?? '']?.()
    response.writeHead(found ? 200 : 400, { 'content-type': 'application/json' })
    response.end(JSON.stringify(found ?? { error: 'invalid_grant' }))
  }

  return Object.assign(state, {
    issuer,
    agree,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}
