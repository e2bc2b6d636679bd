import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/**/*.test.ts',
      'sdk/**/*.test.ts',
      'testing/**/*.test.ts',
      'dashboard/src/**/*.test.ts',
    ],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // Importing does nothing, so the files of a worker may share what they import: a quarter of the time less.
    isolate: false,
    maxWorkers: 3,
    // They end what hangs, and nothing else: on a machine with other work a test may take ten times as long as it does alone.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
