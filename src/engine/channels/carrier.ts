import type { Outbound } from './outbound.ts'
import type { SendResult } from './send-result.ts'

/** One organization's way to send on a channel, as `app.ts` wires it: a provider's connection with its account. */
export interface Carrier {
  readonly accountId: string
  readonly provider: string
  readonly whenUncertain: 'resend' | 'ask' | 'stop'
  send(message: Outbound): Promise<SendResult>
  find?(message: Outbound): Promise<SendResult | undefined>
}
