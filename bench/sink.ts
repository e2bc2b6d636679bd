/**
 * A mail server that takes everything and keeps nothing but counts: fast enough never to be what a bench measures.
 * Runs as its own process: `node bench/sink.ts --keep`. Prints one JSON line `{smtp, control}` with its two ports when
 * it listens. The control port speaks HTTP: GET /report, GET /wait?count=&timeoutMs=, GET /mails and /refused (with --keep),
 * POST /reset, POST /behave?delayMs=&hold=1|0, POST /listen?on=1|0, POST /faults {faults, seed}.
 */
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { faultAt, type SinkFault, type SinkStage, setFaults } from './sink-faults.ts'

/** What the sink has taken since it started or was last reset. Times are milliseconds since 1970. */
export interface SinkReport {
  mails: number
  recipients: number
  bytes: number
  connections: number
  firstAt: number
  lastAt: number
  /** Mails taken in each whole second, from the first one's. */
  perSecond: number[]
}

/** One mail as the sink saw it: enough to count what was lost or doubled. */
export interface SunkMail {
  messageId: string
  recipients: string[]
  at: number
}

const END_OF_MAIL = Buffer.from('\r\n.\r\n')
const NEW_LINE = 10
const HEAD_BYTES = 8192
const NO_BYTES = Buffer.alloc(0)
const LINE_START = Buffer.from('\r\n')

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    control: { type: 'string', default: '0' },
    keep: { type: 'boolean', default: false },
  },
})

const emptyReport = (): SinkReport => ({
  mails: 0,
  recipients: 0,
  bytes: 0,
  connections: 0,
  firstAt: 0,
  lastAt: 0,
  perSecond: [],
})

let report = emptyReport()
let mails: SunkMail[] = []
/** Mails whose content was answered with a refusal. */
let refused: SunkMail[] = []
const sockets = new Set<Socket>()
let delayMs = 0
let held: (() => void)[] | undefined
let waiting: { count: number; settle: () => void }[] = []

function countMail(recipients: string[], bytes: number, head: Buffer): void {
  const now = Date.now()
  if (report.mails === 0) report.firstAt = now
  report.mails += 1
  report.recipients += recipients.length
  report.bytes += bytes
  report.lastAt = now
  const second = Math.floor((now - report.firstAt) / 1000)
  report.perSecond[second] = (report.perSecond[second] ?? 0) + 1
  if (options.keep) mails.push(seen(recipients, head, now))
  if (waiting.length > 0) {
    for (const waiter of waiting.filter(({ count }) => report.mails >= count)) waiter.settle()
  }
}

const seen = (recipients: string[], head: Buffer, at: number): SunkMail => ({
  messageId: /^message-id:\s*(<[^>\r\n]*>)/im.exec(head.toString('latin1'))?.[1] ?? '',
  recipients,
  at,
})

