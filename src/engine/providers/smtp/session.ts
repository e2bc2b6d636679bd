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
  /**
   * Carries a job, and those `next` gives after it; then `free` is called. While a pipelining server reads one mail, the
   * envelope of the next goes along (RFC 2920 §3.1), which halves the turns on the wire. After the connection's end
   * nothing more is taken: look at `alive`.
   */
  run(job: Job, next: () => Job | undefined, free: () => void): void
  /** Says goodbye and closes. */
  quit(): void
}

export interface Job {
  readonly envelope: Envelope
  readonly mime: Buffer
  /** When it must be over, on the clock of `performance.now()`: a server that has not answered by then is `lost`, ETIMEDOUT. */
  readonly deadline: number
  /** Called once. */
  settle(outcome: Outcome): void
}

interface Transaction {
  readonly job: Job
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
  /** The mail whose replies come in now, and the one whose envelope left together with its content. */
  let current: Transaction | undefined
  let ahead: Transaction | undefined
  const awaited: Stage[] = []
  let unsent: Stage[] = []
  let timer: NodeJS.Timeout | undefined
  let takeNext: () => Job | undefined = () => undefined
  let onFree = () => {}
  // What leaves in one piece, used again: the answer to a mail means its bytes are gone.
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
    run(job, next, free) {
      takeNext = next
      onFree = free
      begin(job)
    },
    quit() {
      if (!alive) return
      alive = false
      socket.end('QUIT\r\n')
      setTimeout(() => socket.destroy(), QUIT_LIMIT_MS).unref()
      onEnd()
    },
  }

  function begin(job: Job) {
    const refusal = alive ? refuseHere(job) : lostBefore('ECONNRESET')
    if (refusal) {
      job.settle(refusal)
      return onFree()
    }
    current = newTransaction(job)
    watch(job)
    unsent = mustReset ? ['rset', 'mail', 'rcpt', 'data'] : ['mail', 'rcpt', 'data']
    socket.write(commands(job), encoding(job))
  }

  function watch({ deadline }: Job) {
    timer = setTimeout(() => end('ETIMEDOUT'), Math.max(1, deadline - performance.now()))
  }

  /** What the server has said beforehand that it would not take. */
  function refuseHere({ envelope, mime }: Job): Outcome | undefined {
    if (envelope.needsUtf8 && !takesUtf8) {
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
  function commands({ envelope, mime }: Job): string {
    let text = ''
    for (const stage of pipelines ? unsent.splice(0) : unsent.splice(0, 1)) {
      awaited.push(stage)
      if (stage === 'rset') text += 'RSET\r\n'
      else if (stage === 'mail') text += mailCommand(envelope, mime)
      else if (stage === 'rcpt') text += `RCPT TO:<${envelope.to}>\r\n`
      else text += 'DATA\r\n'
    }
    return text
  }

  function mailCommand({ from, needsUtf8 }: Envelope, mime: Buffer): string {
    return `MAIL FROM:<${from}>${needsUtf8 ? ' SMTPUTF8 BODY=8BITMIME' : ''}${announcesSize ? ` SIZE=${mime.length}` : ''}\r\n`
  }

  function sendContent(transaction: Transaction) {
    awaited.push('content')
    const body = dotStuffed(transaction.job.mime)
    const envelope = envelopeAhead()
    const size = body.length + FINAL_DOT.length + envelope.length * 3
    const left = () => {
      transaction.hasLeft = true
    }
    if (size > COPIED_SIZE) {
      socket.write(body)
      socket.write(FINAL_DOT, left)
      if (ahead) socket.write(envelope, encoding(ahead.job))
      return
    }
    if (outgoing.length < size) outgoing = Buffer.allocUnsafeSlow(size * 2)
    let end = body.copy(outgoing)
    end += FINAL_DOT.copy(outgoing, end)
    if (ahead) end += outgoing.write(envelope, end, encoding(ahead.job))
    socket.write(outgoing.subarray(0, end), left)
  }

  /** The commands of the next mail, when there is one that may go along. */
  function envelopeAhead(): string {
    const job = pipelines ? takeNext() : undefined
    if (!job) return ''
    const refusal = refuseHere(job)
    if (refusal) {
      job.settle(refusal)
      return ''
    }
    ahead = newTransaction(job)
    unsent = ['mail', 'rcpt', 'data']
    return commands(job)
  }

  function answer(reply: Reply) {
    const stage = awaited.shift()
    // An idle server only speaks to say that it is closing.
    if (!current || !stage) return end('ECONNRESET')

    const refused: Outcome = { kind: 'refused', stage, reply }
    if (reply.code === 421) {
      current.refusal ??= refused
      return end('ECONNRESET')
    }
    if (stage === 'rset' && reply.code >= 300) return end('EPROTOCOL')
    current.isUntouched = false

    if (stage === 'content') return contentAnswered(current, refused, reply)
    if (stage === 'data' && !current.refusal && reply.code < 400) return sendContent(current)
    if (reply.code >= 400) {
      current.refusal ??= refused
      mustReset = true
    } else if (stage === 'data') {
      // It wants a mail whose sender or recipient it has just refused: the only way back is a new connection.
      return end('EPROTOCOL')
    }
    if (current.refusal && awaited.length === 0) return settle(current.refusal)
    if (unsent.length > 0 && !current.refusal) socket.write(commands(current.job), encoding(current.job))
  }

  function contentAnswered(transaction: Transaction, refused: Outcome, reply: Reply) {
    if (reply.code >= 300 && reply.code < 400) return end('EPROTOCOL')
    if (reply.code < 300) sent++
    const outcome: Outcome = reply.code < 300 ? { kind: 'accepted', reply } : refused
    if (transaction.hasLeft) return settle(outcome)
    // Answered before the mail was out, for its size say: what is still on its way would be read as commands.
    transaction.refusal = outcome
    end('ECONNRESET')
  }

  /** The current mail is done with; the one ahead takes its place, or the next begins, or there is none. */
  function settle(outcome: Outcome) {
    clearTimeout(timer)
    const done = current
    current = ahead
    ahead = undefined
    if (current) watch(current.job)
    done?.job.settle(outcome)
    if (!current) onFree()
  }

  function end(code: string) {
    if (!alive) return
    if (current && code !== 'EPROTOCOL') reader.end()
    if (!alive) return
    alive = false
    clearTimeout(timer)
    const [first, second] = [current, ahead]
    current = undefined
    ahead = undefined
    if (first) {
      const { hasLeft: mayHaveArrived, isUntouched: untouched } = first
      first.job.settle(first.refusal ?? { kind: 'lost', code, mayHaveArrived, untouched })
    }
    second?.job.settle(lostBefore('ECONNRESET'))
    socket.destroy()
    onEnd()
    if (first) onFree()
  }
}

const newTransaction = (job: Job): Transaction => ({ job, refusal: undefined, isUntouched: true, hasLeft: false })

const lostBefore = (code: string): Outcome => ({ kind: 'lost', code, mayHaveArrived: false, untouched: true })

const encoding = ({ envelope }: Job) => (envelope.needsUtf8 ? 'utf8' : 'latin1')

/** RFC 5321 §4.5.2. The composer's own mails never need it; those with attachments may. */
function dotStuffed(mime: Buffer): Buffer {
  const ended = mime.at(-1) === 10 ? mime : Buffer.concat([mime, Buffer.from('\r\n')])
  if (ended[0] !== DOT && ended.indexOf(LINE_DOT) < 0) return ended
  return Buffer.from(ended.toString('latin1').replace(/^\.|(?<=\r\n)\./g, '..'), 'latin1')
}
