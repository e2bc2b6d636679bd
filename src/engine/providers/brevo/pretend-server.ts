import { type Doing, type PretendCarrier, startPretendCarrier } from '../http-client/pretend-carrier.ts'

export const API_KEY = 'xkeysib-0123456789abcdef'

/** A refusal as Brevo words it. */
export const refusal = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Doing => ({ says: { status, headers, body: { code, message } } })

/** Brevo's API for tests: takes every SMS, and lists a `sent` event for each that it has taken. */
export async function startPretendBrevo(doing?: Doing): Promise<PretendCarrier> {
  let made = 1_511_882_900_176_219
  const carrier = await startPretendCarrier(({ path, headers, query }) => {
    if (headers['api-key'] !== API_KEY) return { status: 401, body: { code: 'unauthorized', message: 'Key not found' } }
    if (path === '/account') return { status: 200, body: { email: 'sample@example.org' } }
    if (path === '/transactionalSMS/send') return { status: 201, body: { messageId: ++made } }
    if (path !== '/transactionalSMS/statistics/events') return { status: 404, body: '' }
    const tags: unknown = JSON.parse(query.get('tags') ?? '[]')
    const events = carrier.asked
      .filter((one) => one.path === '/transactionalSMS/send')
      .map((one) => JSON.parse(one.body) as { tag: string; recipient: string })
      .filter(({ tag }) => Array.isArray(tags) && tags.includes(tag))
      .map(({ tag, recipient }, n) => ({
        date: '2026-01-15T10:00:00Z',
        event: 'sent',
        messageId: `${made + n}`,
        phoneNumber: recipient,
        tag,
      }))
    return { status: 200, body: { events } }
  }, doing)
  return carrier
}
