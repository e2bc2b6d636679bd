import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { signatureOf } from './signature.ts'

type Json = Readonly<Record<string, unknown>>

/** What the server does with one request. Unset: what Meta does when all is well. */
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

export interface AskedFor {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string
  readonly body: Buffer
  /** Of a JSON request. */
  readonly json: Json | undefined
}

export interface PretendWhatsapp {
  readonly baseUrl: string
  readonly settings: {
    readonly accessToken: string
    readonly phoneNumberId: string
    readonly businessAccountId: string
    readonly appSecret: string
    readonly verifyToken: string
    readonly baseUrl: string
  }
  /** Every request with the right token, in the order they came. */
  readonly asked: AskedFor[]
  /** What was taken and would be on its way, oldest first. */
  readonly taken: { readonly id: string; readonly message: Json }[]
  /** The templates its business account has. */
  templates: Json[]
  /** Changes what it does with messages, or with everything else. */
  become(doing: Doing): void
  whenAsked(doing: Doing): void
  /** A signed call of its webhook. */
  webhook(...changes: { field: string; value: Json }[]): { headers: Record<string, string>; payload: string }
  /** A signed report on one message it took. */
  report(id: string, status: string, more?: Json): { headers: Record<string, string>; payload: string }
  /** A signed call that says what a person wrote. */
  writes(message: Json, contact?: Json): { headers: Record<string, string>; payload: string }
  stop(): Promise<void>
}

/** A refusal as Meta words it. */
export const refusal = (
  code: number,
  details: string,
  status = 400,
  headers: Readonly<Record<string, string>> = {},
): Doing => ({
  says: {
    status,
    headers,
    body: {
      error: {
        message: `(#${code}) ${details}`,
        type: 'OAuthException',
        code,
        error_data: { messaging_product: 'whatsapp', details },
        fbtrace_id: 'AbCdEf',
      },
    },
  },
})

const PAGE = 2

/** Meta's Cloud API for tests, on 127.0.0.1, that can misbehave as a carrier can. */
export async function startPretendWhatsapp(first: Doing = {}): Promise<PretendWhatsapp> {
  const phoneNumberId = '106540352242922'
  const businessAccountId = '102290129340398'
  const accessToken = 'a-token-of-the-pretended-account'
  const appSecret = 'meta-app-secret-0123456789abcdef'
  const asked: AskedFor[] = []
  const taken: { id: string; message: Json }[] = []
  const sockets = new Set<Socket>()
  let doing = first
  let whenAsked: Doing = {}
  let made = 0

  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined)
    if (body) await serve(request, response, body)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const pretend: PretendWhatsapp = {
    baseUrl,
    settings: { accessToken, phoneNumberId, businessAccountId, appSecret, verifyToken: 'meatyhamhock', baseUrl },
    asked,
    taken,
    templates: [],
    become(next) {
      doing = next
    },
    whenAsked(next) {
      whenAsked = next
    },
    webhook(...changes) {
      // As Meta writes it: whatever is not ASCII escaped.
      const payload = JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [{ id: businessAccountId, changes }],
      }).replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
      return {
        headers: { 'content-type': 'application/json', 'x-hub-signature-256': signatureOf(payload, appSecret) },
        payload,
      }
    },
    report: (id, status, more = {}) =>
      pretend.webhook({
        field: 'messages',
        value: {
          ...ours,
          statuses: [
            {
              id,
              status,
              timestamp: `${Math.floor((performance.timeOrigin + performance.now()) / 1000)}`,
              biz_opaque_callback_data: taken.find((one) => one.id === id)?.message.biz_opaque_callback_data,
              ...more,
            },
          ],
        },
      }),
    writes: (message, contact = {}) =>
      pretend.webhook({ field: 'messages', value: { ...ours, contacts: [contact], messages: [message] } }),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  const ours = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '33757590000', phone_number_id: phoneNumberId },
  }
  return pretend

  async function serve(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const url = new URL(request.url!, 'http://pretend')
    if (request.headers.authorization !== `Bearer ${accessToken}`)
      return void answer(response, refusal(190, 'Error validating access token', 401).says as Answer)
    const contentType = request.headers['content-type'] ?? ''
    const json = contentType === 'application/json' ? (JSON.parse(body.toString()) as Json) : undefined
    asked.push({ method: request.method!, path: url.pathname, query: url.searchParams, contentType, body, json })

    const isMessage = request.method === 'POST' && url.pathname === `/v23.0/${phoneNumberId}/messages`
    const todo = isMessage ? doing : whenAsked
    const id = `wamid.${++made}`
    if (isMessage && json && (todo.takes ?? todo.says === undefined)) taken.push({ id, message: json })
    if (todo.delayMs) await sleep(todo.delayMs)
    if (todo.says === 'nothing') return
    if (todo.says === 'reset') return void request.socket.resetAndDestroy()
    const says = typeof todo.says === 'object' ? todo.says : usual(request.method!, url, json, id)
    if (todo.says !== 'dies half way') return answer(response, says)
    response.writeHead(says.status, { 'content-length': '5000' })
    response.write(JSON.stringify(says.body).slice(0, 20), () => request.socket.destroy())
  }

  function usual(method: string, url: URL, json: Json | undefined, id: string): Answer {
    const path = `${method} ${url.pathname}`
    if (path === `POST /v23.0/${phoneNumberId}/messages`)
      return {
        status: 200,
        body: {
          messaging_product: 'whatsapp',
          contacts: [{ input: json?.to ?? json?.recipient, wa_id: '33612345678' }],
          messages: [{ id, message_status: 'accepted' }],
        },
      }
    if (path === `POST /v23.0/${phoneNumberId}/media`) return { status: 200, body: { id: `media-${made}` } }
    if (path === `GET /v23.0/${phoneNumberId}`)
      return {
        status: 200,
        body: { id: phoneNumberId, display_phone_number: '+33 7 57 59 00 00', verified_name: 'Pretended' },
      }
    if (path === `GET /v23.0/${businessAccountId}/message_templates`) {
      const from = Number(url.searchParams.get('after') ?? 0)
      const to = from + PAGE
      return {
        status: 200,
        body: {
          data: pretend.templates.slice(from, to),
          paging: {
            cursors: { before: `${from}`, after: `${to}` },
            ...(to < pretend.templates.length ? { next: 'http://192.0.2.1/never-followed' } : {}),
          },
        },
      }
    }
    return refusal(100, 'Unsupported get request', 400).says as Answer
  }

  function answer(response: ServerResponse, { status, headers = {}, body }: Answer): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(text)
  }
}
