import { sleep, until } from '../../../bench/lab/processes.ts'
import type { Answer, Product } from '../../../bench/lab/product.ts'
import type { Accepted, Plan, Scenario } from './scenario.ts'

interface NotificationAnswer {
  readonly id: string
  readonly duplicate: boolean
  readonly messages: readonly { readonly id: string }[]
}

/** What the sending of a scenario comes to. */
export interface Sending {
  readonly accepted: Accepted[]
  /** Answers that said `duplicate: true`: the first answer was lost, the message was not. */
  answeredAgain: number
  /** How often each status was answered; `none`: no answer at all. */
  readonly answers: Record<string, number>
}

const ACCEPTED_WITHIN_MS = 90_000
/** Each contact gets so many at most: the hourly cap lets them all through. */
export const MESSAGES_PER_CONTACT = 50

/** Sends at a steady pace and insists on a 202 for each, as a careful host application does. */
export async function sendAll(
  serving: readonly Product[],
  { messages, perSecond }: Plan,
  contacts: readonly string[],
  request: NonNullable<Scenario['request']>,
  sending: Sending,
): Promise<void> {
  const ask = async (n: number, body: unknown): Promise<Answer<NotificationAnswer> | undefined> => {
    const product = serving[n % serving.length]!
    const answer = await product.call<NotificationAnswer>('POST', '/v1/notifications', body).catch(() => undefined)
    const status = answer?.status ?? 'none'
    sending.answers[status] = (sending.answers[status] ?? 0) + 1
    return answer
  }
  const send = async (n: number) => {
    const requestKey = `request-${n}`
    const body = { to: { contactId: contacts[n % contacts.length] }, ...request(n), dedupeKey: requestKey }
    let turn = n
    const answer = await until(`a 202 for message ${n}`, ACCEPTED_WITHIN_MS, async () => {
      const reply = await ask(turn++, body)
      if (reply?.status === 202) return reply.body
      if (reply !== undefined && reply.status < 500 && reply.status !== 429)
        throw new Error(`Message ${n} was refused: ${reply.status} ${JSON.stringify(reply.body)}`)
      await sleep(100)
      return undefined
    })
    if (answer.duplicate) sending.answeredAgain += 1
    sending.accepted.push({
      requestKey,
      notificationId: answer.id,
      messageId: answer.messages[0]!.id,
      at: Date.now(),
    })
  }
  const open: Promise<void>[] = []
  const began = performance.now()
  for (let n = 0; n < messages; n++) {
    const waitMs = (n / perSecond) * 1000 - (performance.now() - began)
    if (waitMs > 2) await sleep(waitMs)
    open.push(send(n))
  }
  await Promise.all(open)
}

/** What most scenarios send. */
export const anEmail = (n: number) => ({
  type: 'message.custom',
  channels: ['email'],
  payload: { subject: `Message ${n}`, body: `Message ${n} : votre commande est prête.` },
})
