import type { Tx } from '../../platform/database/database.ts'
import { type Choice, NO_CHOICE } from './choice.ts'
import type { ChannelPlan } from './event.ts'
import type { Lane } from './lane.ts'

export interface ChoiceRow {
  readonly type: string
  readonly audience: string
  readonly enabled: boolean
  readonly channels: unknown
  readonly lane: string | null
  readonly offset_minutes: number | null
}

export const CHOICES =
  'select type, audience, enabled, channels, lane, offset_minutes from catalogue_choice where organization_id = $1'

export const toChoice = (row: ChoiceRow): Choice => ({
  enabled: row.enabled,
  channels: row.channels as ChannelPlan | null,
  lane: row.lane as Lane | null,
  offsetMinutes: row.offset_minutes,
})

/** What is chosen now, its row locked: two who change it take turns. */
export async function holdChoice(
  tx: Tx,
  organizationId: string,
  { type, audience }: { readonly type: string; readonly audience: string },
  now: Date,
): Promise<Choice> {
  await tx
    .insertInto('catalogue_choice')
    .values({ organization_id: organizationId, type, audience, updated_at: now })
    .onConflict((conflict) => conflict.columns(['organization_id', 'type', 'audience']).doNothing())
    .execute()
  const row = await tx
    .selectFrom('catalogue_choice')
    .select(['type', 'audience', 'enabled', 'channels', 'lane', 'offset_minutes'])
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .where('audience', '=', audience)
    .forUpdate()
    .executeTakeFirst()
  return row ? toChoice(row) : NO_CHOICE
}

export async function writeChoice(
  tx: Tx,
  organizationId: string,
  { type, audience }: { readonly type: string; readonly audience: string },
  { enabled, channels, lane, offsetMinutes }: Choice,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('catalogue_choice')
    .set({
      enabled,
      channels: channels && JSON.stringify(channels),
      lane,
      offset_minutes: offsetMinutes,
      updated_at: now,
    })
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .where('audience', '=', audience)
    .execute()
}
