import { type Asked, type Doing, type PretendCarrier, startPretendCarrier } from '../http-client/pretend-carrier.ts'
import { signatureOf } from './signature.ts'

/** A sent SMS, as far as OVHcloud's own description of its API goes (`sms.Outgoing`). */
export type SentSms = Readonly<Record<string, string | number | null>> & { readonly id: number; readonly tag: string }

export interface PretendOvh {
  readonly carrier: PretendCarrier
  readonly account: {
    readonly applicationKey: string
    readonly applicationSecret: string
    readonly consumerKey: string
    readonly serviceName: string
    readonly baseUrl: string
  }
  /** What was taken, oldest first. */
  readonly taken: SentSms[]
  /** Requests but those for the time. */
  asked(): Asked[]
  /** What it does with everything but the time; `takes`: the message goes out whatever is said. */
  become(doing: Doing & { readonly takes?: boolean }): void
  /** What it does when asked for the time. */
  whenAskedForTime(doing: Doing): void
  /** An SMS has come so far. */
  report(
    id: number,
    change: { readonly ptt?: number; readonly deliveryReceipt?: number; readonly deliveredAt?: string },
  ): void
  /** Moves its clock against ours. */
  skew(ms: number): void
}

const SERVICE = 'sms-ab12345-1'
/** OVHcloud takes signatures of so long ago. */
const TOLERANCE_S = 30

/** OVHcloud's SMS API for tests, on 127.0.0.1: it checks every signature against its own clock. */
export async function startPretendOvh(): Promise<PretendOvh> {
  const keys = { applicationKey: 'AppKey0123456789', applicationSecret: 'a1'.repeat(16), consumerKey: 'c2'.repeat(16) }
  const taken: SentSms[] = []
  let doing: Doing & { readonly takes?: boolean } = {}
  let forTime: Doing = {}
  let skewMs = 0

  const carrier = await startPretendCarrier(usual, (asked) => {
    if (asked.path.endsWith('/auth/time')) return forTime
    if (doing.takes) take(asked)
    return doing
  })
  return {
    carrier,
    account: { ...keys, serviceName: SERVICE, baseUrl: `${carrier.baseUrl}/1.0` },
    taken,
    asked: () => carrier.asked.filter(({ path }) => !path.endsWith('/auth/time')),
    become(next) {
      doing = next
    },
    whenAskedForTime(next) {
      forTime = next
    },
    report(id, change) {
      const at = taken.findIndex((one) => one.id === id)
      taken[at] = { ...taken[at]!, ...change }
    },
    skew(ms) {
      skewMs = ms
    },
  }

  function usual(asked: Asked): { status: number; body: string | object } {
    if (asked.path === '/1.0/auth/time') return { status: 200, body: `${nowSeconds()}` }
    const fault = faultOf(asked)
    if (fault) return fault
    const sms = /^\/1\.0\/sms\/sms-ab12345-1(?:\/(jobs|outgoing)(?:\/(\d+))?)?$/.exec(asked.path)
    if (!sms) return { status: 404, body: { class: 'Client::NotFound', message: 'Got an invalid (or empty) URL' } }
    const [, part, id] = sms
    if (part === 'jobs' && asked.method === 'POST') return { status: 200, body: take(asked) }
    if (part === 'outgoing' && id === undefined)
      return { status: 200, body: taken.filter(({ tag }) => tag === asked.query.get('tag')).map((one) => one.id) }
    const one = taken.find((sent) => `${sent.id}` === id)
    if (part === 'outgoing')
      return one
        ? { status: 200, body: one }
        : { status: 404, body: { class: 'Client::NotFound', message: 'This service does not exist' } }
    return { status: 200, body: { name: SERVICE, status: 'enable', creditsLeft: 100 } }
  }

  function faultOf({ method, path, query, headers, body }: Asked) {
    const timestamp = Number(headers['x-ovh-timestamp'])
    if (headers['x-ovh-application'] !== keys.applicationKey)
      return { status: 403, body: { errorCode: 'INVALID_KEY', message: 'This application key is invalid' } }
    if (headers['x-ovh-consumer'] !== keys.consumerKey)
      return { status: 403, body: { errorCode: 'INVALID_CREDENTIAL', message: 'This credential is not valid' } }
    const url = `${carrier.baseUrl}${path}${query.size > 0 ? `?${query}` : ''}`
    if (headers['x-ovh-signature'] !== signatureOf({ method, url, body, timestamp }, keys))
      return { status: 400, body: { errorCode: 'INVALID_SIGNATURE', message: 'Invalid signature' } }
    if (Math.abs(timestamp - nowSeconds()) > TOLERANCE_S)
      return { status: 400, body: { errorCode: 'QUERY_TIME_OUT', message: 'Query out of time' } }
    return undefined
  }

  function take({ body }: Asked): object {
    const { receivers, tag, message, sender } = JSON.parse(body) as Record<string, string> & { receivers: string[] }
    const id = 27_814_656 + taken.length
    taken.push({
      id,
      tag: tag ?? '',
      message: message ?? '',
      sender: sender ?? '',
      receiver: receivers[0]!,
      creationDatetime: new Date(nowSeconds() * 1000).toISOString(),
      deliveredAt: null,
      credits: 1,
      deliveryReceipt: 0,
      ptt: 0,
      numberOfSms: 1,
    })
    return { totalCreditsRemoved: 1, invalidReceivers: [], ids: [id], validReceivers: receivers }
  }

  function nowSeconds(): number {
    return Math.floor((performance.timeOrigin + performance.now() + skewMs) / 1000)
  }
}
