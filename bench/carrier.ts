/**
 * A carrier's HTTP API, a process of its own: Twilio's Messages and SendGrid's Mail Send, over keep-alive connections,
 * taking everything at once. HTTP is read by hand because Node's server would take more of the processors than what is
 * measured. A second port tells what was taken.
 */
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'

/** What the carrier has taken since it started or was last reset. Times are milliseconds since 1970. */
export interface CarrierReport {
  messages: number
  /** Those taken once more: copies. */
  copies: number
  refused: number
  bytes: number
  connections: number
  firstAt: number
  lastAt: number
}

/** One message as the carrier knows it: our id in it, and the id it was answered with. */
export interface TakenMessage {
  vendor: 'twilio' | 'sendgrid'
  messageId: string
  providerId: string
  to: string
}

const { values: options } = parseArgs({ options: { authorization: { type: 'string', multiple: true, default: [] } } })
const credentials = new Set(options.authorization)

const emptyReport = (): CarrierReport => ({
  messages: 0,
  copies: 0,
  refused: 0,
  bytes: 0,
  connections: 0,
  firstAt: 0,
  lastAt: 0,
})
let report = emptyReport()
let taken = new Map<string, TakenMessage>()
let made = 0
let waiting: { count: number; settle: () => void }[] = []

function take(message: TakenMessage, bytes: number): void {
  const now = Date.now()
  if (report.messages === 0) report.firstAt = now
  if (taken.has(message.messageId)) report.copies += 1
  taken.set(message.messageId, message)
  report.messages += 1
  report.bytes += bytes
  report.lastAt = now
  for (const waiter of waiting.filter(({ count }) => report.messages >= count)) waiter.settle()
}

const answer = (status: string, body: string, headers = ''): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** Twilio's message resource, as long as it really is. */
function byTwilio(path: string, body: string): string | undefined {
  const account = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/Messages\.json$/.exec(path)?.[1]
  const to = /(?:^|&)To=%2B(\d{7,15})(?:&|$)/.exec(body)?.[1]
  if (account === undefined || to === undefined || !/(?:^|&)Body=[^&]/.test(body)) return undefined
  const messageId = /%3Fmessage%3D([0-9a-f-]{36})%23/.exec(body)?.[1] ?? `none-${made}`
  const sid = `SM${(++made).toString(16).padStart(32, '0')}`
  take({ vendor: 'twilio', messageId, providerId: sid, to: `+${to}` }, body.length)
  const at = new Date().toUTCString().replace('GMT', '+0000')
  return answer(
    '201 Created',
    JSON.stringify({
      account_sid: account,
      api_version: '2010-04-01',
      body: 'As it was sent; the sender does not read it back, but it is on the wire.',
      date_created: at,
      date_sent: null,
      date_updated: at,
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: 'Bench',
      messaging_service_sid: null,
      num_media: '0',
      num_segments: '1',
      price: null,
      price_unit: null,
      sid,
      status: 'queued',
      subresource_uris: { media: `/2010-04-01/Accounts/${account}/Messages/${sid}/Media.json` },
      to: `+${to}`,
      uri: `/2010-04-01/Accounts/${account}/Messages/${sid}.json`,
    }),
  )
}

function bySendgrid(body: string): string | undefined {
  const to = /"to":\[\{"email":"([^"]+)"/.exec(body)?.[1]
  const messageId = /"carillon_message_id":"([0-9a-f-]{36})"/.exec(body)?.[1]
  if (to === undefined || messageId === undefined || !body.endsWith('}')) return undefined
  const providerId = `bench${(++made).toString(36).padStart(17, '0')}`
  take({ vendor: 'sendgrid', messageId, providerId, to }, body.length)
  return answer('202 Accepted', '', `x-message-id: ${providerId}\r\n`)
}

/** Answers one whole request. */
function serve(head: string, body: string): string {
  const [method, path] = head.slice(0, head.indexOf('\r\n')).split(' ', 2)
  const authorization = /\r\nauthorization: ([^\r\n]+)/i.exec(head)?.[1] ?? ''
  const isKnown = credentials.has(authorization)
  const said =
    method !== 'POST' || !isKnown ? undefined : path === '/v3/mail/send' ? bySendgrid(body) : byTwilio(path!, body)
  if (said !== undefined) return said
  report.refused += 1
  return answer(isKnown ? '400 Bad Request' : '401 Unauthorized', '{"message":"This is no message"}')
}

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const NO_BYTES = Buffer.alloc(0)

/** One connection: requests one after the other, in however many pieces they come. */
function converse(socket: Socket): void {
  report.connections += 1
  let rest: Buffer = NO_BYTES
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let answers = ''
    for (;;) {
      const end = rest.indexOf(END_OF_HEAD)
      if (end < 0) break
      const head = rest.toString('latin1', 0, end)
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
      const whole = end + END_OF_HEAD.length + length
      if (rest.length < whole) break
      answers += serve(head, rest.toString('utf8', end + END_OF_HEAD.length, whole))
      rest = rest.length > whole ? rest.subarray(whole) : NO_BYTES
    }
    if (answers !== '') socket.write(answers)
  })
}

function waitFor(count: number, timeoutMs: number, done: () => void): void {
  if (report.messages >= count) {
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

const control = createHttpServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://carrier.test')
  const json = (body: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /wait':
      return waitFor(Number(url.searchParams.get('count')), Number(url.searchParams.get('timeoutMs')), () =>
        json(report),
      )
    case 'GET /taken':
      return json([...taken.values()])
    case 'POST /reset':
      report = emptyReport()
      taken = new Map()
      return json(report)
    default:
      return response.writeHead(404).end()
  }
})

const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port
const carrier = createServer(converse)
carrier.listen(0, '127.0.0.1', () => {
  control.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ port: portOf(carrier), control: portOf(control) }))
  })
})
// The one who started it holds its stdin; when that ends (also by kill -9) so does the carrier.
process.stdin.on('end', () => process.exit(0)).resume()
