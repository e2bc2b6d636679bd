import type { SuppressionReason } from '../channels/report.ts'

/** From the one that its person can lift to the one that nobody should. */
const HARDER: readonly SuppressionReason[] = ['opted_out', 'invalid_address', 'hard_bounce', 'complaint']

const order = `array[${HARDER.map((reason) => `'${reason}'`).join(', ')}]`

/** For statements that insert into `suppression`: an address keeps the hardest of its reasons, in whatever order they come. */
export const SUPPRESS_HARDER = {
  order,
  onConflict: `on conflict (organization_id, channel, address) do update set reason = excluded.reason, message_id = excluded.message_id
    where array_position(${order}, suppression.reason) < array_position(${order}, excluded.reason)`,
} as const
