import { type Answer, type Doing, type PretendCarrier, startPretendCarrier } from '../http-client/pretend-carrier.ts'

export const API_KEY = 'abcd1234'
export const API_SECRET = 'a-secret-of-the-pretended-account'

const basic = `Basic ${Buffer.from(`${API_KEY}:${API_SECRET}`).toString('base64')}`

/** Refusals as Vonage words them: all parts, or as many as there are statuses. */
export const refusal = (status: string, text: string): Doing => ({
  says: answerOf([{ status, 'error-text': text }]),
})

const answerOf = (messages: readonly object[]): Answer => ({
  status: 200,
  body: { 'message-count': `${messages.length}`, messages },
})

/** Vonage's SMS API for tests: takes every part, at 3.33 cents each. */
export function startPretendVonage(doing?: Doing): Promise<PretendCarrier> {
  let made = 0
  return startPretendCarrier(({ path, headers, body }) => {
    if (headers.authorization !== basic)
      return path === '/sms/json'
        ? answerOf([{ status: '4', 'error-text': 'Bad Credentials' }])
        : { status: 401, body: { 'error-code': '401', 'error-code-label': 'authentication failed' } }
    if (path === '/account/get-balance') return { status: 200, body: { value: 3.14, autoReload: false } }
    if (path !== '/sms/json') return { status: 404, body: '' }
    const form = new URLSearchParams(body)
    const parts = Number(form.get('client-ref')?.split('.')[1] ?? 1)
    return answerOf(
      Array.from({ length: parts }, () => ({
        to: form.get('to'),
        'message-id': `0A${(++made).toString(16).toUpperCase().padStart(14, '0')}`,
        status: '0',
        'remaining-balance': '3.14159265',
        'message-price': '0.03330000',
        network: '20801',
        'client-ref': form.get('client-ref'),
      })),
    )
  }, doing)
}
