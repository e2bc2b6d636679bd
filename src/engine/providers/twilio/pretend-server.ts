import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { signatureOf } from './signature.ts'

/** What the server does with one request. Unset: what Twilio does when all is well. */
export interface Doing {
  /** Whether the message goes out, whatever is said about it. It does when the answer is the usual one. */
  readonly takes?: boolean
  readonly delayMs?: number
  /** `nothing`: never; `reset`: the connection dies once the request has been read; `dies half way`: in the middle of the answer. */
  readonly says?: Answer | 'nothing' | 'reset' | 'dies half way'
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body: string | object
}

/** A Message resource, as far as Twilio's document goes. */
export type TakenMessage = Readonly<Record<string, string | number | null | object>> & {
  readonly sid: string
  readonly to: string
  readonly body: string
  readonly status: string
}

export interface AskedFor {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly contentType: string
  /** What it was answered; undefined when it got none. */
  answer?: { readonly status: number; readonly body: string }
}

/** A signed call to a status callback, for a test to make. */
export interface Callback {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string
}

export interface PretendTwilio {
  readonly baseUrl: string
  readonly accountSid: string
  readonly authToken: string
  /** Every request with the right credentials, in the order they came. Empty when nothing is kept. */
  readonly asked: AskedFor[]
  /** What was taken and would be on its way to phones, oldest first. */
  readonly taken: TakenMessage[]
  /** How many messages of this number (and text) were taken: more than one is a copy. */
  copies(to: string, body?: string): number
  /** Change what it does with new messages: always the same, or decided for each. */
  become(doing: Doing | ((form: URLSearchParams, n: number) => Doing)): void
  /** Changes what it does with questions about messages. */
  whenAsked(doing: Doing): void
  /** A message has come so far; its callback, if one was asked for. */
  report(sid: string, status: string, errorCode?: number): Callback | undefined
  /** What it costs is known now, to whoever asks. */
  bill(sid: string, price: string): void
  /** A person writes to a number of the account: the call to the address set for it. */
  write(webhookUrl: string, fields: Readonly<Record<string, string>>): Callback
  stop(): Promise<void>
}

interface Options {
  readonly doing?: Doing
  /** `counts` keeps how much was asked and nothing else: for benchmarks. */
  readonly keeps?: 'all' | 'counts'
  /** The server's clock against ours. */
  readonly skewMs?: number
}

/** A refusal as Twilio words it. */
export const refusal = (
  code: number,
  message: string,
  status = 400,
  headers: Readonly<Record<string, string>> = {},
): Doing => ({
  says: { status, headers, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } },
})

