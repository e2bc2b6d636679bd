import { z } from 'zod'
import { isUnreachable } from './problems.ts'
import type { Server } from './server.ts'

/** The parts this process needs, each a function that throws (soon) while its part is not ready. */
export type ReadyChecks = Readonly<Record<string, () => Promise<void>>>

export interface HealthOptions {
  readonly ready: ReadyChecks
  /** The metrics in Prometheus' text format. */
  readonly metrics: () => Promise<string>
}

const CHECK_TIMEOUT_MS = 3000

const Live = z.object({ status: z.literal('ok') })
const Ready = z.object({
  status: z.enum(['ok', 'unavailable']),
  parts: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
})

/** `/health/live` (the process turns), `/health/ready` (503, naming the part, until all of them answer) and `/metrics`. */
export function registerHealth(server: Server, { ready, metrics }: HealthOptions): void {
  server.get(
    '/health/live',
    {
      schema: {
        summary: 'Whether the process is alive',
        tags: ['Health'],
        response: { 200: Live },
        example: { response: { status: 'ok' } },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
  server.get(
    '/health/ready',
    {
      schema: {
        summary: 'Whether every part it needs can be reached',
        tags: ['Health'],
        response: { 200: Ready, 503: Ready },
        example: {
          response: { status: 'ok', parts: { database: { ok: true }, queue: { ok: true }, migrations: { ok: true } } },
        },
      },
    },
    async (_request, reply) => {
      const parts: Record<string, { ok: boolean; detail?: string }> = {}
      await Promise.all(
        Object.entries(ready).map(async ([name, check]) => {
          parts[name] = await outcome(check)
        }),
      )
      const ok = Object.values(parts).every((part) => part.ok)
      if (!ok) reply.code(503).header('retry-after', '2')
      return { status: ok ? ('ok' as const) : ('unavailable' as const), parts }
    },
  )
  server.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8')
    return metrics()
  })
}

async function outcome(check: () => Promise<void>): Promise<{ ok: boolean; detail?: string }> {
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS / 1000} s`)), CHECK_TIMEOUT_MS)
    })
    await Promise.race([check(), late])
    return { ok: true }
  } catch (error) {
    // Connection errors name hosts and ports, which strangers need not know.
    return {
      ok: false,
      detail: isUnreachable(error) || !(error instanceof Error) ? 'cannot be reached' : error.message,
    }
  } finally {
    clearTimeout(timer)
  }
}
