import { isIP, type LookupFunction } from 'node:net'
import type { NodemailerError } from 'nodemailer/lib/errors'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Network } from '../provider.ts'
import { parseReply } from './reply.ts'
import { createSession, type Outcome, type Session } from './session.ts'
import type { SmtpSettings } from './settings.ts'

/** Why no session came about. `misconfigured`: nothing will change until somebody edits the account. */
export type OpenFailure =
  | Exclude<Outcome, { kind: 'accepted' }>
  | { readonly kind: 'misconfigured'; readonly code: string; readonly detail: string }

export type Opened =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly failure: OpenFailure }

const PRIVATE = 'The mail server is not on the public internet, and this installation connects to public addresses only'
const LOOPBACK = /^(localhost|127\..*|::1|\[::1\])$/i

/** Node's and OpenSSL's words for a certificate or a TLS port that does not fit, in ours. */
const TLS_FAULTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "The mail server's certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "The mail server's certificate comes from an authority this machine does not know",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "The mail server's certificate comes from an authority this machine does not know",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "The mail server's certificate comes from an authority this machine does not know",
  CERT_HAS_EXPIRED: "The mail server's certificate has expired",
  CERT_NOT_YET_VALID: "The mail server's certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "The mail server's certificate is for another name",
  ERR_SSL_WRONG_VERSION_NUMBER: 'The port does not speak TLS from the start: switch `secure` off, or use port 465',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'The port does not speak TLS from the start: switch `secure` off, or use port 465',
}

/** Connects, encrypts and signs in by nodemailer's connection class; the mails then go through our own session. Never rejects. */
export async function openSession(
  settings: SmtpSettings,
  network: Network | undefined,
  onEnd: () => void,
): Promise<Opened> {
  const { lookup } = network ?? {}
  if (!lookup) return openAt(settings.host, settings, onEnd)
  const found = await resolve(settings.host, lookup, settings.timeouts.connectMs)
  return typeof found === 'string' ? openAt(found, settings, onEnd) : { ok: false, failure: found }
}

/** Nodemailer asks a resolver of its own: with a lookup of ours it is given the address, and keeps the name for TLS. */
function resolve(host: string, lookup: LookupFunction, limitMs: number): Promise<string | OpenFailure> {
  return new Promise((done) => {
    const limit = setTimeout(() => done(lost('ETIMEDOUT')), limitMs)
    lookup(host, {}, (error, address) => {
      clearTimeout(limit)
      if (!error) return done(String(address))
      done(error.code === 'EPRIVATE' ? misconfigured('EPRIVATE', PRIVATE) : lost(error.code ?? 'EDNS'))
    })
  })
}

function openAt(address: string, settings: SmtpSettings, onEnd: () => void): Promise<Opened> {
  const { host, port, secure, requireTls, ignoreTls, rejectUnauthorized, user, password, timeouts, clientName } =
    settings
  const connection = new SMTPConnection({
    host: address,
    port,
    secure,
    requireTLS: requireTls,
    ignoreTLS: ignoreTls,
    connectionTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.greetingMs,
    // On this machine nobody stands between, and Debian's Postfix has a certificate it made itself.
    tls: {
      rejectUnauthorized: rejectUnauthorized && (secure || requireTls || !LOOPBACK.test(host)),
      ...(isIP(host) ? {} : { servername: host }),
    },
    ...(clientName ? { name: clientName } : {}),
  })

  return new Promise((resolve) => {
    const fail = (failure: OpenFailure) => {
      clearTimeout(limit)
      resolve({ ok: false, failure })
      connection.close()
    }
    // Nodemailer's limits are on silence: a server that trickles would never meet them.
    const limit = setTimeout(() => fail(lost('ETIMEDOUT')), timeouts.connectMs + 2 * timeouts.greetingMs)
    // Kept for the life of the connection: an 'error' without a listener would end the process.
    connection.on('error', (error: NodemailerError) => fail(readFailure(error)))
    connection.on('end', () => fail(lost('ECONNRESET')))

    connection.connect((error) => {
      if (error) return fail(readFailure(error))
      const ehlo = String(connection.lastServerResponse)
      const ready = () => {
        clearTimeout(limit)
        resolve({ ok: true, session: createSession(connection, ehlo, onEnd) })
      }
      if (!user) return ready()
      if (!connection.allowsAuth) return fail(misconfigured('EAUTH', 'The mail server offers no sign-in on this port'))
      if (!connection.secure && !ignoreTls && !LOOPBACK.test(host)) {
        return fail(
          misconfigured(
            'ETLS',
            'The mail server offers no encryption, so the password was not sent; set `ignoreTls` to send it in the clear',
          ),
        )
      }
      connection.login({ user, pass: password ?? '' }, (refused) => (refused ? fail(readFailure(refused)) : ready()))
    })
  })
}

const misconfigured = (code: string, detail: string): OpenFailure => ({ kind: 'misconfigured', code, detail })

const lost = (code: string): OpenFailure => ({ kind: 'lost', code, mayHaveArrived: false, untouched: true })

function readFailure(error: NodemailerError): OpenFailure {
  const cause = error.originalCode ?? error.code ?? 'ESOCKET'
  const tlsFault = TLS_FAULTS[cause]
  if (tlsFault) return misconfigured(cause, tlsFault)

  if (error.response && error.responseCode) {
    const lines = error.response.split('\n').map((line) => line.replace(/^\d{3}[ -]?/, ''))
    const reply = parseReply(error.responseCode, lines)
    if (error.code === 'ETLS' && error.responseCode >= 500)
      return misconfigured('ETLS', 'The mail server does not encrypt (STARTTLS)')
    return { kind: 'refused', stage: error.code === 'EAUTH' ? 'auth' : 'connect', reply }
  }
  if (error.code === 'EAUTH')
    return misconfigured('EAUTH', 'The mail server offers no way to sign in with a user and a password')
  return lost(cause)
}
