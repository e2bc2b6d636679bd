import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/**
 * Adds up Vitest's JSON reports. Fails when a test failed or was skipped, a file could not be loaded or a suite left no report.
 * Names each failure (`file > name` and the first line of its error) just before the sum, so that the end of a log tells.
 */
let passed = 0
let failed = 0
const remarks = []
for (const report of process.argv.slice(2)) {
  const suite = report.replace(/^.*\//, '').replace('.json', '')
  if (!existsSync(report)) {
    failed += 1
    remarks.push(`${suite}: left no report`)
    continue
  }
  const { testResults, ...sums } = JSON.parse(readFileSync(report, 'utf8'))
  const skipped = sums.numPendingTests + sums.numTodoTests
  passed += sums.numPassedTests
  failed += sums.numFailedTests
  if (skipped > 0) {
    failed += skipped
    remarks.push(`${suite}: ${skipped} skipped, which counts as failed here`)
  }
  if (sums.numTotalTests === 0 || (!sums.success && sums.numFailedTests === 0)) {
    failed += 1
    remarks.push(`${suite}: did not run as a whole`)
  }
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative('.', name)
    const failures = assertionResults.filter((result) => result.status === 'failed')
    for (const { ancestorTitles, title, failureMessages } of failures)
      remarks.push(`${suite}: ${[file, ...ancestorTitles, title].join(' > ')}\n    ${firstLine(failureMessages[0])}`)
    if (status === 'failed' && failures.length === 0) remarks.push(`${suite}: ${file}\n    ${firstLine(message)}`)
  }
}
for (const remark of remarks) console.log(remark)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** Without colours, and on one line. */
function firstLine(text = '') {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' colours begin with one.
  return text.replace(/\u001b\[[\d;]*m/g, '').split('\n', 1)[0]
}
