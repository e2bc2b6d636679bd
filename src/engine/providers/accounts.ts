import type { Carrier } from '../channels/carrier.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'
import type { OutboundOf } from '../channels/outbound.ts'
import type { WebhookCall, WebhookResult } from '../channels/report.ts'
import type { Connection, Provider } from './provider.ts'

/** A provider with credentials. Its id is in the address of its webhooks and on every try it makes. */
export interface ProviderAccount {
  readonly id: string
  readonly provider: string
  readonly channel: Channel
  readonly whenUncertain: Provider['whenUncertain']
  readonly connection: Connection
  readonly receive: ((call: WebhookCall) => WebhookResult) | undefined
}

/** Opens an account. Its settings are checked here: a fault in them is thrown before anything is sent. */
export function openAccount<C extends Channel, Settings>(
  id: string,
  provider: Provider<C, Settings>,
  settings: unknown,
): ProviderAccount {
  const checked = provider.settings.parse(settings)
  const connection = provider.connect(checked)
  const { receive } = provider
  return {
    id,
    provider: provider.name,
    channel: provider.channel,
    whenUncertain: provider.whenUncertain,
    // The account's channel says which messages it is given, so the narrower connection serves.
    connection: connection as unknown as Connection,
    receive: receive && ((call) => receive(call, checked)),
  }
}

export type Accounts = ReturnType<typeof createAccounts>

/** The platform's accounts, one per channel: what an organization without its own sends with. */
export function createAccounts(accounts: readonly ProviderAccount[]) {
  const carriers = new Map<Channel, Carrier>(
    accounts.map(({ id, channel, provider, whenUncertain, connection }) => [
      channel,
      {
        accountId: id,
        provider,
        whenUncertain,
        limits: {},
        send: (message) => connection.send(message),
        ...(connection.find ? { find: (message: OutboundOf<Channel>) => connection.find!(message) } : {}),
      },
    ]),
  )
  const missing = CHANNELS.filter((channel) => !carriers.has(channel))
  if (missing.length) throw new Error(`No provider account for ${missing.join(', ')}`)

  return {
    choose: (_organizationId: string, channel: Channel, { not }: { not?: readonly string[] } = {}) => {
      const carrier = carriers.get(channel)
      return carrier && !not?.includes(carrier.accountId) ? carrier : undefined
    },
    allowance: (_channel: Channel) => ({ listed: new Map<string, number>(), others: undefined }),
    offered: (_organizationId: string, _channel: Channel, _messages: number) => {},
    /** Verifies and reads a webhook of one account; undefined when there is no such account, or it never calls back. */
    receive: (provider: string, accountId: string, call: WebhookCall): WebhookResult | undefined =>
      accounts.find((account) => account.id === accountId && account.provider === provider)?.receive?.(call),
    close: async () => {
      await Promise.all(accounts.map((account) => account.connection.close()))
    },
  }
}
