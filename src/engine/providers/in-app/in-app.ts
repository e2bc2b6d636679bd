import { z } from 'zod'
import { createBatcher } from '../../../platform/batch.ts'
import type { OutboundInApp } from '../../channels/outbound.ts'
import { defineProvider, type Provider } from '../provider.ts'

interface Deps {
  /** Puts messages into their contacts' feeds and says which are there now; one that is there already stays as it is. */
  readonly put: (messages: readonly OutboundInApp[]) => Promise<ReadonlySet<string>>
}

const NoSettings = z.strictObject({})
const PUT_AT_ONCE = 500

/** The feed inside the host's own pages. Putting a message there is delivering it; putting it twice adds nothing. */
export const createInAppProvider = ({ put }: Deps): Provider<'in_app', z.infer<typeof NoSettings>> =>
  defineProvider({
    name: 'in_app',
    channel: 'in_app',
    settings: NoSettings,
    whenUncertain: 'resend',
    connect: () => {
      const together = createBatcher<OutboundInApp, boolean>({
        run: async (messages) => {
          const there = await put(messages)
          return messages.map((message) => there.has(message.messageId))
        },
        maxItems: PUT_AT_ONCE,
        maxConcurrent: 2,
      })
      return {
        async send(message) {
          try {
            if (!(await together(message)))
              return {
                outcome: 'refused',
                class: 'permanent',
                code: 'no_contact',
                detail: 'The contact is no longer there',
              }
            return { outcome: 'sent', providerMessageId: message.messageId, delivered: true }
          } catch (error) {
            return {
              outcome: 'refused',
              class: 'retry',
              code: 'feed',
              detail: `The feed could not be written: ${(error as { code?: string }).code ?? 'no answer'}`,
            }
          }
        },
        close: () => together.drain(),
      }
    },
  })
