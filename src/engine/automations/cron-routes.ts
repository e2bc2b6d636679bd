import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { sameSecret } from '../../platform/crypto.ts'
import type { Server } from '../../platform/http/server.ts'
import type { Runs } from './runs.ts'

export interface CronRouteParts {
  readonly runs: Pick<Runs, 'start' | 'ended' | 'listed'>
  /** Opens them; undefined: nobody can. */
  readonly cronSecret: string | undefined
  readonly organizationIds: () => Promise<readonly string[]>
  readonly now: () => Date
}

/** Hosted schedulers give up on a request after a minute at most. */
const LONGEST_MS = 50_000
const LOOK_EVERY_MS = 200

const Answer = z
  .looseObject({
    success: z.boolean(),
    pending: z.int().optional().describe('Runs that go on'),
    error: z.string().optional(),
    timestamp: z.date(),
  })
  .describe('And every count of the runs, added up')

/**
 * GET and POST /api/cron/:name — for outside schedulers: runs an automation now, for every organization, and answers when
 * it is done, with its counts added up. 202 when it takes longer than they wait: it goes on.
 */
export function cronRoutes(server: Server, { runs, cronSecret, organizationIds, now }: CronRouteParts): void {
  for (const method of ['GET', 'POST'] as const)
    server.route({
      method,
      url: '/api/cron/:name',
      onRequest: async (request) => {
        const [, given] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
        if (cronSecret === undefined || given === undefined || !sameSecret(given, cronSecret))
          throw new AppError('unauthenticated', 'Give the value of CRON_SECRET as “Authorization: Bearer …”')
      },
      schema: {
        summary: 'Run an automation now, for every organization (for outside schedulers)',
        description: 'Opened by `Authorization: Bearer <CRON_SECRET>`. 202: it goes on; ask again to see its end.',
        tags: ['Automations'],
        params: z.object({ name: z.string().max(100) }),
        ...(method === 'POST' && { body: z.strictObject({}).nullish() }),
        response: { 200: Answer, 202: Answer, 500: Answer },
        example: { response: { success: true, messages: 1200, timestamp: new Date('2026-11-03T02:30:09Z') } },
      },
      async handler(request, reply) {
        const { name } = runs.listed(request.params.name)
        const begun = await Promise.all(
          (await organizationIds()).map(async (organizationId) => (await runs.start(organizationId, { name })).id),
        )
        const until = performance.now() + LONGEST_MS
        let ended = await runs.ended(begun)
        while (ended.length < begun.length && performance.now() < until) {
          await sleep(LOOK_EVERY_MS)
          ended = await runs.ended(begun)
        }
        const pending = begun.length - ended.length
        const sums: Record<string, number> = {}
        for (const { counts } of ended)
          for (const [kind, count] of Object.entries(counts)) sums[camel(kind)] = (sums[camel(kind)] ?? 0) + count
        const failed = ended.filter(({ status }) => status === 'failed').length
        return reply.code(failed > 0 ? 500 : pending > 0 ? 202 : 200).send({
          success: failed === 0,
          ...sums,
          ...(pending > 0 && { pending }),
          ...(failed > 0 && {
            error: `${failed} of ${ended.length} runs failed; /v1/automations/${name}/runs says why`,
          }),
          timestamp: now(),
        })
      },
    })
}

const camel = (kind: string): string => kind.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
