/**
 * `npm run chaos` plays every scenario, `npm run chaos -- <name> …` those named; `--list` says which there are. Of each it
 * prints a line and the details, and writes all that was counted to e2e/chaos/results/. Options for each scenario played:
 * `--seed`, `--messages`, `--per-second`, `--layout redis|two workers|no redis|embedded`. Exit code 1 when a promise is broken.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inLab } from '../bench/lab/processes.ts'
import { runScenario } from './chaos/frame/run.ts'
import { LAYOUTS, LeftOut, type Plan, type Scenario } from './chaos/frame/scenario.ts'
import { asJson, describe, TABLE_HEAD, tableRow } from './chaos/frame/words.ts'
import { SCENARIOS } from './chaos/scenarios.ts'

const RESULTS = join(import.meta.dirname, 'chaos/results')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    messages: { type: 'string' },
    'per-second': { type: 'string' },
    layout: { type: 'string' },
  },
})

if (values.list) for (const { name, what } of SCENARIOS) console.log(`${name.padEnd(26)}${what}`)
else process.exitCode = await play(chosen())

function chosen(): readonly Scenario[] {
  const unknown = positionals.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name))
  if (unknown.length) throw new Error(`No scenario is called ${unknown.join(', ')}; --list says which there are`)
  return positionals.length ? SCENARIOS.filter(({ name }) => positionals.includes(name)) : SCENARIOS
}

function planOf(scenario: Scenario): Plan {
  const layout = LAYOUTS.find((known) => known === values.layout)
  if (values.layout !== undefined && !layout) throw new Error(`--layout is one of ${LAYOUTS.join(', ')}`)
  return {
    seed: Number(values.seed),
    messages: Number(values.messages ?? scenario.plan.messages),
    perSecond: Number(values['per-second'] ?? scenario.plan.perSecond),
    layout: layout ?? scenario.plan.layout,
  }
}

/** The exit code: 1 when any promise did not hold, or a scenario could not be played to its end. */
async function play(scenarios: readonly Scenario[]): Promise<number> {
  const rows: string[] = []
  let broken = 0
  mkdirSync(RESULTS, { recursive: true })
  for (const scenario of scenarios) {
    const plan = planOf(scenario)
    try {
      const run = await inLab((lab) => runScenario(lab, scenario, plan))
      console.log(`${describe(scenario, run)}\n`)
      rows.push(tableRow(scenario, run))
      const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '')
      writeFileSync(
        join(RESULTS, `${stamp}-${scenario.name}.json`),
        JSON.stringify(asJson(scenario, run), undefined, 2),
      )
      if (run.verdict.broken.length > 0) broken += 1
    } catch (error) {
      if (error instanceof LeftOut) console.log(`left out  ${scenario.name}: ${error.message}\n`)
      else {
        console.error(`FAILED  ${scenario.name} could not be played to its end (seed ${plan.seed})`, error)
        broken += 1
      }
    }
  }
  if (rows.length > 1) console.log([TABLE_HEAD, ...rows].join('\n'))
  return broken > 0 ? 1 : 0
}
