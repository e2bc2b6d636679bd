import { z } from 'zod'

/** A run as the API shows it. */
export const Run = z
  .object({
    id: z.uuid(),
    name: z.string(),
    dryRun: z.boolean(),
    status: z.enum(['waiting', 'running', 'done', 'failed']),
    counts: z.record(z.string(), z.int()).describe('What was done, or with `dryRun` would be, by kind'),
    progress: z.object({ done: z.int(), total: z.int().nullable().describe('Null: not known yet') }),
    error: z.string().nullable(),
    createdAt: z.date(),
    startedAt: z.date().nullable(),
    finishedAt: z.date().nullable(),
  })
  .meta({ id: 'Run' })

export const exampleRun = {
  id: '019a9f00-0000-7000-8000-0000000000a0',
  name: 'contents.anonymise',
  dryRun: false,
  status: 'done' as const,
  counts: { notifications: 1200 },
  progress: { done: 1200, total: 1200 },
  error: null,
  createdAt: new Date('2026-11-02T03:00:00Z'),
  startedAt: new Date('2026-11-02T03:00:01Z'),
  finishedAt: new Date('2026-11-02T03:00:09Z'),
}
