import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import { newId } from '../../../platform/ids.ts'
import type { Webhook } from '../../channels/report.ts'
import type { NewReceipt } from '../receipt-store.ts'
import { type BoxSettings, createBox } from './box.ts'
import { createListener, type ListenerSettings } from './listener.ts'
import { BOUNCES, BOUNCES_ACCOUNT_ID, createBounceMails, type MailEnvelope, type MailKind } from './mails.ts'
import type { ReturnPaths } from './return-path.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly workerId: string
  readonly returnPaths: Pick<ReturnPaths, 'read'>
  /** Undefined: no mail server of our own listens. */
  readonly listener: ListenerSettings | undefined
  /** Undefined: no mailbox is read. */
  readonly box: BoxSettings | undefined
  /** Resolves when the receipt is durable. */
  readonly keep: (receipt: NewReceipt) => Promise<unknown>
  readonly onError: (error: unknown) => void
  /** Told of each mail, by what it was. */
  readonly observe?: (mail: { readonly via: string; readonly kind: MailKind | 'refused' }) => void
}

/** Mail that comes back: taken in, kept as it came, and read by the same job as carriers' webhooks. */
export function createBounces({ listener, box, clock, keep: keepReceipt, ...deps }: Deps) {
  const mails = createBounceMails(deps)
  const webhook: Webhook = { receive: mails.receive, ours: true }

  async function keep(mail: Buffer, { via, from, to }: MailEnvelope): Promise<void> {
    const receivedAt = clock.now()
    await keepReceipt({
      id: newId(receivedAt),
      provider: BOUNCES,
      accountId: BOUNCES_ACCOUNT_ID,
      method: 'POST',
      headers: {},
      query: {
        via,
        ...(from === undefined ? {} : { from: storable(from) }),
        ...(to === undefined ? {} : { to: storable(to) }),
      },
      body: mail,
      receivedAt,
    })
  }
  const server = listener && createListener({ ...listener, ...deps, keep })
  const reader = box && createBox({ ...box, ...deps, clock, keep })

  return {
    /** The reading side, for who works receipts through; nothing comes to it over HTTP. */
    webhookOf: (provider: string): Webhook | undefined => (provider === BOUNCES ? webhook : undefined),
    /** Rejects when the listener's address is taken. */
    async start(): Promise<void> {
      await server?.start()
      reader?.start()
    },
    /** The port that the listener has; 0 without one. */
    port: (): number => server?.port() ?? 0,
    async stop(): Promise<void> {
      await Promise.all([server?.stop(), reader?.stop()])
    },
  }
}

/** Postgres keeps no NUL in text, and nobody has a control character in an address. */
const storable = (address: string): string => address.replace(/\p{Cc}/gu, '').slice(0, 1_000)
