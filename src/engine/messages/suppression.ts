import type { SuppressionReason } from '../channels/report.ts'

/** Why an address must not be used: a carrier or its person said so, or somebody of the organization added it (`manual`). */
export const SUPPRESSION_REASONS = [
  'opted_out',
  'manual',
  'invalid_address',
  'hard_bounce',
  'complaint',
] as const satisfies readonly (SuppressionReason | 'manual')[]

/** From the one that its person can lift to the one that nobody should. */
const HARDER = SUPPRESSION_REASONS

const order = `array[${HARDER.map((reason) => `'${reason}'`).join(', ')}]`

/** For statements that insert into `suppression`: an address keeps the hardest of its reasons, in whatever order they come. */
export const SUPPRESS_HARDER = {
  order,
  onConflict: `on conflict (organization_id, channel, address) do update set reason = excluded.reason, message_id = excluded.message_id
    where array_position(${order}, suppression.reason) < array_position(${order}, excluded.reason)`,
} as const
