import { sleep } from '../../bench/lab/processes.ts'
import type { Answer } from '../../bench/lab/product.ts'
import type { Scenario, Stage } from './frame/scenario.ts'
import { anEmail } from './frame/send.ts'

const DUE_WITHIN_MS = 2_000
const AROUND_MS = 400

interface CancelAnswer {
  readonly messages?: readonly { readonly id: string; readonly cancelled: boolean; readonly mayHaveArrived?: boolean }[]
}

/** A third is cancelled within moments of leaving, while the mail server hangs up on some and a worker is killed. */
export const cancelled: Scenario = {
  name: 'cancelled',
  what: 'a third cancelled around the moment they leave, while mails are cut off and the worker is killed',
  plan: { messages: 3_000, perSecond: 250, layout: 'redis' },
  request: (n) => ({
    ...anEmail(n),
    ...(n % 3 === 0 ? { sendAt: new Date(Date.now() + dueInMs(n)).toISOString() } : {}),
  }),
  async strike(stage) {
    const { at, fault, kill, site, plan } = stage
    const cancelling = cancelSome(stage)
    await at(0.3)
    await fault('the mail server hangs up on a tenth after the last byte, some taken and some not', async () => {
      await site.sink.fault(
        [
          { at: 'content', share: 0.05, answer: 'drop', keeps: true },
          { at: 'content', share: 0.05, answer: 'drop' },
        ],
        plan.seed,
      )
      await at(0.6)
      await site.sink.fault([])
    })
    await kill('worker')
    await cancelling
  },
  expect: { mayFail: (reason) => /tries/.test(reason) },
}

const dueInMs = (n: number): number => (n * 7_919) % DUE_WITHIN_MS

async function cancelSome({ accepted, cancelled, site, random, plan, notes }: Stage): Promise<void> {
  const answers: Record<string, number> = {}
  const cancelOne = async (n: number) => {
    const one = accepted[n]!
    const number = Number(one.requestKey.split('-')[1])
    if (number % 3 !== 0) return
    await sleep(Math.max(0, dueInMs(number) + (random() * 2 - 1) * AROUND_MS))
    const answer: Answer<CancelAnswer> | undefined = await site.product
      .call<CancelAnswer>('POST', `/v1/notifications/${one.notificationId}/cancel`)
      .catch(() => undefined)
    answers[answer?.status ?? 'none'] = (answers[answer?.status ?? 'none'] ?? 0) + 1
    for (const message of answer?.status === 200 ? (answer.body.messages ?? []) : [])
      if (message.cancelled)
        cancelled.push({
          messageId: message.id,
          at: Date.now(),
          mayHaveArrived: message.mayHaveArrived ?? false,
        })
  }
  const open: Promise<void>[] = []
  while (open.length < plan.messages) {
    if (open.length < accepted.length) open.push(cancelOne(open.length))
    else await sleep(10)
  }
  await Promise.all(open)
  notes.push(
    `cancels answered ${JSON.stringify(answers)}, of those in doubt ${cancelled.filter((one) => one.mayHaveArrived).length}`,
  )
}
