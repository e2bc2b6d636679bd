import { z } from 'zod'
import type { Inbound } from '../../channels/inbound.ts'
import type { Report, WebhookCall, WebhookResult } from '../../channels/report.ts'
import { toInbound, WireInbound } from './inbound.ts'
import { verify } from './signature.ts'

const WireCall = z.object({
  reports: z
    .array(
      z.object({
        id: z.uuid(),
        message: z.uuid(),
        reference: z.uuid().optional(),
        status: z.enum([
          'delivered',
          'deferred',
          'opened',
          'clicked',
          'read',
          'hard_bounce',
          'soft_bounce',
          'complaint',
          'opted_out',
        ]),
        at: z.iso.datetime(),
        automatic: z.literal(true).optional(),
        link: z.string().max(2_000).optional(),
        cost: z.object({ micros: z.int().min(0), currency: z.string().max(6) }).optional(),
      }),
    )
    .max(1000)
    .default([]),
  inbound: z.array(WireInbound).max(100).default([]),
  /** Anything else is of a newer sandbox. */
  other: z.array(z.string()).max(100).default([]),
})

type WireStatus = z.infer<typeof WireCall>['reports'][number]['status']

/** The sandbox's words in ours. */
const MEANING: Readonly<Record<WireStatus, Pick<Report, 'status' | 'suppress' | 'code' | 'detail'>>> = {
  delivered: { status: 'delivered' },
  deferred: { status: 'deferred', code: '451', detail: 'The sandbox goes on trying' },
  opened: { status: 'opened' },
  clicked: { status: 'clicked' },
  read: { status: 'read' },
  hard_bounce: { status: 'bounced', suppress: 'hard_bounce', code: '550', detail: 'The sandbox says: no such address' },
  soft_bounce: { status: 'bounced', code: '452', detail: 'The sandbox says: it cannot be reached for now' },
  opted_out: { status: 'failed', suppress: 'opted_out', code: 'opted_out', detail: 'The sandbox says: asked to stop' },
  complaint: {
    status: 'delivered',
    suppress: 'complaint',
    code: 'complaint',
    detail: 'The sandbox says: reported as unwanted',
  },
}

/** Checks a call's signature and age, and reads what it reports and hands on. */
export function receiveReports(
  key: Buffer,
  channel: Inbound['channel'],
  { headers, body, receivedAt }: WebhookCall,
): WebhookResult {
  const verdict = verify(key, headers, body, receivedAt)
  if (verdict === 'stale') return { ok: false, reason: 'stale', detail: 'The call is older than five minutes' }
  if (verdict !== 'genuine')
    return { ok: false, reason: 'bad_signature', detail: 'The signature does not fit the body' }
  let json: unknown
  try {
    json = JSON.parse(body.toString())
  } catch {
    return { ok: false, reason: 'unreadable', detail: 'The body is not JSON' }
  }
  const read = WireCall.safeParse(json)
  if (!read.success)
    return { ok: false, reason: 'unreadable', detail: 'The body is not a list of reports and messages' }
  return {
    ok: true,
    reports: read.data.reports.map(({ id, message, reference, status, at, automatic, link, cost }) => ({
      eventId: id,
      providerMessageId: message,
      at: new Date(at),
      ...MEANING[status],
      ...(reference ? { messageId: reference } : {}),
      ...(automatic ? { automatic } : {}),
      ...(link ? { link } : {}),
      ...(cost ? { cost } : {}),
    })),
    inbound: read.data.inbound.map((one) => toInbound(one, channel)),
    unknown: read.data.other,
  }
}
