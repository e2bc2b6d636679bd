import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** The product as it is run, among real neighbours (Postfix, Redis, Chromium). One file at a time: each starts several servers. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..'),
    // And the examples, as their readers run them.
    include: ['e2e/**/*.test.ts', 'examples/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
