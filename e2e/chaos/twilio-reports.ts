import { request } from 'undici'
import { sleep, until } from '../../bench/lab/processes.ts'
import { query } from '../../bench/lab/servers.ts'
import type { Callback } from '../../src/engine/providers/twilio/pretend-server.ts'
import type { Scenario, Stage } from './frame/scenario.ts'
import { byTwilio, carrierOf } from './frame/twilio-site.ts'

const TIMES = 3
const AT_ONCE = 20
const REPORTED_WITHIN_MS = 60_000
/** Every fifth phone is gone. */
const UNKNOWN_NUMBER = 30_005
const isUnreachable = (n: number): boolean => n % 5 === 0

/** Twilio's status callbacks, each three times and in any order, while the worker that reads them is killed. */
export const twilioReports: Scenario = {
  ...byTwilio,
  name: 'twilio-reports',
  what: 'every status callback of the HTTP carrier comes three times and in any order, the worker killed meanwhile',
  plan: { messages: 1_000, perSecond: 150, layout: 'redis' },
  async strike(stage) {
    await stage.at(1)
    // The last ones are still on their way.
    await until(
      'everything to be taken',
      REPORTED_WITHIN_MS,
      () => carrierOf(stage).copies.length >= stage.plan.messages,
    )
    const reporting = report(stage)
    await sleep(300)
    await stage.kill('worker')
    await reporting
  },
  expect: { doubles: 'none', mayFail: (reason) => reason.includes(String(UNKNOWN_NUMBER)), also: sameEnd },
}

async function report(stage: Stage): Promise<void> {
  const { twilio, copies } = carrierOf(stage)
  const calls: Callback[] = []
  // What it took, in the order it took them, is what we counted, in that order.
  for (const [n, { sid }] of [...twilio.taken].entries()) {
    for (const status of ['sending', 'sent', isUnreachable(n) ? 'undelivered' : 'delivered']) {
      const call = twilio.report(sid, status, status === 'undelivered' ? UNKNOWN_NUMBER : undefined)
      for (let time = 0; call && time < TIMES; time++) calls.push(call)
    }
  }
  for (let last = calls.length - 1; last > 0; last--) {
    const other = Math.floor(stage.random() * (last + 1))
    ;[calls[last], calls[other]] = [calls[other]!, calls[last]!]
  }
  stage.notes.push(`${calls.length} calls about ${copies.length} messages`)
  let refused = 0
  const caller = async () => {
    for (let call = calls.pop(); call; call = calls.pop()) {
      const answer = await request(call.url, { method: 'POST', headers: call.headers, body: call.payload }).catch(
        () => undefined,
      )
      await answer?.body.dump()
      if (answer === undefined || answer.statusCode >= 500) {
        calls.unshift(call)
        await sleep(100)
      } else if (answer.statusCode !== 204) {
        refused += 1
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, caller))
  if (refused > 0) throw new Error(`${refused} status callbacks were refused`)
}

async function sameEnd(stage: Stage): Promise<string[]> {
  const { copies } = carrierOf(stage)
  const url = stage.site.databaseUrl()
  const count = async (text: string) => (await query<{ n: number }>(url, text))[0]!.n
  await until('every report to be worked through', REPORTED_WITHIN_MS, async () => {
    return (await count('select count(*)::int n from webhook_receipt where processed_at is null')) === 0
  })
  const rows = await query<{ id: string; status: number }>(url, 'select id, status from message')
  const ended = new Map(rows.map(({ id, status }) => [id, status]))
  const wrong = copies.filter(({ messageId }, n) => ended.get(messageId) !== (isUnreachable(n) ? FAILED : DELIVERED))
  const problems = await count('select count(*)::int n from webhook_receipt where problem is not null')
  const letters = await count('select count(*)::int n from dead_letter')
  const gone = copies.filter((_, n) => isUnreachable(n)).length
  return [
    ...(wrong.length ? [`${wrong.length} messages did not end where their reports lead`] : []),
    ...(problems ? [`${problems} receipts could not be worked through`] : []),
    ...(letters === gone ? [] : [`${letters} dead letters for ${gone} phones that are gone`]),
  ]
}

const DELIVERED = 4
const FAILED = 9
