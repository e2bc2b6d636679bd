import type { CrashPlan, CrashReport } from './crash.ts'

/** The count at the end, for people. */
export function describeCrash(plan: CrashPlan, report: CrashReport): string {
  const doubled = [...report.copies.values()].filter((copies) => copies > 1)
  const interrupted = [...report.interrupted.values()].reduce((sum, tries) => sum + tries, 0)
  const lost = report.accepted.filter(({ messageId }) => !report.copies.has(messageId)).length
  return [
    `Seed ${plan.seed}, ${plan.layout}, ${plan.messages} messages at ${plan.perSecond}/s`,
    ...report.struck.map(
      ({ fault, atMs, inFlight, readyAtMs, nextMailAtMs = Number.NaN }) =>
        `  ${String(atMs).padStart(6)} ms  ${fault} (${inFlight} tries under way; ready again after ${readyAtMs - atMs} ms, the next mail ${nextMailAtMs - readyAtMs} ms later)`,
    ),
    `  mails taken in each second: ${Array.from(report.takenPerSecond, (mails) => mails ?? 0).join(' ')}`,
    `  accepted ${report.accepted.length}, of them answered again as duplicates ${report.answeredAgain}`,
    `  statuses ${JSON.stringify(report.statuses)}; work rows left ${report.stored.work}`,
    `  lost ${lost}; sent more than once ${doubled.length} (extra copies ${doubled.reduce((sum, copies) => sum + copies - 1, 0)}, tries interrupted ${interrupted})`,
    `  all settled ${report.settledAfterMs} ms after the last fault and the last request`,
  ].join('\n')
}