/** Twilio's Messages API for tests, on 127.0.0.1, that can misbehave as a carrier can. */
export async function startPretendTwilio({
  doing: first = {},
  keeps = 'all',
  skewMs = 0,
}: Options = {}): Promise<PretendTwilio> {
  const accountSid = `AC${'0123456789abcdef'.repeat(2)}`
  const authToken = 'a-token-of-the-pretended-account'
  const account = `/2010-04-01/Accounts/${accountSid}`
  const basic = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const asked: AskedFor[] = []
  const taken: TakenMessage[] = []
  const callbacks = new Map<string, string>()
  const sockets = new Set<Socket>()
  let doing: Doing | ((form: URLSearchParams, n: number) => Doing) = first
  let whenAsked: Doing = {}
  let posts = 0
  let made = 0

  const server = createServer({ keepAliveTimeout: 30_000 }, async (request, response) => {
    const body = await buffer(request).catch(() => undefined)
    if (body) await serve(request, response, body)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accountSid,
    authToken,
    asked,
    taken,
    copies: (to, body) => taken.filter((one) => one.to === to && (body === undefined || one.body === body)).length,
    become(next) {
      doing = next
    },
    whenAsked(next) {
      whenAsked = next
    },
    report(sid, status, errorCode) {
      const at = taken.findIndex((one) => one.sid === sid)
      if (at < 0) throw new Error(`No message ${sid} was taken`)
      const message = { ...taken[at]!, status, error_code: errorCode ?? null, date_updated: rfc2822(now()) }
      taken[at] = message
      const callback = callbacks.get(sid)
      return callback === undefined ? undefined : callbackOf(callback, message, errorCode)
    },
    bill(sid, price) {
      const at = taken.findIndex((one) => one.sid === sid)
      taken[at] = { ...taken[at]!, price, price_unit: 'USD' }
    },
    write: (webhookUrl, fields) =>
      signed(
        webhookUrl,
        new URLSearchParams({ SmsStatus: 'received', NumMedia: '0', AccountSid: accountSid, ...fields }),
      ),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }

  async function serve(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const url = new URL(request.url!, 'http://pretend')
    const form = new URLSearchParams(body.toString())
    if (request.headers.authorization !== basic)
      return void answer(response, refusal(20003, 'Authenticate', 401).says as Answer)
    const call: AskedFor = {
      method: request.method!,
      path: url.pathname,
      query: url.searchParams,
      form,
      contentType: request.headers['content-type'] ?? '',
    }
    if (keeps === 'all') asked.push(call)

    const isPost = request.method === 'POST' && url.pathname === `${account}/Messages.json`
    const todo = isPost ? (typeof doing === 'function' ? doing(form, ++posts) : doing) : whenAsked
    const message = isPost && (todo.takes ?? todo.says === undefined) ? take(form) : undefined
    if (todo.delayMs) await sleep(todo.delayMs)
    if (todo.says === 'nothing') return
    if (todo.says === 'reset') return void request.socket.resetAndDestroy()
    const says = typeof todo.says === 'object' ? todo.says : usual(call, message)
    if (todo.says !== 'dies half way') {
      call.answer = answer(response, says)
      return
    }
    response.writeHead(says.status, { 'content-length': '5000' })
    response.write(JSON.stringify(says.body).slice(0, 20), () => request.socket.destroy())
  }

  function usual(call: AskedFor, message: TakenMessage | undefined): Answer {
    if (call.method === 'POST') return message ? { status: 201, body: message } : { status: 500, body: '' }
    if (call.path === `${account}/Messages.json`) return { status: 200, body: list(call.query) }
    if (call.path === `${account}.json`)
      return { status: 200, body: { sid: accountSid, friendly_name: 'Pretended', status: 'active', type: 'Full' } }
    const asked = taken.find((one) => call.path === one.uri)
    if (asked) return { status: 200, body: asked }
    return { status: 404, body: { code: 20404, message: 'Not found', status: 404 } }
  }

  function take(form: URLSearchParams): TakenMessage {
    const sid = `SM${(++made).toString(16).padStart(32, '0')}`
    const at = rfc2822(now())
    const message: TakenMessage = {
      account_sid: accountSid,
      api_version: '2010-04-01',
      body: form.get('Body') ?? '',
      date_created: at,
      date_sent: null,
      date_updated: at,
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: form.get('From'),
      messaging_service_sid: form.get('MessagingServiceSid'),
      num_media: '0',
      num_segments: '1',
      price: null,
      price_unit: null,
      sid,
      status: 'queued',
      subresource_uris: { media: `${account}/Messages/${sid}/Media.json` },
      to: form.get('To') ?? '',
      uri: `${account}/Messages/${sid}.json`,
    }
    if (keeps === 'counts') return message
    taken.push(message)
    const callback = form.get('StatusCallback')
    if (callback) callbacks.set(sid, callback)
    return message
  }

  /** Newest first, by pages. `DateSent>` leaves out what has not been sent yet. */
  function list(query: URLSearchParams): object {
    const size = Number(query.get('PageSize') ?? 50)
    const page = Number(query.get('Page') ?? 0)
    const [to, from, sentFrom] = [query.get('To'), query.get('From'), query.get('DateSent>')]
    const all = taken
      .filter((one) => (to === null || one.to === to) && (from === null || one.from === from))
      .filter(
        (one) =>
          sentFrom === null || (one.date_sent !== null && Date.parse(`${one.date_sent}`) >= Date.parse(sentFrom)),
      )
      .reverse()
    const uri = (n: number) => {
      const wanted = new URLSearchParams(query)
      wanted.set('Page', `${n}`)
      return `${account}/Messages.json?${wanted}`
    }
    const messages = all.slice(page * size, (page + 1) * size)
    return {
      messages,
      first_page_uri: uri(0),
      next_page_uri: all.length > (page + 1) * size ? uri(page + 1) : null,
      previous_page_uri: page > 0 ? uri(page - 1) : null,
      uri: uri(page),
      page,
      page_size: size,
      start: page * size,
      end: page * size + Math.max(0, messages.length - 1),
    }
  }

  function answer(response: ServerResponse, { status, headers = {}, body }: Answer): { status: number; body: string } {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const bytes = Buffer.from(text)
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': bytes.length,
      date: now().toUTCString(),
      ...headers,
    })
    response.end(bytes)
    return { status, body: text }
  }

  /** The fragment says how to call; it is neither sent nor signed. */
  function callbackOf(callback: string, message: TakenMessage, errorCode: number | undefined): Callback {
    const url = callback.replace(/#.*$/, '')
    const form = new URLSearchParams({
      SmsSid: message.sid,
      SmsStatus: message.status,
      MessageStatus: message.status,
      To: message.to,
      MessageSid: message.sid,
      AccountSid: accountSid,
      From: `${message.from ?? ''}`,
      ApiVersion: '2010-04-01',
      ...(errorCode === undefined ? {} : { ErrorCode: `${errorCode}` }),
    })
    return signed(url, form)
  }

  function signed(url: string, form: URLSearchParams): Callback {
    return {
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'x-twilio-signature': signatureOf({ url, fields: [...form] }, authToken),
      },
      payload: `${form}`,
    }
  }

  function now(): Date {
    return new Date(performance.timeOrigin + performance.now() + skewMs)
  }
}

const rfc2822 = (time: Date): string => time.toUTCString().replace('GMT', '+0000')
