import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Server } from '../../platform/http/server.ts'
import type { Authentication } from './authentication.ts'
import type { Organizations } from './organizations.ts'
import { NewPassword, type Owner, refuseWeak, TypedPassword } from './passwords.ts'
import { SIGN_IN_PATH, type SignIn, type SignInChange, type User } from './sign-in.ts'
import {
  afterAnswer,
  createDoor,
  fromOwnPages,
  hashOfAddress,
  PER_ADDRESS,
  PER_IP,
  type TakeAttempt,
  takeOrRefuse,
} from './sign-in-door.ts'

export interface OwnerParts {
  readonly organizations: Pick<Organizations, 'get' | 'membershipsOf'>
}

export interface SignInRouteParts extends OwnerParts {
  readonly authentication: Pick<Authentication, 'userOf'>
  readonly signIn: SignIn
  readonly publicUrl: string
  /** Counts a sign-in attempt; shared by every process where limits are. */
  readonly takeAttempt: TakeAttempt
  /** A user's sessions were ended: what they have open is looked at anew. Never rejects. */
  readonly sessionsEnded: (userId: string) => Promise<void>
  /** What a user signs in with has changed: they are told. Never rejects. */
  readonly signInChanged: (user: User, change: SignInChange) => Promise<void>
}

const SignInBody = z.strictObject({
  email: z.email().max(320),
  password: TypedPassword,
  rememberMe: z.boolean().default(true).describe('False: the session ends with the browser'),
})
const PasswordBody = z.strictObject({
  currentPassword: TypedPassword,
  newPassword: NewPassword,
  revokeOtherSessions: z.boolean().default(true),
})
const Nothing = z.strictObject({})

/** What a way in answers. */
export const SignedInView = z.object({
  user: z
    .object({ id: z.string(), name: z.string(), email: z.string() })
    .nullable()
    .describe('Null: the second factor is still owed'),
  secondFactor: z.boolean().describe('True: no session has begun; send the code to …/sign-in/second-factor'),
})
/** The library's answer, in our words. */
export const entered = (answer: { user?: User; twoFactorRedirect?: boolean }): z.input<typeof SignedInView> => ({
  user: answer.twoFactorRedirect ? null : (answer.user ?? null),
  secondFactor: answer.twoFactorRedirect === true,
})

export const Me = z.object({ user: z.object({ id: z.string(), name: z.string(), email: z.string() }) })
export const ME = {
  user: { id: '01977b3e-0000-7000-8000-000000000001', name: 'Sample owner', email: 'owner@example.com' },
}

/** Whose password it would be, with what is known of them. */
export const createOwnerOf =
  ({ organizations }: OwnerParts) =>
  async ({ id, name, email }: User): Promise<Owner> => {
    const memberships = await organizations.membershipsOf(id)
    const theirs = await Promise.all(memberships.map(({ organizationId }) => organizations.get(organizationId)))
    return { name, email, organizations: theirs.flatMap((organization) => (organization ? [organization.name] : [])) }
  }

/** The library answers these addresses itself; it has more, which nobody needs and so nobody can reach. */
export function signInRoutes(
  server: Server,
  { authentication, organizations, signIn, publicUrl, takeAttempt, sessionsEnded, signInChanged }: SignInRouteParts,
): void {
  const refuseOtherSites = fromOwnPages(publicUrl)
  const pass = createDoor(signIn)
  const ownerOf = createOwnerOf({ organizations })

  server.post(
    `${SIGN_IN_PATH}/sign-in/email`,
    {
      onRequest: refuseOtherSites,
      schema: {
        summary: 'Sign in; the answer sets the session cookie',
        description: 'Whoever has a second factor gets a cookie for ten minutes instead, to send the code with.',
        tags: ['Sign-in'],
        body: SignInBody,
        response: { 200: SignedInView },
        example: {
          body: { email: 'owner@example.com', password: 'a long password' },
          response: { ...ME, secondFactor: false },
        },
      },
    },
    async (request, reply) => {
      const detail = 'Too many attempts to sign in; wait a little'
      await takeOrRefuse(takeAttempt, `sign-in:ip:${request.ip}`, PER_IP, detail)
      await takeOrRefuse(takeAttempt, `sign-in:address:${hashOfAddress(request.body.email)}`, PER_ADDRESS, detail)
      return entered(await pass(request, reply, { path: '/sign-in/email', body: request.body }))
    },
  )
  server.post(
    `${SIGN_IN_PATH}/sign-out`,
    {
      onRequest: refuseOtherSites,
      schema: {
        summary: 'Sign out: the session ends and its cookie with it',
        tags: ['Sign-in'],
        body: Nothing.optional(),
        response: { 200: z.object({ success: z.boolean() }) },
        example: { response: { success: true } },
      },
    },
    async (request, reply) => pass<{ success: boolean }>(request, reply, { path: '/sign-out' }),
  )
  server.post(
    `${SIGN_IN_PATH}/change-password`,
    {
      onRequest: refuseOtherSites,
      schema: {
        summary: 'Change your password; other sessions end',
        description: 'One that is easy to guess is refused as `weak_password`, with what to do.',
        tags: ['Sign-in'],
        security: [{ session: [] }],
        body: PasswordBody,
        response: { 200: Me },
        example: { body: { currentPassword: 'a long password', newPassword: 'three unlike words' }, response: ME },
      },
    },
    async (request, reply) => {
      const session = await authentication.userOf(request)
      if (!session) throw new AppError('unauthenticated', 'Nobody is signed in')
      await takeOrRefuse(takeAttempt, `password:${session.user.id}`, PER_ADDRESS, 'Too many attempts; wait a little')
      await refuseWeak('newPassword', request.body.newPassword, await ownerOf(session.user))
      const changed = await pass<z.infer<typeof Me>>(request, reply, { path: '/change-password', body: request.body })
      await signInChanged(session.user, 'password')
      afterAnswer(reply, () => sessionsEnded(session.user.id))
      return changed
    },
  )
}
