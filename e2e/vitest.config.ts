import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..')
const patience = { testTimeout: 240_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } }
const BROWSERS = 'e2e/browser/**/*.test.ts'

/** The product as it is run, among real neighbours (Postfix, Redis, Chromium). */
export default defineConfig({
  test: {
    root,
    projects: [
      {
        test: {
          ...patience,
          name: 'browser',
          root,
          include: [BROWSERS],
          globalSetup: ['e2e/browser/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // And the examples, as their readers run them. One file at a time: each starts several servers.
        test: {
          ...patience,
          name: 'processes',
          root,
          include: ['e2e/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [BROWSERS, '**/node_modules/**'],
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
