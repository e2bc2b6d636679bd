import { CarillonError, createClient } from '@carillon/client'

/** The server this page came from, as the signed-in member. */
export const carillon = createClient({ retries: 2 })

/** For signing in: a refusal is shown at once, however long the server would have us wait. */
const impatient = createClient({ retries: 0 })
export const {
  signIn,
  signInByLink,
  signInWithCode,
  beginCompanySignIn,
  finishCompanySignIn,
  requestSignInLink,
  requestPasswordReset,
  resetPassword,
  changePassword,
} = impatient.session
export const { secondFactor } = impatient
export const acceptInvitation = impatient.invitations.accept

/** The demo's way in, while the server offers one. */
export async function demoAccess(): Promise<{ email: string; password: string } | null> {
  const response = await fetch('/v1/demo')
  if (response.status === 404) return null
  if (!response.ok) throw new CarillonError('unavailable', `The server answered ${response.status}`)
  return (await response.json()) as { email: string; password: string }
}
