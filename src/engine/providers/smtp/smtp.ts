import type { Clock } from '../../../platform/clock.ts'
import { parseMailbox } from '../../channels/address.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { createRedactor } from '../redact.ts'
import { toSendResult } from './classify.ts'
import { createComposer } from './compose.ts'
import { createDkimSigner } from './dkim.ts'
import { openSession } from './open.ts'
import { createPool } from './pool.ts'
import { type SmtpSettings, smtpSettings, USUAL_PER_SECOND } from './settings.ts'

/** A mail gets one second more for each of these. */
const BYTES_PER_EXTRA_SECOND = 250_000

export interface SmtpDeps {
  readonly clock: Clock
  /** The envelope sender that a message's bounces come back to, at a domain or in a mailbox. */
  readonly returnPathOf: (messageId: string, at: { readonly domain: string } | { readonly address: string }) => string
}

/**
 * Any SMTP server: one's own, or a carrier's relay. A try whose outcome is unknown is sent again with the same Message-ID,
 * by which mailboxes tell the copy.
 */
export const createSmtpProvider = (deps: SmtpDeps): Provider<'email', SmtpSettings> =>
  defineProvider({
    name: 'smtp',
    channel: 'email',
    settings: smtpSettings,
    limits: { perSecond: USUAL_PER_SECOND },
    hosts: ({ host }) => [host],
    whenUncertain: 'resend',
    connect: (settings, network) => connectSmtp(settings, deps, network),
  })

/** A carrier's relay that only speaks SMTP is connected to in the same way; where it reports bounces itself, without return paths. */
export function connectSmtp(
  settings: SmtpSettings,
  { clock, returnPathOf }: Pick<SmtpDeps, 'clock'> & Partial<SmtpDeps>,
  network?: Network,
): Connection<'email'> {
  const from = parseMailbox(settings.from)
  if (!from) throw new Error('The sender of this SMTP account is not an address')
  const composer = createComposer({ from, clock })
  const signer = settings.dkim && createDkimSigner(settings.dkim)
  const pool = createPool({
    size: settings.pool,
    messagesPerConnection: settings.messagesPerConnection,
    idleMs: settings.timeouts.idleMs,
    open: (onEnd) => openSession(settings, network, onEnd),
  })

  return {
    async send(message): Promise<SendResult> {
      let mail = composer.compose(message)
      if (mail instanceof Promise) {
        try {
          mail = await mail
        } catch {
          return {
            outcome: 'refused',
            class: 'retry',
            code: 'attachment',
            detail: 'An attachment could not be read from storage',
          }
        }
      }
      if (!mail.ok) return { outcome: 'refused', class: 'permanent', code: mail.code, detail: mail.detail }

      const mime = signer ? await signer.sign(mail.mime, clock.now()) : mail.mime
      const limitMs = settings.timeouts.sendMs + Math.floor(mime.length / BYTES_PER_EXTRA_SECOND) * 1000
      const envelope = { from: returnPath(message), to: mail.to, needsUtf8: mail.needsUtf8 }
      const delivery = await pool.deliver(envelope, mime, limitMs)
      return toSendResult(delivery, mail.messageIdHeader, (text) => hiderFor(message)(text))
    },

    async test() {
      const opened = await openSession(settings, network, () => {})
      if (opened.ok) {
        opened.session.quit()
        return { ok: true }
      }
      const result = toSendResult(opened.failure, '', createRedactor([settings.user, settings.password]))
      if (result.outcome === 'sent') return { ok: true }
      const isRefusedSignIn = opened.failure.kind === 'refused' && opened.failure.stage === 'auth'
      return {
        ok: false,
        detail: isRefusedSignIn ? `The mail server refused the user or password: ${result.detail}` : result.detail,
      }
    },

    close: () => pool.close(),
  }

  function returnPath({ messageId }: OutboundEmail): string {
    const { bounceDomain, bounceAddress } = settings
    const at = bounceDomain ? { domain: bounceDomain } : bounceAddress ? { address: bounceAddress } : undefined
    return (at && returnPathOf?.(messageId, at)) ?? from!.address
  }

  function hiderFor({ to, toName, content }: OutboundEmail) {
    return createRedactor([content.subject, toName, to.slice(0, to.lastIndexOf('@')), settings.user, settings.password])
  }
}
