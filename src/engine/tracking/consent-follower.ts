import type { InboundConsent } from '../channels/inbound.ts'
import type { Consents } from '../contacts/consents.ts'
import type { SaidOfMarketing } from '../contacts/marketing.ts'
import { isYes } from './consent-words.ts'
import type { InboundFollower } from './inbound.ts'
import type { InboundMessage } from './inbound-store.ts'

interface Deps {
  readonly consents: Pick<Consents, 'record' | 'isWithdrawn'>
  readonly heardOfMarketing: (said: SaidOfMarketing) => Promise<void>
}

/**
 * Who asked to stop hears no more on that channel from that organization; who asks to start again does. The address is what
 * they wrote from; where the carrier gives none, its own id of the person, which messages to them then carry too.
 * Who told the carrier of marketing alone is taken at that word.
 */
export const createConsentFollower =
  ({ consents, heardOfMarketing }: Deps): InboundFollower =>
  async (messages) => {
    for (const message of messages) {
      const { id, organizationId, contactId, channel, text, at } = message
      const address = message.from ?? message.userId
      if (organizationId === null || address === null) continue
      const wording = (text ?? message.consent ?? '').slice(0, LONGEST_WORDING)
      const ofMarketing = message.consent === null ? undefined : OF_MARKETING.get(message.consent)
      if (ofMarketing) {
        const said = { organizationId, channel, address, state: ofMarketing, wording, at }
        await heardOfMarketing({ ...said, proof: { inboundId: id } })
        continue
      }
      const state = await stateIn(message, organizationId, address)
      if (!state) continue
      await consents.record({
        organizationId,
        contactId,
        channel,
        address,
        state,
        source: 'inbound',
        wording,
        at,
        inboundId: id,
      })
    }

    async function stateIn({ channel, text, consent }: InboundMessage, organizationId: string, address: string) {
      if (consent === 'stop') return 'withdrawn'
      if (consent === 'start') return 'granted'
      // “Yes” answers many questions; it is this one’s answer only from somebody who has said no.
      if (consent === null && isYes(text ?? '') && (await consents.isWithdrawn(organizationId, channel, address)))
        return 'granted'
      return undefined
    }
  }

const OF_MARKETING = new Map<InboundConsent, 'granted' | 'withdrawn'>([
  ['stop_marketing', 'withdrawn'],
  ['start_marketing', 'granted'],
])
const LONGEST_WORDING = 200
