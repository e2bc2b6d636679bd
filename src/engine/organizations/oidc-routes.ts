import { z } from 'zod'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { Server } from '../../platform/http/server.ts'
import { OIDC_PROVIDER } from './oidc.ts'
import { SIGN_IN_PATH, type SignIn } from './sign-in.ts'
import { createDoor, fromOwnPages, PER_IP, type TakeAttempt, takeOrRefuse } from './sign-in-door.ts'
import { entered, ME, SignedInView } from './sign-in-routes.ts'

export interface OidcRouteParts {
  readonly signIn: SignIn
  readonly publicUrl: string
  readonly takeAttempt: TakeAttempt
}

/** What the library or the provider says went wrong, and what of it people are told. */
const REFUSALS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  signup_disabled: ['not_found', 'Nobody here has the address you signed in with there; ask for an invitation'],
  email_not_found: ['invalid_address', 'It did not tell us your e-mail address'],
  email_not_verified: ['invalid_address', 'It has not verified your e-mail address'],
  account_not_linked: ['invalid_address', 'It has not verified your e-mail address'],
  access_denied: ['unauthenticated', 'It did not let you in'],
}
const AGAIN = ['unauthenticated', 'This did not work, or took too long; begin again'] as const

const Returned = z.strictObject({
  state: z.string().min(1).max(500),
  code: z.string().max(4_000).optional(),
  iss: z.string().max(2_000).optional(),
  error: z.string().max(200).optional(),
})

/** Signing in with a company's own sign-in, where one is set. Nobody is made by it: who comes in is a user already. */
export function oidcRoutes(server: Server, { signIn, publicUrl, takeAttempt }: OidcRouteParts): void {
  const onRequest = fromOwnPages(publicUrl)
  const pass = createDoor(signIn)
  const tags = ['Sign-in']

  server.get(
    `${SIGN_IN_PATH}/ways`,
    {
      schema: {
        summary: 'The ways to sign in besides a password and a link',
        tags,
        response: {
          200: z.object({
            company: z.object({ name: z.string() }).nullable().describe('OpenID Connect, if it is set'),
          }),
        },
        example: { response: { company: { name: 'Sample company' } } },
      },
    },
    async () => ({ company: signIn.company ? { name: signIn.company } : null }),
  )
  server.post(
    `${SIGN_IN_PATH}/sign-in/oidc`,
    {
      onRequest,
      schema: {
        summary: 'Begin to sign in with the company’s own sign-in: where to lead the browser',
        description:
          'Sets a cookie for five minutes. The provider leads back to /sign-in-company, which calls …/finish.',
        tags,
        body: z.strictObject({}).optional(),
        response: { 200: z.object({ url: z.string() }) },
        example: { response: { url: 'https://login.example.com/authorize?client_id=carillon&state=EXAMPLE' } },
      },
    },
    async (request, reply) => {
      await takeOrRefuse(takeAttempt, `sign-in:ip:${request.ip}`, PER_IP, 'Too many attempts to sign in; wait a little')
      if (!signIn.company) throw new AppError('not_found', 'No company’s sign-in is set here')
      const body = { provider: OIDC_PROVIDER, callbackURL: '/', errorCallbackURL: '/', disableRedirect: true }
      return pass<{ url: string }>(request, reply, { path: '/sign-in/social', body, company: true })
    },
  )
  server.post(
    `${SIGN_IN_PATH}/sign-in/oidc/finish`,
    {
      onRequest,
      schema: {
        summary: 'Sign in with what the company’s own sign-in led back with; the answer sets the session cookie',
        description:
          'Refused as `not_found` when nobody here has that address, `invalid_address` when the provider has not verified it, `unauthenticated` when it has to be begun again. A second factor set up here is asked for all the same.',
        tags,
        body: Returned,
        response: { 200: SignedInView },
        example: {
          body: { state: 'EXAMPLEexampleEXAMPLEexampleEXAM', code: 'EXAMPLE' },
          response: { ...ME, secondFactor: false },
        },
      },
    },
    async (request, reply) => {
      await takeOrRefuse(takeAttempt, `sign-in:ip:${request.ip}`, PER_IP, 'Too many attempts to sign in; wait a little')
      if (!signIn.company) throw new AppError('not_found', 'No company’s sign-in is set here')
      const path = `/callback/${OIDC_PROVIDER}?${new URLSearchParams(request.body as Record<string, string>)}`
      const answer = await pass<{ error?: string; twoFactorRedirect?: boolean }>(request, reply, {
        method: 'GET',
        path,
        company: true,
      })
      if (answer.error !== undefined) {
        const [code, detail] = REFUSALS[answer.error] ?? AGAIN
        throw new AppError(code, detail)
      }
      if (answer.twoFactorRedirect) return entered(answer)
      const cookies = [reply.getHeader('set-cookie') ?? []].flat().map((cookie) => String(cookie).split(';')[0])
      const session = await signIn.session(cookies.join('; '))
      if (!session) throw new AppError(...AGAIN)
      return entered({ user: session.user })
    },
  )
}
