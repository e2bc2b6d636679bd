import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Pretended, pretend } from './pretended.ts'

export interface PretendedStripe extends Pretended {
  /** What was asked for, in order. */
  readonly asked: { readonly path: string; readonly form: URLSearchParams; readonly headers: IncomingHttpHeaders }[]
  /** Answers requests instead, until it is emptied. */
  refusing: { readonly status: number; readonly error: object } | undefined
}

/** As much of Stripe's API as asks for a page to pay on, and for money to go back. */
export async function pretendStripe(): Promise<PretendedStripe> {
  const state: Pick<PretendedStripe, 'asked' | 'refusing'> = { asked: [], refusing: undefined }
  const byKey = new Map<string, object>()
  const server = await pretend(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    const path = request.url ?? ''
    state.asked.push({ path, form, headers: request.headers })
    const say = (status: number, body: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (state.refusing) return say(state.refusing.status, { error: state.refusing.error })
    const key = String(request.headers['idempotency-key'] ?? `none ${state.asked.length}`)
    const made = byKey.get(key) ?? answerTo(path, form, byKey.size + 1)
    byKey.set(key, made)
    return say(200, made)
  })
  return Object.assign(state, server)
}

function answerTo(path: string, form: URLSearchParams, n: number): object {
  return path === '/v1/refunds'
    ? { id: `re_pretended_${n}`, object: 'refund', amount: Number(form.get('amount')), status: 'succeeded' }
    : {
        id: `cs_pretended_${n}`,
        object: 'checkout.session',
        url: `https://checkout.example.com/pay/${n}`,
        expires_at: Number(form.get('expires_at')),
      }
}
