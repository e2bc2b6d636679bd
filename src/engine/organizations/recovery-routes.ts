import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Server } from '../../platform/http/server.ts'
import { NewPassword, refuseWeak } from './passwords.ts'
import { type LinkKind, SIGN_IN_PATH, type SignIn, type SignInChange, type User } from './sign-in.ts'
import { createDoor, fromOwnPages, hashOfAddress, PER_IP, type TakeAttempt, takeOrRefuse } from './sign-in-door.ts'
import { createOwnerOf, entered, ME, Me, type OwnerParts, SignedInView } from './sign-in-routes.ts'

export interface RecoveryRouteParts extends OwnerParts {
  readonly signIn: SignIn
  readonly publicUrl: string
  readonly takeAttempt: TakeAttempt
  /** A user's sessions were ended: what they have open is looked at anew. Never rejects. */
  readonly sessionsEnded: (userId: string) => Promise<void>
  /** What a user signs in with has changed: they are told. Never rejects. */
  readonly signInChanged: (user: User, change: SignInChange) => Promise<void>
}

/** Mails to one address: enough for somebody who cannot find the first one, too few to be a nuisance. */
const MAILS_PER_ADDRESS = { burst: 3, perMinute: 1 / 15 }
const TOO_MANY = 'Too many attempts; wait a little'

const Address = z.strictObject({ email: z.email().max(320) })
const Token = z.string().min(1).max(100)
const Taken = z.object({ accepted: z.literal(true) })
const TAKEN = { accepted: true } as const

const noSuchLink = () =>
  new AppError('not_found', 'This link is not known, or it was used or has expired; ask for a new one')

/** For whoever has forgotten their password, or would rather not type it: links by e-mail, each of which works once. */
export function recoveryRoutes(server: Server, parts: RecoveryRouteParts): void {
  const { signIn, publicUrl, takeAttempt } = parts
  const onRequest = fromOwnPages(publicUrl)
  const pass = createDoor(signIn)
  const ownerOf = createOwnerOf(parts)
  const tags = ['Sign-in']

  const bySameAnswer = (what: LinkKind, path: string, summary: string) =>
    server.post(
      `${SIGN_IN_PATH}${path}`,
      {
        onRequest,
        schema: {
          summary,
          description:
            'Answered alike, and as fast, whether or not the address has a sign-in here. At most three at once to an address, then one in a quarter of an hour.',
          tags,
          body: Address,
          response: { 202: Taken },
          example: { body: { email: 'owner@example.com' }, response: TAKEN },
        },
      },
      async (request, reply) => {
        const { email } = request.body
        await takeOrRefuse(takeAttempt, `recovery:ip:${request.ip}`, PER_IP, TOO_MANY)
        await takeOrRefuse(takeAttempt, `${what}:address:${hashOfAddress(email)}`, MAILS_PER_ADDRESS, TOO_MANY)
        signIn.sendLink(what, email)
        return reply.code(202).send(TAKEN)
      },
    )

  bySameAnswer(
    'password_reset',
    '/request-password-reset',
    'Have a link sent that lets you choose a new password; it works once, for an hour',
  )
  bySameAnswer(
    'sign_in_link',
    '/sign-in/magic-link',
    'Have a link sent that signs you in; it works once, for a quarter of an hour',
  )
  server.post(
    `${SIGN_IN_PATH}/reset-password`,
    {
      onRequest,
      schema: {
        summary: 'Choose a new password with the link that was sent; every session ends',
        description: 'A second factor is still asked for when signing in.',
        tags,
        body: z.strictObject({ token: Token, newPassword: NewPassword }),
        response: { 200: Me },
        example: { body: { token: 'EXAMPLEexampleEXAMPLEexa', newPassword: 'three unlike words' }, response: ME },
      },
    },
    async (request) => {
      const { token, newPassword } = request.body
      await takeOrRefuse(takeAttempt, `recovery:ip:${request.ip}`, PER_IP, TOO_MANY)
      const whose = await signIn.userOfReset(token)
      if (!whose) throw noSuchLink()
      await refuseWeak('newPassword', newPassword, await ownerOf(whose))
      const user = await signIn.resetPassword(token, newPassword)
      if (!user) throw noSuchLink()
      await parts.signInChanged(user, 'password')
      await parts.sessionsEnded(user.id)
      return { user }
    },
  )
  server.post(
    `${SIGN_IN_PATH}/magic-link/verify`,
    {
      onRequest,
      schema: {
        summary: 'Sign in with the link that was sent; the answer sets the session cookie',
        tags,
        body: z.strictObject({ token: Token }),
        response: { 200: SignedInView },
        example: { body: { token: 'EXAMPLEexampleEXAMPLEexampleEXAM' }, response: { ...ME, secondFactor: false } },
      },
    },
    async (request, reply) => {
      await takeOrRefuse(takeAttempt, `recovery:ip:${request.ip}`, PER_IP, TOO_MANY)
      const path = `/magic-link/verify?${new URLSearchParams({ token: request.body.token })}`
      const answer = await pass<Parameters<typeof entered>[0] & { error?: string }>(request, reply, {
        method: 'GET',
        path,
      })
      if (answer.error !== undefined) throw noSuchLink()
      return entered(answer)
    },
  )
}
