import type { SignInChange } from '../organizations/sign-in.ts'
import type { Accept } from './accept.ts'
import type { NotificationRequest } from './request.ts'

/** What lets somebody in again, or in without a password; or the news that what they sign in with has changed. */
export type SignInMail = { readonly email: string } & (
  | { readonly what: 'password_reset' | 'sign_in_link'; readonly token: string; readonly expiresAt: Date }
  | { readonly what: SignInChange; readonly at: Date }
)

/**
 * Sends it the way everything is sent: in the name of the organization, in the person's language. It goes to the address
 * they sign in with, whatever an organization wrote into their contact. A token stands behind a #, which no server is told,
 * and opening the link uses up nothing: the page asks first.
 */
export const createSignInMail =
  ({ accept, publicUrl }: { accept: Pick<Accept, 'one'>; publicUrl: string }) =>
  async (organizationId: string, mail: SignInMail): Promise<void> => {
    await accept.one(organizationId, { to: { email: mail.email }, ...said(mail, publicUrl) }, { byProduct: true })
  }

function said(mail: SignInMail, publicUrl: string): Pick<NotificationRequest, 'type' | 'payload'> {
  if (!('token' in mail)) {
    const payload = { change: mail.what, at: mail.at.toISOString(), resetUrl: `${publicUrl}/forgot-password` }
    return { type: 'member.sign_in_changed', payload }
  }
  const until = { expiresAt: mail.expiresAt.toISOString() }
  return mail.what === 'password_reset'
    ? { type: 'member.password_reset', payload: { resetUrl: `${publicUrl}/reset-password#${mail.token}`, ...until } }
    : { type: 'member.sign_in_link', payload: { signInUrl: `${publicUrl}/sign-in-link#${mail.token}`, ...until } }
}
