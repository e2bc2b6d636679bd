import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Timestamp } from '../../../platform/http/timestamp.ts'
import type { SandboxClock } from './clock.ts'

interface Deps {
  readonly auth: {
    guard(
      need:
        | { readonly scope: 'read'; readonly permission: 'messages.read' }
        | { readonly scope: 'manage'; readonly permission: 'settings.manage' },
    ): onRequestAsyncHookHandler
    callerOf(request: FastifyRequest): { readonly organizationId: string }
  }
  readonly sandboxClock: Pick<SandboxClock, 'state' | 'move' | 'reset'>
}

const State = z
  .object({
    now: z.date().describe('What time it is for this installation'),
    aheadMs: z.int().min(0).describe('How far ahead of the true time that is'),
    movable: z.boolean(),
    reason: z
      .enum(['not_sandbox', 'live_accounts'])
      .nullable()
      .describe(
        'Why it cannot be moved: nobody asked for a sandbox (CARILLON_DEMO), or a carrier’s account is set up by which messages really leave',
      ),
    nextReminderAt: z.date().nullable().describe('When the organization’s next planned reminder is due'),
  })
  .meta({ id: 'SandboxClock' })

const Move = z
  .union([
    z.strictObject({
      advance: z
        .string()
        .max(40)
        .describe('How far forward: an ISO 8601 duration such as PT90M or P7D (of 24 hours each)'),
    }),
    z.strictObject({ moveTo: Timestamp }),
    z.strictObject({
      before: z.strictObject({
        subject: z.string().min(1).max(200).describe('Of a plan of reminders'),
        offset: z.string().min(1).max(40).describe('As in such a plan: `PT24H`, `P7D`, `day before at 18:00`'),
      }),
    }),
  ])
  .meta({ id: 'SandboxClockMove' })

const example = {
  now: new Date('2026-11-30T14:00:00Z'),
  aheadMs: 2_419_200_000,
  movable: true,
  reason: null,
  nextReminderAt: new Date('2026-12-07T14:00:00Z'),
}

/** /v1/sandbox/clock: the time of an installation where nothing really leaves. */
export const sandboxClockRoutes =
  ({ auth, sandboxClock }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Sandbox']
    const manage = auth.guard({ scope: 'manage', permission: 'settings.manage' })

    app.get(
      '/sandbox/clock',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'What time it is here, and whether it can be moved',
          tags,
          response: { 200: State },
          example: { response: example },
        },
      },
      (request) => sandboxClock.state(auth.callerOf(request).organizationId),
    )

    app.post(
      '/sandbox/clock',
      {
        onRequest: manage,
        schema: {
          summary: 'Move the clock forward: by so much, to a time, or to a while before a subject',
          description:
            'For the whole installation. What comes due on the way is sent as after an outage: reminders whose subject has begun are skipped. Only where nothing really leaves; the clock goes forward, and back to the true time by DELETE.',
          tags,
          body: Move,
          response: { 200: State },
          example: { body: { before: { subject: 'appointment-42', offset: 'PT24H' } }, response: example },
        },
      },
      (request) => sandboxClock.move(auth.callerOf(request).organizationId, request.body),
    )

    app.delete(
      '/sandbox/clock',
      {
        onRequest: manage,
        schema: {
          summary: 'Put the clock back to the true time',
          description:
            'What was made in the time that is left keeps its dates, and what waits for a time goes on waiting for it. Automations are planned from now.',
          tags,
          response: { 200: State },
          example: { response: { ...example, now: new Date('2026-11-02T14:00:00Z'), aheadMs: 0 } },
        },
      },
      (request) => sandboxClock.reset(auth.callerOf(request).organizationId),
    )
  }
