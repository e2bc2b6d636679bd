import { hkdfSync } from 'node:crypto'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { magicLink } from 'better-auth/plugins/magic-link'
import pg from 'pg'
import { AppError, type ErrorCode } from '../../errors.ts'
import { systemClock } from '../../platform/clock.ts'
import { discover, OIDC_PROVIDER, type OidcSettings, oidcPlugin, refuseUnverified } from './oidc.ts'
import { MIN_PASSWORD } from './passwords.ts'
import { challenge, secondFactor, versioned } from './second-factor.ts'

export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
}

export interface Session {
  readonly id: string
  readonly user: User
  /** They sign in with a second factor. */
  readonly secondFactor: boolean
  /** The organization chosen last; the member may have left it since. */
  readonly activeOrganizationId: string | null
}

/** Where somebody is signed in. */
export interface OwnSession {
  readonly id: string
  readonly userAgent: string
  readonly ip: string | null
  readonly createdAt: Date
  readonly lastUsedAt: Date
}

/** Who signs in with e-mail and password. Users are made for members; nobody signs up by themselves. */
export interface SignIn {
  /** What the company's own sign-in is called, where one is set. */
  readonly company: string | undefined
  /**
   * Answers one of the sign-in library's own requests; `undefined` body for a GET. Its refusals are thrown as AppErrors;
   * where it would lead a browser elsewhere, that is the answer.
   */
  handle(request: SignInRequest): Promise<Response>
  /** The session a cookie header stands for, read every time. Undefined when there is none, or it ended. */
  session(cookie: string): Promise<Session | undefined>
  /** The Set-Cookie headers that prolong a session which is in use; mostly none. */
  renew(cookie: string): Promise<string[]>
  chooseOrganization(sessionId: string, organizationId: string): Promise<void>
  /** The user with this address, made with `password` if there is none yet (an existing password stays). */
  ensureUser(user: { email: string; name: string; password: string }): Promise<User>
  userByEmail(email: string): Promise<User | undefined>
  /**
   * Sends a link to whoever has this address, after the caller has gone on: neither the answer nor the time it takes says
   * whether there is somebody. Waited for when it closes.
   */
  sendLink(what: LinkKind, email: string): void
  /** Whose link this is; undefined when it is not known, was used or has expired. It is not used up by asking. */
  userOfReset(token: string): Promise<User | undefined>
  /**
   * Takes a new password for a token, once, and ends the user's sessions and every other link of theirs. Undefined when the
   * token is not known, was used or has expired.
   */
  resetPassword(token: string, newPassword: string): Promise<User | undefined>
  /** Where a user is signed in, the last used first; a hundred at most. */
  sessionsOf(userId: string): Promise<OwnSession[]>
  /** Ends one of a user's sessions; whether there was one. */
  endSession(userId: string, id: string): Promise<boolean>
  /** Ends a user's sessions but one; how many. */
  endOtherSessions(userId: string, id: string): Promise<number>
  /** Signs a user out everywhere, at once. */
  endSessions(userId: string): Promise<void>
  /** Everybody who can sign in, in the order of their ids, after one. */
  usersAfter(id: string | null, limit: number): Promise<{ id: string; email: string }[]>
  /** Deletes these users with their sessions, passwords and second factors. */
  forget(userIds: readonly string[]): Promise<void>
  /** Who has given the right password, or used a link, and owes their second factor. */
  challenged(cookie: string): Promise<string | undefined>
  /** Which of these users have a second factor. */
  withSecondFactor(userIds: readonly string[]): Promise<Set<string>>
  close(): Promise<void>
}

export type LinkKind = 'password_reset' | 'sign_in_link'

/** What somebody signs in with has become another; they are told, in case it was not them. */
export type SignInChange = 'password' | 'second_factor_on' | 'second_factor_off' | 'backup_codes'

/** A link to be sent to its user. */
export interface Link {
  readonly what: LinkKind
  readonly user: User
  readonly token: string
  readonly expiresAt: Date
}

export interface SignInRequest {
  readonly method: string
  /** With its query, from the root: `/api/auth/sign-out`. */
  readonly path: string
  readonly headers: Headers
  readonly body: unknown
  /** Has to do with the company's own sign-in. */
  readonly company?: boolean
}

