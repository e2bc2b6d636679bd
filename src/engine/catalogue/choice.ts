import { AppError, type FieldError } from '../../errors.ts'
import type { Channel } from '../channels/channel.ts'
import type { CatalogueEntry } from './catalogue.ts'
import { type ChannelPlan, DIGEST_TYPE, LONGEST_REPORT_WAIT_MINUTES, plannedChannels } from './event.ts'
import { LANES, type Lane } from './lane.ts'

/** Where an organization differs from the catalogue's entry; null: as the entry has it. */
export interface Choice {
  readonly enabled: boolean
  readonly channels: ChannelPlan | null
  readonly lane: Lane | null
  /** What is due leaves so much later, or earlier where it is below 0. */
  readonly offsetMinutes: number | null
}

export const NO_CHOICE: Choice = { enabled: true, channels: null, lane: null, offsetMinutes: null }

/** A reminder that is moved by more than a week is another reminder. */
export const FURTHEST_OFFSET_MINUTES = 7 * 24 * 60

type Judged = Pick<CatalogueEntry, 'type' | 'lane' | 'required' | 'channels' | 'platformOnly'>

/** Why an entry cannot be switched off, if it cannot. */
export const whyAlwaysOn = ({ type, required }: Pick<Judged, 'type' | 'required'>): string | undefined =>
  required
    ? 'is security or money, and cannot be switched off'
    : type === DIGEST_TYPE
      ? 'carries other news, and cannot be switched off: set digest to off in the delivery settings instead'
      : undefined

/** The lanes an organization may move an entry to: its own and less urgent ones, never ahead of what the product thinks urgent. */
export const lanesFor = ({ lane, required }: Pick<Judged, 'lane' | 'required'>): Lane[] =>
  required ? [lane] : LANES.slice(LANES.indexOf(lane))

/**
 * Holds a choice against its entry; `templated` are the channels it has words for.
 *
 * @throws AppError `validation_failed` that names each field and its remedy.
 */
export function checkChoice(entry: Judged, choice: Choice, templated: readonly Channel[]): void {
  const errors: FieldError[] = []
  const fault = (path: string, message: string) => errors.push({ path, message })
  const alwaysOn = whyAlwaysOn(entry)
  if (!choice.enabled && alwaysOn) fault('enabled', alwaysOn)

  const lanes = lanesFor(entry)
  if (choice.lane && !lanes.includes(choice.lane))
    fault(
      'lane',
      lanes.length > 1 ? `is one of ${lanes.join(', ')}: never more urgent than it was made` : `stays ${entry.lane}`,
    )

  if (choice.offsetMinutes !== null && entry.lane !== 'scheduled')
    fault('offsetMinutes', 'is for what is scheduled; this leaves when it happens')

  if (choice.channels && entry.platformOnly)
    fault('channels', 'stays as the product has it: it lets a member in, wherever they work')
  else if (choice.channels) {
    const channels = plannedChannels(choice.channels)
    const strange = channels.filter((channel) => !templated.includes(channel))
    if (strange.length)
      fault(
        'channels',
        `there are no words for ${strange.join(', ')}: publish a template first; there are words for ${templated.join(', ')}`,
      )
    if (new Set(channels).size < channels.length) fault('channels', 'names a channel twice')
    const kept = plannedChannels(entry.channels)
    if (entry.required && !channels.some((channel) => kept.includes(channel)))
      fault('channels', `keeps at least one of ${kept.join(', ')}: this is security or money`)
    const minutes = 'firstOf' in choice.channels ? choice.channels.ifNoReportWithinMinutes : undefined
    if (minutes !== undefined && minutes > LONGEST_REPORT_WAIT_MINUTES)
      fault('channels.ifNoReportWithinMinutes', `is at most ${LONGEST_REPORT_WAIT_MINUTES}`)
  }
  if (errors.length) throw new AppError('validation_failed', errors[0]!.message, { errors })
}
