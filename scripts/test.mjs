import { ensureDashboard } from './dashboard.mjs'
import { ensureInstalled } from './install.mjs'
import { runPinned } from './pinned-node.mjs'

/** `npm test`: the whole suite that needs no outside service, on the pinned Node. Arguments go to Vitest. */
const args = process.argv.slice(2)
const needsDashboard = args.some((arg) => arg.includes('e2e'))
process.exitCode =
  (await ensureInstalled()) ||
  (needsDashboard && (await ensureDashboard())) ||
  (await runPinned(['node_modules/vitest/vitest.mjs', 'run', ...args]))

if (!args.length) {
  const redis = process.env.CARILLON_TEST_REDIS_URL || process.env.REDIS_URL
  console.log(
    [
      'Left out of this run:',
      ...(redis ? [] : ['  queues on Redis         CARILLON_TEST_REDIS_URL=redis://127.0.0.1:6379 npm test']),
      '  browser, Postfix, kills npm test -- --config e2e/vitest.config.ts   (needs chromium, postfix and redis-server)',
    ].join('\n'),
  )
}