export interface SignInOptions {
  readonly databaseUrl: string
  /** Key material; the cookie's key is derived from it. */
  readonly secret: string
  /** Former ones: what was encrypted with them is still read. */
  readonly oldSecrets?: readonly string[]
  readonly publicUrl: string
  /** A company's own sign-in, which users may come in by. */
  readonly oidc?: OidcSettings | undefined
  /** Sends a link. */
  readonly tell: (link: Link) => Promise<void>
  readonly onError?: (error: Error) => void
}

export const SIGN_IN_PATH = '/api/auth'
const POOL_SIZE = 3
const SESSION_SECONDS = 14 * 24 * 3600
/** However much it is used, somebody signs in again after so long (OWASP ASVS 5.0, 7.3.2). */
const SESSION_ENDS_AFTER_DAYS = 30
/** When a session was last used is known to this. */
const USE_NOTED_EVERY_MS = 5 * 60_000
const SESSION_RENEWED_AFTER_SECONDS = 24 * 3600
const LINK_SECONDS: Record<LinkKind, number> = { password_reset: 3600, sign_in_link: 15 * 60 }

/** How the routes in front tell the library where a request came from. */
export const IP_HEADER = 'x-carillon-ip'

/** What cookies are signed with, and second factors encrypted. */
export const keyOf = (secret: string): string =>
  Buffer.from(hkdfSync('sha256', secret, '', 'carillon sign-in cookie', 32)).toString('base64')

export const openSignInPool = (databaseUrl: string, onError: (error: Error) => void = () => {}): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    application_name: 'carillon-sign-in',
    connectionTimeoutMillis: 5_000,
    options: '-c role=carillon_auth -c search_path=auth -c statement_timeout=30000',
  })
  pool.on('error', onError)
  // As in platform/database: a connection that ends inside a transaction fails its next statement, and nothing more.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/**
 * How better-auth is set up; migration 0002 holds the tables this asks for, and a test compares the two. Its own checks
 * of origin and rate are off: the routes in front of it make both, for every route alike. It goes by the system's clock.
 */
export const signInSetup = (
  pool: pg.Pool,
  options: Pick<SignInOptions, 'secret' | 'oldSecrets' | 'publicUrl' | 'tell'>,
) =>
  ({
    appName: 'Carillon',
    baseURL: options.publicUrl,
    basePath: SIGN_IN_PATH,
    secrets: versioned([options.secret, ...(options.oldSecrets ?? [])].map(keyOf)),
    database: pool,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: LINK_SECONDS.password_reset,
      sendResetPassword: ({ user, token }) => options.tell(linkOf('password_reset', user, token)),
    },
    user: { fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' } },
    session: {
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_RENEWED_AFTER_SECONDS,
      fields: {
        expiresAt: 'expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        userId: 'user_id',
      },
      additionalFields: {
        activeOrganizationId: { type: 'string', required: false, input: false, fieldName: 'active_organization_id' },
        lastUsedAt: { type: 'date', required: false, input: false, fieldName: 'last_used_at' },
      },
    },
    account: {
      // Nothing is done in a provider's name later on.
      updateAccountOnSignIn: false,
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
      // Whoever reads the table has no link.
      storeIdentifier: 'hashed',
    },
    plugins: [
      secondFactor(),
      challenge(),
      magicLink({
        disableSignUp: true,
        expiresIn: LINK_SECONDS.sign_in_link,
        sendMagicLink: async ({ token, metadata }) => options.tell(linkOf('sign_in_link', metadata as User, token)),
      }),
    ],
    databaseHooks: { account: { create: { before: async (account) => ({ data: { ...account, ...NO_TOKENS } }) } } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    onAPIError: { throw: true },
    advanced: {
      cookiePrefix: 'carillon',
      useSecureCookies: options.publicUrl.startsWith('https:'),
      disableCSRFCheck: true,
      disableOriginCheck: true,
      // Only what we write there ourselves: no header of a client's reaches the library.
      ipAddress: { ipAddressHeaders: [IP_HEADER] },
      // Checked by a test instead: a process that starts before the migration would remember the failure for ever.
      database: { generateId: 'uuid', validateSchema: false },
    },
  }) satisfies BetterAuthOptions

const NO_TOKENS = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
}

