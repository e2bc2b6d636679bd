import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError, invalid } from '../../errors.ts'
import type { Server } from '../../platform/http/server.ts'
import type { Authentication } from './authentication.ts'
import { TypedPassword } from './passwords.ts'
import { type Session, SIGN_IN_PATH, type SignIn, type SignInChange, type User } from './sign-in.ts'
import {
  afterAnswer,
  createDoor,
  fromOwnPages,
  PER_ADDRESS,
  PER_IP,
  type TakeAttempt,
  takeOrRefuse,
} from './sign-in-door.ts'
import { entered, ME, SignedInView } from './sign-in-routes.ts'

export interface SecondFactorRouteParts {
  readonly authentication: Pick<Authentication, 'userOf'>
  readonly signIn: SignIn
  readonly publicUrl: string
  readonly takeAttempt: TakeAttempt
  /** A user's sessions were ended: what they have open is looked at anew. Never rejects. */
  readonly sessionsEnded: (userId: string) => Promise<void>
  /** What a user signs in with has changed: they are told. Never rejects. */
  readonly signInChanged: (user: User, change: SignInChange) => Promise<void>
}

/** Of a million codes three are right at a time: at this pace guessing one takes years. Nobody is shut out; they wait. */
const CODES_PER_USER = { burst: 5, perMinute: 1 / 5 }
/** A code is right for a minute and a half, and is taken once. */
const ONCE = { burst: 1, perMinute: 1 / 3 }
const TOO_MANY = 'Too many attempts; wait a little'

const Code = z
  .string()
  .max(20)
  .transform((code) => code.replaceAll(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'has six digits'))
const BackupCode = z.string().trim().min(1).max(20)
const PasswordBody = z.strictObject({ password: TypedPassword })
const Done = z.object({ done: z.literal(true) })
const DONE = { done: true } as const
const CODES = ['aB3dE-fG5hI', 'kL7mN-oP9qR']

