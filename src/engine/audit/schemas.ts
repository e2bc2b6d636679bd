import { z } from 'zod'
import { Timestamp } from '../../platform/http/timestamp.ts'
import { ACTOR_KINDS } from './entry.ts'

export const AuditEntry = z
  .object({
    n: z.int().describe('Its place: 1, 2, 3 … without a gap'),
    id: z.uuid(),
    at: Timestamp,
    kind: z.enum(['change', 'look']),
    act: z.string().describe('`contact.read`, `provider.updated` …'),
    outcome: z.enum(['done', 'refused']).describe('Refused: they may not, and nothing happened'),
    actor: z.object({
      kind: z.enum(ACTOR_KINDS),
      id: z.string().nullable(),
      name: z.string().describe('As it was then'),
    }),
    subjects: z.array(z.string()).describe('Ids of what it was about'),
    details: z.object({
      fields: z.array(z.string()).optional().describe('What was changed, by name'),
      values: z
        .record(z.string(), z.array(z.unknown().describe('First what it was, then what it became')))
        .optional()
        .describe('Settings that are nobody’s data'),
      about: z.string().optional().describe('The setting it was, where it has a name instead of an id'),
      filters: z.array(z.string()).optional().describe('What a list was filtered by'),
      count: z.int().optional().describe('How many items were shown'),
      route: z.string().optional(),
    }),
    ip: z.string().nullable().describe('Forgotten after a year, as is `userAgent`'),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    supportWindowId: z.string().nullable().describe('The support window through which the platform’s people came'),
  })
  .meta({ id: 'AuditEntry' })

/** An entry as it is shown. */
export type Entry = z.output<typeof AuditEntry>

export const ENTRY_EXAMPLE: Entry = {
  n: 12,
  id: '019a9f00-0000-7000-8000-000000000070',
  at: new Date('2026-11-20T09:00:00Z'),
  kind: 'change',
  act: 'provider.updated',
  outcome: 'done',
  actor: { kind: 'member', id: '019a9f00-0000-7000-8000-000000000071', name: 'Sample owner' },
  subjects: ['019a9f00-0000-7000-8000-000000000021'],
  details: { fields: ['enabled'], values: { enabled: [true, false] } },
  ip: '192.0.2.7',
  userAgent: 'Mozilla/5.0',
  requestId: '3b6d2c1e-0000-4000-8000-000000000072',
  supportWindowId: null,
}
