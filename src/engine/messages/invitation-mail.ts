import { AppError } from '../../errors.ts'
import type { Accept } from './accept.ts'

interface Asked {
  readonly email: string
  readonly invitedBy: string
  readonly token: string
  readonly expiresAt: Date
}

/**
 * Sends an invitation the way everything is sent. The token stands behind a #: browsers do not send that on, so it is in
 * no server's log. Throws when the address must not be written to.
 */
export const createInvitationMail =
  ({ accept, publicUrl }: { accept: Pick<Accept, 'one'>; publicUrl: string }) =>
  async (organizationId: string, { email, invitedBy, token, expiresAt }: Asked): Promise<void> => {
    const { messages } = await accept.one(organizationId, {
      type: 'member.invited',
      to: { email },
      payload: {
        invitedBy,
        acceptUrl: `${publicUrl}/invitation#${token}`,
        expiresAt: expiresAt.toISOString(),
      },
    })
    const [message] = messages
    if (message?.status === 'suppressed')
      throw new AppError('unreachable', `Nothing is sent to this address: ${message.reason}`)
  }