const userOf = ({ id, name, email }: User): User => ({ id, name, email })
const linkOf = (what: LinkKind, user: User, token: string): Link => ({
  what,
  user: userOf(user),
  token,
  expiresAt: new Date(systemClock.now().getTime() + LINK_SECONDS[what] * 1000),
})

export function createSignIn(options: SignInOptions): SignIn {
  const pool = openSignInPool(options.databaseUrl, options.onError)
  const setup = signInSetup(pool, options)
  const auth = betterAuth(setup)
  const { oidc } = options
  let withCompany: Promise<Pick<typeof auth, 'handler'>> | undefined

  /** The library asks the provider once, when it is made: it is made when somebody first comes by it, and again if that failed. */
  function companyAuth(): Promise<Pick<typeof auth, 'handler'>> {
    withCompany ??= makeCompanyAuth().catch((error) => {
      withCompany = undefined
      onError(error)
      throw new AppError('unavailable', `${oidc?.name} cannot be reached; sign in another way`, { cause: error })
    })
    return withCompany
  }

  async function makeCompanyAuth() {
    if (!oidc) throw new Error('No OpenID Connect provider is set')
    const plugin = oidcPlugin(oidc, options.publicUrl, await discover(oidc))
    const user = { ...setup.user, validateUserInfo: refuseUnverified }
    const made = betterAuth({ ...setup, user, plugins: [...setup.plugins, plugin] })
    const { socialProviders } = await made.$context
    if (!socialProviders.some(({ id, issuer }) => id === OIDC_PROVIDER && issuer === oidc.issuer))
      throw new Error(`The documents of ${oidc.issuer} are not complete`)
    return made
  }

  const onError = (error: unknown) => options.onError?.(error as Error)
  const underWay = new Set<Promise<void>>()

  async function send(what: LinkKind, email: string): Promise<void> {
    const found = await (await auth.$context).internalAdapter.findUserByEmail(email)
    if (!found) return
    await (what === 'password_reset'
      ? auth.api.requestPasswordReset({ body: { email } })
      : auth.api.signInMagicLink({ body: { email, metadata: userOf(found.user) }, headers: new Headers() }))
  }

  /** The library answers “failed” whatever happened; when it was the database, this throws what Postgres says. */
  async function plainly<T>(ask: Promise<T>): Promise<T> {
    try {
      return await ask
    } catch (error) {
      await pool.query('select 1')
      throw error
    }
  }

  return {
    company: oidc?.name,

    async handle({ method, path, headers, body, company }) {
      const url = new URL(path, options.publicUrl)
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
      const { handler } = company ? await companyAuth() : auth
      const answer = await handler(new Request(url, init))
      return answer.status < 400 ? answer : Promise.reject(await refusal(answer))
    },

    async session(cookie) {
      const found = await plainly(
        auth.api.getSession({ headers: new Headers({ cookie }), query: { disableRefresh: true } }),
      )
      if (!found) return undefined
      const { session, user } = found
      if (hasEnded(session)) {
        await pool.query('delete from session where id = $1', [session.id])
        return undefined
      }
      if (systemClock.now().getTime() - (session.lastUsedAt ?? session.createdAt).getTime() > USE_NOTED_EVERY_MS)
        await pool.query('update session set last_used_at = now() where id = $1', [session.id])
      return {
        id: session.id,
        user: userOf(user),
        secondFactor: user.twoFactorEnabled ?? false,
        activeOrganizationId: session.activeOrganizationId ?? null,
      }
    },

    async renew(cookie) {
      const { headers } = await plainly(auth.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true }))
      return headers.getSetCookie()
    },

    async chooseOrganization(sessionId, organizationId) {
      await pool.query('update session set active_organization_id = $2 where id = $1', [sessionId, organizationId])
    },

    async ensureUser({ email, name, password }) {
      const { internalAdapter, password: passwords } = await auth.$context
      const address = email.toLowerCase()
      const existing = await internalAdapter.findUserByEmail(address)
      if (existing) return { id: existing.user.id, name: existing.user.name, email: existing.user.email }
      if (password.length < MIN_PASSWORD) {
        throw new AppError('validation_failed', `A password needs at least ${MIN_PASSWORD} characters`)
      }
      const user = await internalAdapter.createUser({ email: address, name, emailVerified: true }, { method: 'admin' })
      const hash = await passwords.hash(password)
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: hash,
      })
      return { id: user.id, name: user.name, email: user.email }
    },

    async userByEmail(email) {
      const found = await (await auth.$context).internalAdapter.findUserByEmail(email.toLowerCase())
      return found ? { id: found.user.id, name: found.user.name, email: found.user.email } : undefined
    },

    sendLink(what, email) {
      const work = send(what, email.toLowerCase()).catch(onError)
      underWay.add(work)
      void work.then(() => underWay.delete(work))
    },

    async userOfReset(token) {
      const { internalAdapter } = await auth.$context
      const known = await plainly(internalAdapter.findVerificationValue(`reset-password:${token}`))
      if (!known || known.expiresAt < systemClock.now()) return undefined
      const user = await internalAdapter.findUserById(known.value)
      return user ? userOf(user) : undefined
    },

    async resetPassword(token, newPassword) {
      const user = await this.userOfReset(token)
      if (!user) return undefined
      try {
        await plainly(auth.api.resetPassword({ body: { token, newPassword } }))
      } catch (error) {
        // Somebody else used it a moment ago.
        if (isAPIError(error) && error.body?.code === 'INVALID_TOKEN') return undefined
        throw error
      }
      const links = [user.id, JSON.stringify({ email: user.email })]
      await pool.query('delete from verification where value = any($1::text[])', [links])
      return user
    },

    async sessionsOf(userId) {
      const { rows } = await pool.query<Omit<OwnSession, 'ip'> & { ip: string }>(
        `select id, coalesce(user_agent, '') as "userAgent", ip_address as ip, created_at as "createdAt",
           coalesce(last_used_at, created_at) as "lastUsedAt"
         from session where user_id = $1 and expires_at > now() and created_at > now() - interval '${SESSION_ENDS_AFTER_DAYS} days' order by "lastUsedAt" desc, id limit 100`,
        [userId],
      )
      return rows.map((row) => ({ ...row, ip: row.ip || null }))
    },

    async endSession(userId, id) {
      const { rowCount } = await pool.query('delete from session where user_id = $1 and id = $2', [userId, id])
      return rowCount === 1
    },

    async endOtherSessions(userId, id) {
      const { rowCount } = await pool.query('delete from session where user_id = $1 and id <> $2', [userId, id])
      return rowCount ?? 0
    },

    async challenged(cookie) {
      return (await plainly(auth.api.challenged({ headers: new Headers({ cookie }) }))) ?? undefined
    },

    async withSecondFactor(userIds) {
      const { rows } = await pool.query<{ id: string }>(
        'select id from "user" where id = any($1::uuid[]) and two_factor_enabled',
        [userIds],
      )
      return new Set(rows.map(({ id }) => id))
    },

    async endSessions(userId) {
      await pool.query('delete from session where user_id = $1', [userId])
    },

    async usersAfter(id, limit) {
      const { rows } = await pool.query<{ id: string; email: string }>(
        'select id, email from "user" where $1::uuid is null or id > $1 order by id limit $2',
        [id, limit],
      )
      return rows
    },

    async forget(userIds) {
      await pool.query('delete from "user" where id = any($1::uuid[])', [userIds])
    },

    async close() {
      await Promise.all(underWay)
      await pool.end()
    },
  }
}

const hasEnded = ({ createdAt }: { createdAt: Date }): boolean =>
  systemClock.now().getTime() - createdAt.getTime() > SESSION_ENDS_AFTER_DAYS * 24 * 3_600_000

const REFUSALS: Record<number, ErrorCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  429: 'rate_limited',
}

async function refusal(answer: Response): Promise<Error> {
  const { message } = (await answer.json().catch(() => ({}))) as { message?: string }
  if (answer.status >= 500) return new Error(`The sign-in library answered ${answer.status}: ${message}`)
  return new AppError(REFUSALS[answer.status] ?? 'validation_failed', message ?? 'The sign-in was refused')
}
