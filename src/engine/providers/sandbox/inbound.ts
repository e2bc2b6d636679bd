import { z } from 'zod'
import { INBOUND_KINDS, type Inbound } from '../../channels/inbound.ts'

/** A message that somebody wrote to a sandbox account, as the sandbox hands it on. */
export const WireInbound = z.object({
  id: z.string().min(1).max(200),
  from: z.string().max(320).optional(),
  userId: z.string().max(200).optional(),
  name: z.string().max(200).optional(),
  to: z.string().max(320).optional(),
  at: z.iso.datetime(),
  kind: z.enum(INBOUND_KINDS).catch('unknown'),
  text: z.string().max(20_000).optional(),
  payload: z.string().max(2_000).optional(),
  inReplyTo: z.string().max(200).optional(),
  media: z
    .array(
      z.object({
        reference: z.string().max(2_000),
        contentType: z.string().max(200).optional(),
        filename: z.string().max(300).optional(),
        bytes: z.int().min(0).optional(),
      }),
    )
    .max(10)
    .optional(),
  consent: z.enum(['stop', 'start', 'help']).optional(),
})

/** In our words. */
export function toInbound(wire: z.infer<typeof WireInbound>, channel: Inbound['channel']): Inbound {
  const { id, at, kind, ...rest } = wire
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return { eventId: id, channel, at: new Date(at), kind, ...said, raw: wire }
}
