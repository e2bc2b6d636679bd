import { spawnSync } from 'node:child_process'
import { root } from './pinned-node.mjs'

/**
 * Asks the package registry whether a dependency has a known fault, high or worse; then this fails. Where it cannot be
 * asked (no network, a mirror without advisories), it says so and passes: nothing is known.
 */
const { stdout, stderr } = spawnSync('npm', ['audit', '--json', '--audit-level=high'], { cwd: root, encoding: 'utf8' })

let report
try {
  report = JSON.parse(stdout)
} catch {
  report = undefined
}
const counts = report?.metadata?.vulnerabilities
if (!counts) {
  const why = /(?:audit|error) .*/.exec(stderr)?.[0] ?? report?.message ?? 'no answer'
  console.log(`NOT ASKED: the registry told nothing about known faults of dependencies (${why})`)
} else {
  const bad = counts.high + counts.critical
  console.log(`${counts.total} known faults of dependencies, ${bad} of them high or critical`)
  for (const [name, { severity, via }] of Object.entries(report.vulnerabilities)) {
    const titles = via.map((one) => (typeof one === 'string' ? one : `${one.title} ${one.url}`))
    console.log(`  ${severity.padEnd(8)} ${name}: ${titles.join('; ')}`)
  }
  if (bad > 0) process.exitCode = 1
}