/** A second factor: setting it up, and being asked for it. */
export function secondFactorRoutes(
  server: Server,
  { authentication, signIn, publicUrl, takeAttempt, sessionsEnded, signInChanged }: SecondFactorRouteParts,
): void {
  const onRequest = fromOwnPages(publicUrl)
  const pass = createDoor(signIn)
  const tags = ['Sign-in']
  const security = [{ session: [] }]

  /** Wrong codes and passwords are told as what they are, whatever the library calls them. */
  async function told<Answer>(field: string, message: string, answer: Promise<Answer>): Promise<Answer> {
    return answer.catch((error) => {
      const isRefusal = error instanceof AppError && (error.status === 401 || error.status === 422)
      throw isRefusal ? invalid(field, message) : error
    })
  }

  async function mine(request: FastifyRequest): Promise<Session> {
    const session = await authentication.userOf(request)
    if (!session) throw new AppError('unauthenticated', 'Nobody is signed in')
    return session
  }

  async function withPassword<Answer>(request: FastifyRequest, reply: FastifyReply, path: string): Promise<Answer> {
    const { user } = await mine(request)
    await takeOrRefuse(takeAttempt, `password:${user.id}`, PER_ADDRESS, TOO_MANY)
    const { password } = request.body as z.infer<typeof PasswordBody>
    return told('password', 'is not your password', pass<Answer>(request, reply, { path, body: { password } }))
  }

  /** Counts a try of a user's; a code that was tried a moment ago is no good again, whoever read it over their shoulder. */
  async function takeTry(userId: string, what: 'code' | 'backup code', code: string): Promise<void> {
    await takeOrRefuse(takeAttempt, `second-factor:${what}:${userId}`, CODES_PER_USER, TOO_MANY)
    const hash = createHash('sha256').update(code).digest('base64url')
    const { allowed } = await takeAttempt(`second-factor:${userId}:${hash}`, ONCE)
    if (!allowed) throw invalid('code', 'was tried already; wait for the next one')
  }

  server.post(
    `${SIGN_IN_PATH}/sign-in/second-factor`,
    {
      onRequest,
      schema: {
        summary: 'The second step of signing in: a code of the authenticator app, or a backup code',
        description:
          'With the cookie that the first step gave. After five wrong codes the first step has to be taken again. A backup code works once.',
        tags,
        body: z.union([z.strictObject({ code: Code }), z.strictObject({ backupCode: BackupCode })]),
        response: { 200: SignedInView },
        example: { body: { code: '123456' }, response: { ...ME, secondFactor: false } },
      },
    },
    async (request, reply) => {
      await takeOrRefuse(takeAttempt, `sign-in:ip:${request.ip}`, PER_IP, TOO_MANY)
      const userId = await signIn.challenged(request.headers.cookie ?? '')
      if (userId === undefined) throw new AppError('unauthenticated', 'Sign in again: the first step is too long ago')
      const { body } = request
      const [what, path, code] =
        'code' in body
          ? (['code', '/two-factor/verify-totp', body.code] as const)
          : (['backup code', '/two-factor/verify-backup-code', body.backupCode] as const)
      await takeTry(userId, what, code)
      const asked = pass<Parameters<typeof entered>[0]>(request, reply, { path, body: { code }, asNobody: true })
      return entered(await told('code', 'is not right', asked))
    },
  )
  server.post(
    `${SIGN_IN_PATH}/two-factor/enable`,
    {
      onRequest,
      schema: {
        summary: 'Begin to set up a second factor; it counts once a code of it was sent to …/activate',
        tags,
        security,
        body: PasswordBody,
        response: {
          200: z.object({
            uri: z.string().describe('For the authenticator app, as a QR code'),
            key: z.string().describe('The same, to be typed'),
            backupCodes: z.array(z.string()).describe('Shown this once; each works once'),
          }),
        },
        example: {
          body: { password: 'a long password' },
          response: {
            uri: 'otpauth://totp/Carillon:owner%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Carillon',
            key: 'JBSWY3DPEHPK3PXP',
            backupCodes: CODES,
          },
        },
      },
    },
    async (request, reply) => {
      if ((await mine(request)).secondFactor) throw alreadyOn()
      const { totpURI, backupCodes } = await withPassword<{ totpURI: string; backupCodes: string[] }>(
        request,
        reply,
        '/two-factor/enable',
      )
      return { uri: totpURI, key: new URL(totpURI).searchParams.get('secret') ?? '', backupCodes }
    },
  )
  server.post(
    `${SIGN_IN_PATH}/two-factor/activate`,
    {
      onRequest,
      schema: {
        summary: 'Show that the authenticator app works: from now on its code is asked for; other sessions end',
        tags,
        security,
        body: z.strictObject({ code: Code }),
        response: { 200: Done },
        example: { body: { code: '123456' }, response: DONE },
      },
    },
    async (request, reply) => {
      const { user, secondFactor } = await mine(request)
      if (secondFactor) throw alreadyOn()
      const { code } = request.body
      await takeTry(user.id, 'code', code)
      await told('code', 'is not right', pass(request, reply, { path: '/two-factor/verify-totp', body: { code } }))
      const fresh = [reply.getHeader('set-cookie') ?? []].flat().map((cookie) => String(cookie).split(';')[0])
      const session = await signIn.session(fresh.join('; '))
      if (session) await signIn.endOtherSessions(user.id, session.id)
      await signInChanged(user, 'second_factor_on')
      afterAnswer(reply, () => sessionsEnded(user.id))
      return DONE
    },
  )
  server.post(
    `${SIGN_IN_PATH}/two-factor/disable`,
    {
      onRequest,
      schema: {
        summary: 'Sign in without a second factor from now on',
        tags,
        security,
        body: PasswordBody,
        response: { 200: Done },
        example: { body: { password: 'a long password' }, response: DONE },
      },
    },
    async (request, reply) => {
      const { user, secondFactor } = await mine(request)
      await withPassword(request, reply, '/two-factor/disable')
      if (secondFactor) await signInChanged(user, 'second_factor_off')
      return DONE
    },
  )
  server.post(
    `${SIGN_IN_PATH}/two-factor/backup-codes`,
    {
      onRequest,
      schema: {
        summary: 'New backup codes; the old ones work no more',
        tags,
        security,
        body: PasswordBody,
        response: { 200: z.object({ backupCodes: z.array(z.string()).describe('Shown this once') }) },
        example: { body: { password: 'a long password' }, response: { backupCodes: CODES } },
      },
    },
    async (request, reply) => {
      const { user, secondFactor } = await mine(request)
      if (!secondFactor) throw new AppError('conflict', 'There is no second factor yet')
      const codes = await withPassword<{ backupCodes: string[] }>(request, reply, '/two-factor/generate-backup-codes')
      await signInChanged(user, 'backup_codes')
      return codes
    },
  )
}

const alreadyOn = () => new AppError('conflict', 'There is a second factor already; switch it off first')
