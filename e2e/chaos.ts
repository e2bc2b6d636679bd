/**
 * `npm run chaos -- [--seed 1] [--messages 10000] [--per-second 400] [--layout api+worker|embedded] [--faults 12]`
 *
 * The crash scenario for as long and as hard as asked, with the count at the end. Exit code 1 when anything is lost, or
 * came twice without having been under way at a kill.
 */
import { parseArgs } from 'node:util'
import { inLab } from '../bench/lab/processes.ts'
import { type CrashPlan, type Fault, runCrashScenario } from './crash.ts'
import { describeCrash } from './crash-words.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    messages: { type: 'string', default: '10000' },
    'per-second': { type: 'string', default: '400' },
    layout: { type: 'string', default: 'api+worker' },
    faults: { type: 'string', default: '12' },
  },
})

const KINDS: Record<CrashPlan['layout'], readonly Fault[]> = {
  'api+worker': ['kill the worker', 'FLUSHALL', 'kill the API'],
  embedded: ['kill everything', 'kill everything and Postgres'],
}

const layout = values.layout === 'embedded' ? 'embedded' : 'api+worker'
const plan: CrashPlan = {
  seed: Number(values.seed),
  layout,
  messages: Number(values.messages),
  perSecond: Number(values['per-second']),
  faults: Array.from({ length: Number(values.faults) }, (_, n) => KINDS[layout][n % KINDS[layout].length]!),
}
const report = await inLab((lab) => runCrashScenario(lab, plan))
console.log(describeCrash(plan, report))
const lost = report.accepted.some(({ messageId }) => !report.copies.has(messageId))
const unexplained = [...report.copies].some(([id, copies]) => copies - 1 > (report.interrupted.get(id) ?? 0))
process.exitCode = lost || unexplained || report.stored.work > 0 ? 1 : 0
