import type { Readable } from 'node:stream'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import { inTime } from '../../../platform/in-time.ts'
import type { MailEnvelope } from './mails.ts'
import { LARGEST_MAIL_BYTES } from './parsed-mail.ts'
import type { ReturnPaths } from './return-path.ts'

export interface ListenerSettings {
  readonly host: string
  readonly port: number
  /** PEM. Set: STARTTLS is offered. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
}

interface Deps extends ListenerSettings {
  readonly returnPaths: Pick<ReturnPaths, 'read'>
  /** Resolves when the mail is durable. */
  readonly keep: (mail: Buffer, envelope: MailEnvelope) => Promise<void>
  /** Told of each mail that was turned away at its address. */
  readonly observe?: (refused: { readonly via: 'smtp'; readonly kind: 'forged' | 'refused' }) => void
  readonly onError: (error: unknown) => void
}

/**
 * A returned mail may hold the whole one, attachments and all: this much is taken, so that no server drops its bounce for
 * its size, and the first part of it is kept.
 */
const LARGEST_TAKEN_BYTES = 50 * 1024 * 1024
const MOST_RECIPIENTS = 10
const MOST_CLIENTS = 50
const SILENCE_MS = 60_000
const STOP_WITHIN_MS = 3_000
/** Servers wait ten minutes for the answer after a mail (RFC 5321 §4.5.3.2.6). */
const KEEP_WITHIN_MS = 30_000

/** A mail server that takes what comes back to addresses we signed, and nothing else. It sends nothing on. */
export function createListener({ host, port, tls, returnPaths, keep, observe, onError }: Deps) {
  const server = new SMTPServer({
    name: 'carillon',
    banner: 'Returned mail only',
    authOptional: true,
    disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...(tls ? { cert: tls.cert, key: tls.key } : {}),
    size: LARGEST_TAKEN_BYTES,
    maxClients: MOST_CLIENTS,
    socketTimeout: SILENCE_MS,
    closeTimeout: STOP_WITHIN_MS,
    disableReverseLookup: true,
    logger: false,

    onRcptTo({ address }, session, callback) {
      const { kind } = returnPaths.read(address)
      if (kind !== 'message') {
        observe?.({ via: 'smtp', kind: kind === 'forged' ? 'forged' : 'refused' })
        return callback(refusal(550, '5.1.1 No such address here'))
      }
      if (session.envelope.rcptTo.length >= MOST_RECIPIENTS) return callback(refusal(452, '4.5.3 Too many recipients'))
      callback()
    },

    onData(stream, session, callback) {
      const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address
      const recipients = session.envelope.rcptTo.map(({ address }) => address)
      read(stream)
        .then(async (mail) => {
          if (!mail) return callback(refusal(552, '5.3.4 Larger than what is taken here'))
          const allKept = Promise.all(recipients.map((to) => keep(mail, { via: 'smtp', from, to })))
          await inTime('The database', allKept, KEEP_WITHIN_MS)
          callback(null, '2.0.0 Kept')
        })
        .catch((error: unknown) => {
          onError(error)
          // The server that holds the mail keeps it and comes again.
          callback(refusal(451, '4.3.0 Cannot be kept for now, come again later'))
        })
    },
  })
  // A client that hangs up in the middle of a sentence is no error of ours.
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') onError(error)
  })

  return {
    /** Rejects when the address is taken. */
    start: (): Promise<void> =>
      new Promise((resolve, reject) => {
        server.server.once('error', reject)
        server.listen(port, host, () => {
          server.server.off('error', reject)
          resolve()
        })
      }),
    /** The port it listens on; useful when it was asked for any. */
    port(): number {
      const address = server.server.address()
      return typeof address === 'object' && address ? address.port : 0
    },
    stop: (): Promise<void> => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** The mail's first bytes; undefined when it is larger than what is taken. */
async function read(stream: Readable & Pick<SMTPServerDataStream, 'sizeExceeded'>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let kept = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (kept >= LARGEST_MAIL_BYTES) continue
    chunks.push(chunk)
    kept += chunk.length
  }
  return stream.sizeExceeded ? undefined : Buffer.concat(chunks).subarray(0, LARGEST_MAIL_BYTES)
}

const refusal = (responseCode: number, words: string): Error => Object.assign(new Error(words), { responseCode })
