import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the server does with one request. Unset: what SendGrid does when all is well. */
export interface Doing {
  /** Whether the mail goes out, whatever is said about it. It does when the answer is the usual one. */
  readonly takes?: boolean
  readonly delayMs?: number
  /** `nothing`: never; `reset`: the connection dies once the request has been read; `dies half way`: in the middle of the answer. */
  readonly says?: Answer | 'nothing' | 'reset' | 'dies half way'
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body: string | object
}

// biome-ignore lint/suspicious/noExplicitAny: a request as it came; the assertions say what it must be
type Json = any

export interface AskedFor {
  readonly method: string
  readonly path: string
  readonly contentType: string
  readonly body: Json
  /** What it was answered; undefined when it got none. */
  answer?: { readonly status: number; readonly body: string }
}

/** A call of the event webhook, for a test to make. */
export interface EventCall {
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string
}

/** A mail that was taken and would be on its way. */
interface TakenMail {
  /** The `X-Message-Id` it was answered with. */
  readonly id: string
  readonly mail: Json
}

export interface PretendSendgrid {
  readonly baseUrl: string
  readonly apiKey: string
  /** The verification key of its event webhook. */
  readonly webhookKey: string
  readonly asked: AskedFor[]
  readonly taken: TakenMail[]
  /** Changes what it does with mails from now on: always the same, or decided for each. */
  become(doing: Doing | ((n: number) => Doing)): void
  /** Signs a call of the event webhook, as SendGrid does. Fields given win over those it fills in. */
  report(events: readonly ({ taken?: TakenMail } & Json)[], at: Date): EventCall
  stop(): Promise<void>
}

/** A refusal as SendGrid words it. */
export const refusal = (
  status: number,
  message: string,
  field: string | null = null,
  headers: Readonly<Record<string, string>> = {},
): Doing => ({ says: { status, headers, body: { errors: [{ message, field, help: null }] } } })

/** SendGrid's Mail Send for tests, on 127.0.0.1, that can misbehave as a carrier can. */
export async function startPretendSendgrid(first: Doing = {}): Promise<PretendSendgrid> {
  const apiKey = 'SG.a-key-of-the-pretended-account'
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const asked: AskedFor[] = []
  const taken: TakenMail[] = []
  const sockets = new Set<Socket>()
  let doing: Doing | ((n: number) => Doing) = first
  let requests = 0
  let reported = 0

  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined)
    if (body) await serve(request, response, body.toString())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey,
    webhookKey: keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    asked,
    taken,
    become(next) {
      doing = next
    },
    report(events, at) {
      const timestamp = Math.floor(at.getTime() / 1000)
      const list = events.map(({ taken: about, ...event }) => ({
        email: about?.mail.personalizations[0].to[0].email ?? 'somebody@example.com',
        timestamp,
        'smtp-id': '<pretended@geopod-ismtpd-1>',
        sg_event_id: `ZXZ0${`${++reported}`.padStart(12, '0')}`,
        ...(about ? { sg_message_id: `${about.id}.recvd-6f4c5b7d9-abcde-1-65A4F2B0-12.0` } : {}),
        ...about?.mail.personalizations[0].custom_args,
        ...event,
      }))
      // SendGrid's bodies end in a line break, which is signed.
      const payload = `${JSON.stringify(list)}\r\n`
      return {
        payload,
        headers: {
          'content-type': 'application/json',
          'x-twilio-email-event-webhook-timestamp': `${timestamp}`,
          'x-twilio-email-event-webhook-signature': sign(
            'sha256',
            Buffer.from(`${timestamp}${payload}`),
            keys.privateKey,
          ).toString('base64'),
        },
      }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }

  async function serve(request: IncomingMessage, response: ServerResponse, text: string): Promise<void> {
    const call: AskedFor = {
      method: request.method!,
      path: request.url!,
      contentType: request.headers['content-type'] ?? '',
      body: text && JSON.parse(text),
    }
    asked.push(call)
    const isKnown = request.headers.authorization === `Bearer ${apiKey}`
    const unknown = refusal(401, 'The provided authorization grant is invalid, expired, or revoked')
    const usual = typeof doing === 'function' ? doing(++requests) : doing
    const todo = isKnown ? usual : unknown
    const isTest = call.body.mail_settings?.sandbox_mode?.enable === true
    const takes = !isTest && (todo.takes ?? todo.says === undefined)
    const id = `wrfRRvF7Q0GgwUo2C${`${taken.length}`.padStart(5, '0')}`
    if (takes) taken.push({ id, mail: call.body })
    if (todo.delayMs) await sleep(todo.delayMs)
    if (todo.says === 'nothing') return
    if (todo.says === 'reset') return void request.socket.resetAndDestroy()
    const ok: Answer = isTest ? { status: 200, body: '' } : { status: 202, headers: { 'x-message-id': id }, body: '' }
    const says = typeof todo.says === 'object' ? todo.says : ok
    if (todo.says !== 'dies half way') {
      call.answer = answer(response, says)
      return
    }
    response.writeHead(202, { 'x-message-id': id, 'content-length': '5000' })
    response.write('{"half', () => request.socket.destroy())
  }
}

function answer(response: ServerResponse, { status, headers = {}, body }: Answer): { status: number; body: string } {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
  return { status, body: text }
}
