import type { Category } from '../catalogue/event.ts'
import type { Lane } from '../catalogue/lane.ts'
import type { Channel } from '../channels/channel.ts'
import type { DeliverySettings } from '../messages/delivery-settings.ts'
import { laneRule } from '../messages/lane.ts'
import { isOpen, lastOpen, nextOpen, type Sending } from '../messages/send-window.ts'
import { momentOf, type Offset } from './offset.ts'

/** What becomes of a reminder; the number is what the table holds. `refused`: nothing could be sent when it was due. */
export const REMINDER_STATES = ['planned', 'sent', 'skipped', 'cancelled', 'refused'] as const
export type ReminderState = (typeof REMINDER_STATES)[number]
export const stateCode = (state: ReminderState): number => REMINDER_STATES.indexOf(state)

/** One reminder somebody wants, checked. */
export interface Wanted {
  readonly rule: string
  readonly offset: Offset
  readonly type: string
  readonly audience: string | null
  /** Its own, as JSON; null: the plan's. */
  readonly payload: string | null
  /** As asked for; null: the catalogue's. */
  readonly asked: readonly Channel[] | null
  /** Where it may go. */
  readonly channels: readonly Channel[]
  readonly category: Category
  readonly lane: Lane
}

export interface Subject {
  readonly at: Date
  /** Whole days and times of day are counted in it. */
  readonly timeZone: string
  /** Quiet hours are those of whoever is reminded. */
  readonly contactTimeZone: string
  readonly settings: DeliverySettings
}

/** It leaves in quiet hours, because somebody chose that very time of day. */
export const CHOSEN_HOUR = 'chosen_hour'

/** When a reminder leaves, or why it never will. */
export type Due =
  | { readonly dueAt: Date; readonly state: 'planned'; readonly reason: 'quiet_hours' | typeof CHOSEN_HOUR | null }
  | { readonly dueAt: Date; readonly state: 'skipped'; readonly reason: 'past' | 'after_subject' | 'quiet_hours' }

/**
 * When a reminder of this subject leaves: at its moment; in quiet hours before them, else after them if that is still
 * before the subject. A time of day somebody chose is kept even if it is a quiet one. Pure.
 */
export function dueOf({ offset, channels, category, lane }: Wanted, subject: Subject, now: Date): Due {
  const { at, timeZone, contactTimeZone, settings } = subject
  const moment = momentOf(offset, at, timeZone)
  if (moment >= at) return { dueAt: moment, state: 'skipped', reason: 'after_subject' }
  if (moment < now) return { dueAt: moment, state: 'skipped', reason: 'past' }
  const sendings = channels.map((channel): Sending => ({ channel, category, lane }))
  const open = (time: Date) => sendings.every((sending) => isOpen(settings, sending, contactTimeZone, time))
  if (open(moment)) return { dueAt: moment, state: 'planned', reason: null }
  if (offset.kind === 'clock') return { dueAt: moment, state: 'planned', reason: CHOSEN_HOUR }
  const earlier = settle(moment, (time, sending) => lastOpen(settings, sending, contactTimeZone, time))
  if (earlier && earlier >= now) return { dueAt: earlier, state: 'planned', reason: 'quiet_hours' }
  const later = settle(moment, (time, sending) => nextOpen(settings, sending, contactTimeZone, time).at)
  if (later && later < at) return { dueAt: later, state: 'planned', reason: 'quiet_hours' }
  return { dueAt: moment, state: 'skipped', reason: 'quiet_hours' }

  /** One moment that suits every channel. */
  function settle(from: Date, move: (time: Date, sending: Sending) => Date | undefined): Date | undefined {
    let time: Date | undefined = from
    for (let rounds = 0; time && rounds <= sendings.length && !open(time); rounds++)
      for (const sending of sendings) time = time && move(time, sending)
    return time && open(time) ? time : undefined
  }
}

/** A reminder as the table has it. */
export interface ReminderRow {
  readonly id: string
  readonly plan_id: string
  readonly at: Date
  readonly rule: string
  readonly type: string
  readonly audience: string | null
  readonly channels: readonly string[] | null
  readonly due_at: Date
  readonly state: number
  readonly reason: string | null
  readonly notification_id: string | null
}

/** What a row is to be; `id` null: a new one. */
export interface Change {
  readonly id: string | null
  readonly at: Date
  readonly rule: string
  readonly type: string
  readonly audience: string | null
  readonly channels: readonly Channel[] | null
  /** As JSON; null: the plan's; undefined: as it was. */
  readonly payload?: string | null
  readonly dueAt: Date
  readonly state: ReminderState
  readonly reason: string | null
}

const PLANNED = stateCode('planned')
const SENT = stateCode('sent')
const CANCELLED = stateCode('cancelled')

/**
 * When a reminder leaves that had come due for this very time of its subject and was stopped before it left: at once, as
 * long as it could still have been waiting. Undefined: as if it had never been.
 */
function dueAgain(wanted: Wanted, { at, timeZone, settings }: Subject, now: Date): Due | undefined {
  const moment = momentOf(wanted.offset, at, timeZone)
  const until = moment.getTime() + laneRule(settings, wanted.lane).deadlineMs
  return moment < now && now < at && now.getTime() < until ? { dueAt: now, state: 'planned', reason: null } : undefined
}

/**
 * What must change so that these reminders are the subject's, and no others. One that is still to come moves with the
 * subject; one that was sent for this very time is not sent for it again, however often this is asked; nothing that was
 * sent is taken for unsent. One that was stopped before it left comes again with its time. Pure.
 */
export function replan(
  existing: readonly ReminderRow[],
  wanted: readonly Wanted[],
  subject: Subject,
  now: Date,
): Change[] {
  const key = (rule: string, type: string) => `${rule} ${type}`
  const left = new Map<string, ReminderRow>()
  const there = new Map<string, ReminderRow>()
  for (const row of existing) {
    if (row.at.getTime() === subject.at.getTime()) there.set(key(row.rule, row.type), row)
    else if (row.state === PLANNED) left.set(key(row.rule, row.type), row)
  }
  const changes = wanted.flatMap((one): Change[] => {
    const its = key(one.rule, one.type)
    const same = there.get(its)
    there.delete(its)
    if (same?.state === SENT) return []
    const moved = same ? undefined : left.get(its)
    if (moved) left.delete(its)
    const { rule, type, audience, payload, asked } = one
    const due = same?.notification_id != null && same.state === CANCELLED ? dueAgain(one, subject, now) : undefined
    const id = same?.id ?? moved?.id ?? null
    return [
      { id, at: subject.at, rule, type, audience, payload, channels: asked, ...(due ?? dueOf(one, subject, now)) },
    ]
  })
  const gone = [...left.values(), ...[...there.values()].filter((row) => row.state === PLANNED)]
  return [...changes, ...gone.map((row) => ended(row, 'cancelled', 'no_longer_wanted'))]
}

/** A reminder that will not come. */
export const ended = (row: ReminderRow, state: 'cancelled' | 'skipped', reason: string): Change => ({
  id: row.id,
  at: row.at,
  rule: row.rule,
  type: row.type,
  audience: row.audience,
  channels: row.channels as readonly Channel[] | null,
  dueAt: row.due_at,
  state,
  reason,
})
