import type { Socket } from 'node:net'
import type { NodemailerError } from 'nodemailer/lib/errors'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { createReplyReader, type Reply } from './reply.ts'

export interface Envelope {
  readonly from: string
  readonly to: string
  /** The recipient's local part is not ASCII (RFC 6531). */
  readonly needsUtf8: boolean
}

/** What a reply answered. `content` is the mail itself, answered after its final dot. */
export type Stage = 'connect' | 'auth' | 'rset' | 'mail' | 'rcpt' | 'data' | 'content'

export type Outcome =
  | { readonly kind: 'accepted'; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly stage: Stage; readonly reply: Reply }
  /** The connection ended first. `mayHaveArrived`: the final dot had left this machine. `untouched`: the server had not answered anything yet. */
  | { readonly kind: 'lost'; readonly code: string; readonly mayHaveArrived: boolean; readonly untouched: boolean }

/** A signed-in connection that carries one mail at a time. */
export interface Session {
  readonly sent: number
  readonly alive: boolean
  /** Never rejects. A server that has not answered after `limitMs` is `lost` with the code ETIMEDOUT. */
  deliver(envelope: Envelope, mime: Buffer, limitMs: number): Promise<Outcome>
  /** Says goodbye and closes. */
  quit(): void
}

interface Transaction {
  readonly envelope: Envelope
  readonly mime: Buffer
  readonly settle: (outcome: Outcome) => void
  readonly timer: NodeJS.Timeout
  refusal: Outcome | undefined
  isUntouched: boolean
  hasLeft: boolean
}

const FINAL_DOT = Buffer.from('.\r\n', 'latin1')
const LINE_DOT = Buffer.from('\r\n.', 'latin1')
const DOT = 46
/** A mail larger than this is not copied once more just to leave in one write. */
const COPIED_SIZE = 256 * 1024
const QUIT_LIMIT_MS = 1000

/**
 * Takes over a connection that nodemailer opened, secured and signed in, and speaks MAIL, RCPT and DATA itself. That costs
 * a quarter of the processor time of nodemailer's own `send` (no stream per mail, the envelope in one write), and it knows
 * whether the last byte had left when a connection died, which tells `retry` from `uncertain`.
 * `ehlo` is the server's answer to EHLO; `onEnd` is called once, however the connection ends.
 */
