import type { Accept } from './accept.ts'

/** What lets somebody in again, or in without a password. */
export interface SignInMail {
  readonly what: 'password_reset' | 'sign_in_link'
  readonly email: string
  readonly token: string
  readonly expiresAt: Date
}

/**
 * Sends a link that lets in, the way everything is sent: in the name of the organization, in the person's language. It goes
 * to the address they sign in with, whatever an organization wrote into their contact. The token stands behind a #, which
 * no server is told, and opening the link uses up nothing: the page asks first.
 */
export const createSignInMail =
  ({ accept, publicUrl }: { accept: Pick<Accept, 'one'>; publicUrl: string }) =>
  async (organizationId: string, { what, email, token, expiresAt }: SignInMail): Promise<void> => {
    const until = { expiresAt: expiresAt.toISOString() }
    await accept.one(
      organizationId,
      what === 'password_reset'
        ? {
            type: 'member.password_reset',
            to: { email },
            payload: { resetUrl: `${publicUrl}/reset-password#${token}`, ...until },
          }
        : {
            type: 'member.sign_in_link',
            to: { email },
            payload: { signInUrl: `${publicUrl}/sign-in-link#${token}`, ...until },
          },
      { byProduct: true },
    )
  }
