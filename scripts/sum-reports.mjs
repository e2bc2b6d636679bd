import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/**
 * Adds up Vitest's JSON reports. Fails when a test failed or was skipped, a file could not be loaded or a suite left no report.
 * Names each failure (`file > name` and the words of its error) just before the sum, so that the end of a log tells.
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
      remarks.push(`${suite}: ${[file, ...ancestorTitles, title].join(' > ')}\n    ${wordsOf(failureMessages[0])}`)
    if (status === 'failed' && failures.length === 0) remarks.push(`${suite}: ${file}\n    ${wordsOf(message)}`)
  }
}
for (const remark of remarks) console.log(remark)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** Without colours and the stack; not all of what is very long. */
function wordsOf(text = '') {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' colours begin with one.
  const lines = text.replace(/\u001b\[[\d;]*m/g, '').split('\n')
  const words = lines.filter((line) => line.trim() !== '' && !/^\s*at /.test(line))
  return words
    .slice(0, 30)
    .map((line) => line.slice(0, 400))
    .join('\n    ')
}
