/** The Redis the suite's queues run on, when the run was given one (CARILLON_TEST_REDIS_URL, else REDIS_URL). */
export const testRedisUrl = (): string | undefined =>
  process.env.CARILLON_TEST_REDIS_URL || process.env.REDIS_URL || undefined

/** A key prefix of this worker's own, so that workers share one Redis without seeing each other. */
export const testRedisPrefix = (): string => `carillon-test-${process.ppid}-${process.env.VITEST_POOL_ID ?? '0'}`
