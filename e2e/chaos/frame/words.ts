import type { Run } from './run.ts'
import type { Scenario } from './scenario.ts'
import { seconds } from './verdict.ts'

/** One line, then the details. */
export function describe(scenario: Scenario, { plan, evidence, verdict, notes }: Run): string {
  const { lost, unexplained, sentAfterCancel, broken } = verdict
  const states = Object.entries(Object.groupBy(evidence.messages.values(), ({ status }) => status))
    .map(([status, messages]) => `${status} ${messages?.length}`)
    .join(', ')
  const reasons = Object.entries(
    Object.groupBy(
      [...evidence.messages.values()].filter(({ status }) => status === 'failed'),
      ({ reason }) => reason ?? 'no reason',
    ),
  ).map(([reason, messages]) => `${reason} ${messages?.length}`)
  return [
    `${broken.length === 0 ? 'held  ' : 'BROKEN'}  ${scenario.name}: ${verdict.accepted} accepted = ${verdict.sent} sent + ${verdict.failed} failed + ${verdict.cancelled} cancelled + ${verdict.waiting} waiting · lost ${lost.length} · extra copies ${verdict.extraCopies} (tries of unknown outcome ${verdict.unknownTries}, unexplained ${unexplained.length}) · after a confirmed cancel ${sentAfterCancel.length} of ${verdict.confirmedCancels} · caught up ${seconds(verdict.caughtUpAfterMs)} after the fault`,
    `        ${scenario.what}`,
    `        seed ${plan.seed}, ${plan.layout}, ${plan.messages} messages at ${plan.perSecond}/s; answers ${JSON.stringify(evidence.sending.answers)}, of them known already ${evidence.sending.answeredAgain}`,
    ...evidence.struck.map(
      (strike) =>
        `        ${String(strike.atMs).padStart(6)} ms  ${strike.fault} (${strike.inFlight} tries under way; over after ${strike.endedAtMs - strike.atMs} ms)`,
    ),
    `        ${verdict.nextAfterMs === undefined ? 'nothing came after it' : `next message ${verdict.nextAfterMs} ms after it`}; ${evidence.settledAfterMs === undefined ? `not settled, ${evidence.workLeft} rows left` : `all settled ${evidence.settledAfterMs} ms after the last request or fault`}`,
    `        taken in each second: ${perSecond(evidence).join(' ')}`,
    `        states: ${states}${reasons.length ? `; failed because: ${reasons.join(' · ')}` : ''}`,
    ...(verdict.arrivedBeforeCancel > 0
      ? [`        cancelled after an earlier try had arrived: ${verdict.arrivedBeforeCancel}`]
      : []),
    ...notes.map((note) => `        ${note}`),
    ...broken.map((promise) => `     ×  ${promise}`),
  ].join('\n')
}

/** A row of the table in docs/faults.md. */
export const tableRow = ({ name, what }: Scenario, { verdict: v, plan }: Run): string =>
  `| \`${name}\` | ${what} | ${plan.messages} at ${plan.perSecond}/s | ${v.sent} + ${v.failed} + ${v.cancelled} + ${v.waiting} | ${v.lost.length} | ${v.extraCopies} of ${v.unknownTries} | ${v.sentAfterCancel.length} of ${v.confirmedCancels} | ${seconds(v.caughtUpAfterMs)} | ${v.broken.length === 0 ? 'yes' : v.broken.join('; ')} |`

export const TABLE_HEAD = [
  '| scenario | what is done | messages | sent + failed + cancelled + waiting | lost | extra copies, of tries of unknown outcome | sent after a confirmed cancel | caught up after | held |',
  '|---|---|---|---|---|---|---|---|---|',
].join('\n')

function perSecond({ copies, began }: Run['evidence']): number[] {
  const counts: number[] = []
  for (const { at } of copies) {
    const second = Math.max(0, Math.floor((at - began) / 1000))
    counts[second] = (counts[second] ?? 0) + 1
  }
  return Array.from(counts, (mails) => mails ?? 0)
}

/** Everything counted; messages by name only where something is wrong with them. */
export function asJson({ name, what }: Scenario, { plan, evidence, verdict, notes }: Run) {
  const { sending, struck, settledAfterMs, workLeft } = evidence
  const { answers, answeredAgain } = sending
  return {
    scenario: name,
    what,
    plan,
    verdict,
    struck,
    answers,
    answeredAgain,
    settledAfterMs,
    workLeft,
    perSecond: perSecond(evidence),
    notes,
  }
}
