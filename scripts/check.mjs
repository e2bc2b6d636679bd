import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDashboard } from './dashboard.mjs'
import { ensureInstalled } from './install.mjs'
import { root, runPinned } from './pinned-node.mjs'

/** `npm run check`: the list a change has to pass. `--without-tests` leaves the suite to whoever ran it already. */
const STEPS = [
  ['format and lint', ['node_modules/.bin/biome', 'check', '--error-on-warnings']],
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']],
  [
    'types of the dashboard',
    ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'dashboard'],
    'dashboard/tsconfig.json',
  ],
  ['generated files', ['scripts/generate.mjs', '--check']],
  ['unused code', ['node_modules/knip/bin/knip.js', '--no-progress']],
  ['known faults of dependencies', ['scripts/audit.mjs']],
  ['import directions', ['node_modules/vitest/vitest.mjs', 'run', 'test/architecture.test.ts']],
  ['tests', ['node_modules/vitest/vitest.mjs', 'run']],
]

const without = process.argv.includes('--without-tests') ? 'tests' : 'import directions'
const results = []
const installed = (await ensureInstalled()) || (await ensureDashboard())
if (installed === 0) {
  for (const [name, args, needs] of STEPS) {
    if (name === without || (needs && !existsSync(join(root, needs)))) continue
    console.log(`\n— ${name}`)
    results.push([name, await runPinned(args)])
  }
}
console.log(`\n${results.map(([name, code]) => `${code === 0 ? 'ok    ' : 'FAILED'} ${name}`).join('\n')}`)
process.exitCode = installed || (results.some(([, code]) => code !== 0) ? 1 : 0)
