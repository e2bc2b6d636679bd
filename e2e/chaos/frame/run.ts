import { type Lab, sleep, until } from '../../../bench/lab/processes.ts'
import { createContacts } from '../../../bench/lab/product.ts'
import { query } from '../../../bench/lab/servers.ts'
import { randomFrom } from '../../../bench/sink-faults.ts'
import { type Evidence, gather, openTries, storyOf } from './evidence.ts'
import type { Plan, Scenario, Stage, Strike } from './scenario.ts'
import { anEmail, MESSAGES_PER_CONTACT, type Sending, sendAll } from './send.ts'
import { openSite } from './site.ts'
import { judge, RECOVERY_TARGET_MS, type Verdict } from './verdict.ts'

export interface Run {
  readonly plan: Plan
  readonly evidence: Evidence
  readonly verdict: Verdict
  readonly notes: readonly string[]
}

const SETTLED_WITHIN_MS = 90_000
/** A killed process is started again after a moment, at most so long. */
const DOWN_MS = 500
/** A statement that a dead process had already handed over may still commit. */
const LAST_WORDS_MS = 200

/** Plays one scenario from an empty installation to the count at the end. */
export async function runScenario(lab: Lab, scenario: Scenario, plan: Plan): Promise<Run> {
  const site = await openSite(lab, plan.layout, scenario.site)
  const contacts = await createContacts(site.product, Math.ceil(plan.messages / MESSAGES_PER_CONTACT))
  const random = randomFrom(plan.seed)
  const struck: Strike[] = []
  const sending: Sending = { accepted: [], answeredAgain: 0, answers: {} }
  let began = Date.now()
  const now = () => Date.now() - began
  const windowMs = (plan.messages / plan.perSecond) * 1000

  /** What an earlier strike interrupted stays without an answer: only what began after it is under way. */
  const underWay = () =>
    openTries(site.databaseUrl(), new Date(began + Math.max(0, ...struck.map((strike) => strike.endedAtMs))))

  const stage: Stage = {
    plan,
    site,
    random,
    accepted: sending.accepted,
    cancelled: [],
    notes: [],
    at: (share) => sleep(Math.max(0, share * windowMs - now())),
    async fault(name, work) {
      const strike = { fault: name, inFlight: (await underWay()) ?? 0, atMs: now(), endedAtMs: 0 }
      struck.push(strike)
      await work()
      strike.endedAtMs = now()
    },
    async kill(...names) {
      const before = (await underWay()) ?? 0
      const atMs = now()
      await Promise.all(names.map((name) => site.product.processes.get(name)!.kill()))
      await sleep(LAST_WORDS_MS)
      const inFlight = (await underWay()) ?? before
      await sleep(random() * DOWN_MS)
      for (const [name, running] of site.product.processes) if (!running.alive()) site.product.restart(name)
      await site.product.ready()
      struck.push({ fault: `kill -9 ${names.join(' and ')}`, atMs, inFlight, endedAtMs: now() })
    },
  }

  await scenario.prepare?.(stage)
  began = Date.now()
  const sent = sendAll(site.serving, plan, contacts, scenario.request ?? anEmail, sending)
  // Whichever fails first is told; the other must not become an unhandled rejection meanwhile.
  await Promise.all([sent, scenario.strike(stage)])
  const settledFrom = now()
  const settled = await until('everything to be settled', SETTLED_WITHIN_MS, async () => {
    const [row] = await query<{ n: number }>(site.databaseUrl(), 'select count(*)::int n from message_work')
    return row?.n === 0
  }).then(
    () => true,
    () => false,
  )
  const also = await scenario.expect?.also?.(stage)
  const evidence = await gather(stage, {
    sending,
    struck,
    began,
    settledAfterMs: settled ? now() - settledFrom : undefined,
  })
  const verdict = judge(evidence, scenario.expect, also)
  if (verdict.caughtUpAfterMs > RECOVERY_TARGET_MS)
    for (const id of verdict.latest) stage.notes.push(`late: ${await storyOf(site.databaseUrl(), id, began)}`)
  await Promise.all(site.serving.map((product) => product.stop()))
  for (const { name, exited } of site.serving.flatMap((product) => [...product.processes.values()])) {
    const code = await exited
    if (code !== 0) stage.notes.push(`at the end the ${name} was asked to stop and ended with ${code}`)
  }
  return { plan, evidence, verdict, notes: stage.notes }
}