/** One SMTP conversation. Answers to pipelined commands leave in one write. */
function serve(socket: Socket): void {
  report.connections += 1
  socket.setNoDelay(true)
  let inMail = false
  let rest: Buffer = NO_BYTES
  let recipients: string[] = []
  let bytes = 0
  let head: Buffer = NO_BYTES
  let isOpen = false
  let deaf = false
  let isLeaving = false

  const reply = (text: string) => {
    if (text !== '' && !socket.destroyed) socket.write(text)
  }
  /** Does what goes wrong at this stage, and says what to answer then; undefined when nothing does. */
  const misbehave = (stage: SinkStage): string | undefined => {
    const fault = faultAt(stage)
    if (!fault) return undefined
    if (stage === 'content') {
      if (fault.keeps) countMail(recipients, bytes, head)
      else if (options.keep && fault.answer !== 'drop' && fault.answer !== 'hang')
        refused.push(seen(recipients, head, Date.now()))
    }
    if (fault.answer === 'hang') deaf = true
    else if (fault.answer === 'drop') socket.destroy()
    else {
      isLeaving = stage === 'greeting' || fault.answer.startsWith('421')
      return `${fault.answer}\r\n`
    }
    return ''
  }
  const accept = (text: string) => {
    if (held) held.push(() => reply(text))
    else if (delayMs > 0) setTimeout(() => reply(text), delayMs)
    else return text
    return ''
  }
  /** Answers one command line; takes `DATA` as the start of a mail. */
  const answer = (line: string): string => {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        return '250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 52428800\r\n'
      case 'MAIL': {
        recipients = []
        const answer = misbehave('mail')
        isOpen = answer === undefined
        return answer ?? '250 2.1.0 OK\r\n'
      }
      case 'RCPT': {
        if (!isOpen) return '503 5.5.1 MAIL first\r\n'
        const answer = misbehave('rcpt')
        if (answer !== undefined) return answer
        recipients.push(/<([^>]*)>/.exec(line)?.[1] ?? '')
        return '250 2.1.5 OK\r\n'
      }
      case 'DATA': {
        if (recipients.length === 0) return '503 5.5.1 RCPT first\r\n'
        const answer = misbehave('data')
        if (answer !== undefined) return answer
        inMail = true
        bytes = 0
        head = NO_BYTES
        return '354 Go on\r\n'
      }
      case 'HELO':
      case 'RSET':
      case 'NOOP':
        return '250 2.0.0 OK\r\n'
      case 'QUIT':
        socket.end('221 2.0.0 Bye\r\n')
        return ''
      default:
        return '502 5.5.2 Not here\r\n'
    }
  }

  socket.on('data', (chunk: Buffer) => {
    if (deaf || isLeaving) return
    let buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let replies = ''
    while (!deaf && !isLeaving && !socket.destroyed) {
      if (inMail) {
        const end = buffer.indexOf(END_OF_MAIL)
        const taken = end < 0 ? Math.max(0, buffer.length - 4) : end
        if (options.keep && head.length < HEAD_BYTES) {
          head = Buffer.concat([head, buffer.subarray(0, Math.min(taken, HEAD_BYTES - head.length))])
        }
        bytes += taken
        if (end < 0) {
          rest = Buffer.from(buffer.subarray(taken))
          break
        }
        inMail = false
        buffer = buffer.subarray(end + END_OF_MAIL.length)
        const answer = misbehave('content')
        if (answer === undefined) countMail(recipients, bytes, head)
        replies += answer ?? accept('250 2.0.0 Taken\r\n')
        recipients = []
      } else {
        const end = buffer.indexOf(NEW_LINE)
        if (end < 0) {
          rest = buffer.length > 0 ? Buffer.from(buffer) : NO_BYTES
          break
        }
        replies += answer(buffer.toString('latin1', 0, end).trimEnd())
        buffer = buffer.subarray(end + 1)
        // The line end before an immediate "." belongs to the DATA command.
        if (inMail) buffer = buffer.length > 0 ? Buffer.concat([LINE_START, buffer]) : LINE_START
      }
    }
    if (replies !== '') reply(replies)
    if (isLeaving) socket.end()
  })
  sockets.add(socket)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => sockets.delete(socket))
  reply(misbehave('greeting') ?? '220 sink.test ESMTP\r\n')
  if (isLeaving) socket.end()
}

function waitFor(count: number, timeoutMs: number, done: () => void): void {
  if (report.mails >= count) {
    done()
    return
  }
  const settle = () => {
    clearTimeout(timer)
    waiting = waiting.filter((other) => other !== waiter)
    done()
  }
  const waiter = { count, settle }
  const timer = setTimeout(settle, timeoutMs)
  waiting.push(waiter)
}

function behave(query: URLSearchParams): void {
  delayMs = Number(query.get('delayMs') ?? delayMs)
  if (query.get('hold') === '1') held ??= []
  if (query.get('hold') === '0') {
    for (const release of held ?? []) release()
    held = undefined
  }
}

function listen(on: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (on) return void smtp.listen(smtpPort, '127.0.0.1', resolve)
    smtp.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}

const control = createHttpServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://sink.test')
  const json = (body: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /report':
      return json(report)
    case 'GET /wait':
      return waitFor(Number(url.searchParams.get('count')), Number(url.searchParams.get('timeoutMs')), () =>
        json(report),
      )
    case 'GET /mails':
      return json(mails)
    case 'GET /refused':
      return json(refused)
    case 'POST /reset':
      report = emptyReport()
      mails = []
      refused = []
      return json(report)
    case 'POST /faults': {
      const { faults, seed } = JSON.parse(await text(request)) as { faults: SinkFault[]; seed: number }
      setFaults(faults, seed)
      return json({})
    }
    case 'POST /listen':
      await listen(url.searchParams.get('on') === '1')
      return json({})
    case 'POST /behave':
      behave(url.searchParams)
      return json(report)
    default:
      return response.writeHead(404).end()
  }
})

const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port
let smtpPort = Number(options.port)
const smtp = createServer({ noDelay: true }, serve)
smtp.listen(smtpPort, '127.0.0.1', () => {
  smtpPort = portOf(smtp)
  control.listen(Number(options.control), '127.0.0.1', () => {
    console.log(JSON.stringify({ smtp: smtpPort, control: portOf(control) }))
  })
})
// The one who started it holds its stdin; when that ends (also by kill -9) so does the sink.
process.stdin.on('end', () => process.exit(0)).resume()
