import { existsSync, readFileSync } from 'node:fs'

/** Adds up Vitest's JSON reports. Fails when a test failed or was skipped, a file could not be loaded or a suite left no report. */
let passed = 0
let failed = 0
const remarks = []
for (const file of process.argv.slice(2)) {
  const name = file.replace(/^.*\//, '').replace('.json', '')
  if (!existsSync(file)) {
    failed += 1
    remarks.push(`${name}: left no report`)
    continue
  }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const skipped = report.numPendingTests + report.numTodoTests
  passed += report.numPassedTests
  failed += report.numFailedTests
  if (skipped > 0) {
    failed += skipped
    remarks.push(`${name}: ${skipped} skipped, which counts as failed here`)
  }
  if (report.numTotalTests === 0 || (!report.success && report.numFailedTests === 0)) {
    failed += 1
    remarks.push(`${name}: did not run as a whole`)
  }
}
for (const remark of remarks) console.log(remark)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