export function createSession(connection: SMTPConnection, ehlo: string, onEnd: () => void): Session {
  const socket = connection._socket as Socket
  const offers = (extension: string) => new RegExp(`^250[ -]${extension}\\b`, 'im').test(ehlo)
  const pipelines = offers('PIPELINING')
  const takesUtf8 = offers('SMTPUTF8')
  const announcesSize = offers('SIZE')
  const largest = Number(/^250[ -]SIZE +(\d+)/im.exec(ehlo)?.[1] ?? 0) || Number.POSITIVE_INFINITY

  let alive = true
  let sent = 0
  let mustReset = false
  let transaction: Transaction | undefined
  let awaited: Stage[] = []
  let unsent: Stage[] = []
  // Mail and final dot in one piece, used again: the answer to a mail means its bytes are gone.
  let outgoing = Buffer.alloc(0)

  const reader = createReplyReader({ onReply: answer, onGarbage: () => end('EPROTOCOL') })
  socket.removeAllListeners('data')
  socket.removeAllListeners('timeout')
  socket.setTimeout(0)
  socket.on('data', (chunk) => reader.read(chunk))
  // Nodemailer's own listener runs first and puts its word in place of the system's.
  socket.on('error', (error: NodemailerError) => end(error.originalCode ?? error.code ?? 'ESOCKET'))
  socket.on('end', () => end('ECONNRESET'))
  socket.on('close', () => end('ECONNRESET'))
  if (socket.destroyed) alive = false

  return {
    get sent() {
      return sent
    },
    get alive() {
      return alive
    },
    deliver(envelope, mime, limitMs) {
      if (!alive) return Promise.resolve({ kind: 'lost', code: 'ECONNRESET', mayHaveArrived: false, untouched: true })
      const refusal = refuseHere(envelope, mime)
      if (refusal) return Promise.resolve(refusal)
      return new Promise((settle) => {
        const timer = setTimeout(() => end('ETIMEDOUT'), limitMs)
        transaction = { envelope, mime, settle, timer, refusal: undefined, isUntouched: true, hasLeft: false }
        unsent = mustReset ? ['rset', 'mail', 'rcpt', 'data'] : ['mail', 'rcpt', 'data']
        sendCommands(transaction)
      })
    },
    quit() {
      if (!alive) return
      alive = false
      socket.end('QUIT\r\n')
      setTimeout(() => socket.destroy(), QUIT_LIMIT_MS).unref()
      onEnd()
    },
  }

  /** What the server has said beforehand that it would not take. */
  function refuseHere({ needsUtf8 }: Envelope, mime: Buffer): Outcome | undefined {
    if (needsUtf8 && !takesUtf8) {
      const text = 'The mail server takes no addresses with letters beyond ASCII before the @'
      return { kind: 'refused', stage: 'rcpt', reply: { code: 553, enhanced: '5.6.7', text } }
    }
    if (mime.length > largest) {
      const text = `The mail is larger than the ${largest} bytes the mail server takes`
      return { kind: 'refused', stage: 'mail', reply: { code: 552, enhanced: '5.3.4', text } }
    }
    return undefined
  }

  /** RFC 2920: a server that pipelines is given the whole envelope at once, any other one command at a time. */
  function sendCommands({ envelope, mime }: Transaction) {
    const now = pipelines ? unsent.splice(0) : unsent.splice(0, 1)
    let text = ''
    for (const stage of now) {
      awaited.push(stage)
      if (stage === 'rset') text += 'RSET\r\n'
      else if (stage === 'mail') text += mailCommand(envelope, mime)
      else if (stage === 'rcpt') text += `RCPT TO:<${envelope.to}>\r\n`
      else text += 'DATA\r\n'
    }
    socket.write(text, envelope.needsUtf8 ? 'utf8' : 'latin1')
  }

  function mailCommand({ from, needsUtf8 }: Envelope, mime: Buffer): string {
    return `MAIL FROM:<${from}>${needsUtf8 ? ' SMTPUTF8 BODY=8BITMIME' : ''}${announcesSize ? ` SIZE=${mime.length}` : ''}\r\n`
  }

  function sendContent(current: Transaction) {
    awaited.push('content')
    const body = dotStuffed(current.mime)
    const left = () => {
      current.hasLeft = true
    }
    const size = body.length + FINAL_DOT.length
    if (size > COPIED_SIZE) {
      socket.write(body)
      socket.write(FINAL_DOT, left)
      return
    }
    if (outgoing.length < size) outgoing = Buffer.allocUnsafeSlow(size * 2)
    body.copy(outgoing)
    FINAL_DOT.copy(outgoing, body.length)
    socket.write(outgoing.subarray(0, size), left)
  }

  function answer(reply: Reply) {
    const current = transaction
    // An idle server only speaks to say that it is closing.
    if (!current) return end('ECONNRESET')
    const stage = awaited.shift()
    if (!stage) return end('EPROTOCOL')

    const refused: Outcome = { kind: 'refused', stage, reply }
    if (reply.code === 421) {
      current.refusal ??= refused
      return end('ECONNRESET')
    }
    if (stage === 'rset' && reply.code >= 300) return end('EPROTOCOL')
    current.isUntouched = false

    if (stage === 'data' && !current.refusal && reply.code < 400) return sendContent(current)
    if (stage === 'content' && reply.code >= 400 && !current.hasLeft) {
      // Refused before the mail was out, for its size say: what is still on its way would be read as commands.
      current.refusal = refused
      return end('ECONNRESET')
    }
    if (stage === 'content' && reply.code < 300) {
      sent++
      mustReset = false
      settle({ kind: 'accepted', reply })
      return current.hasLeft ? undefined : end('EPROTOCOL')
    }
    if (reply.code >= 400) {
      current.refusal ??= refused
      mustReset = true
    } else if (stage === 'data' || stage === 'content') {
      // It wants a mail whose sender or recipient it has just refused: the only way back is a new connection.
      return end('EPROTOCOL')
    }

    if (current.refusal && awaited.length === 0) return settle(current.refusal)
    if (unsent.length > 0 && !current.refusal) sendCommands(current)
  }

  function settle(outcome: Outcome) {
    const current = transaction
    transaction = undefined
    awaited = []
    unsent = []
    if (!current) return
    clearTimeout(current.timer)
    current.settle(outcome)
  }

  function end(code: string) {
    if (!alive) return
    if (transaction && code !== 'EPROTOCOL') reader.end()
    if (!alive) return
    alive = false
    const current = transaction
    settle(
      current?.refusal ?? {
        kind: 'lost',
        code,
        mayHaveArrived: current?.hasLeft ?? false,
        untouched: current?.isUntouched ?? true,
      },
    )
    socket.destroy()
    onEnd()
  }
}

/** RFC 5321 §4.5.2. The composer's own mails never need it; those with attachments may. */
function dotStuffed(mime: Buffer): Buffer {
  const ended = mime.at(-1) === 10 ? mime : Buffer.concat([mime, Buffer.from('\r\n')])
  if (ended[0] !== DOT && ended.indexOf(LINE_DOT) < 0) return ended
  return Buffer.from(ended.toString('latin1').replace(/^\.|(?<=\r\n)\./g, '..'), 'latin1')
}
