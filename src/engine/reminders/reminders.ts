import { AppError, type FieldError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Choices, Chosen } from '../catalogue/choices.ts'
import { type Audience, plannedChannels } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'
import { checkedZone } from '../contacts/locale.ts'
import { resolveContacts } from '../contacts/resolve.ts'
import { endChains, holdMessages, ofNotifications, stopWork } from '../messages/actions-store.ts'
import { deliveryOf } from '../messages/delivery-settings.ts'
import { laneOfReminder, recipient } from '../messages/prepare.ts'
import type { NotificationRequest } from '../messages/request.ts'
import { TASKS } from '../messages/task.ts'
import type { Organization } from '../organizations/organization.ts'
import { momentOf, OFFSET_FORMS, parseOffset } from './offset.ts'
import { ended, type ReminderRow, replan, type Subject, stateCode, type Wanted } from './reminder.ts'
import {
  findPlan,
  holdPlan,
  listPlans,
  markCancelled,
  markStopped,
  nextDue,
  type PlanChange,
  type PlanFilter,
  remindersOf,
  type ShownPlan,
  savePlans,
  writeChanges,
} from './reminder-store.ts'

/** What reminds of a subject: an appointment, a booking, anything with a time. */
export interface ReminderPlan {
  /** The caller's own name of it, such as `appointment-42`: the same name is the same subject. */
  readonly subject: string
  readonly at: Date
  /** IANA: whole days and times of day are counted in it. The contact's, else the organization's, unless given. */
  readonly timeZone?: string | undefined
  /** A phone number goes before that of the contact. */
  readonly to: NotificationRequest['to']
  readonly payload: Record<string, unknown>
  /** Ids of the contacts it is about, besides the one who is reminded: erasing one of them ends these reminders, and empties those that left. */
  readonly about?: readonly string[] | undefined
  readonly reminders: readonly {
    readonly offset: string
    readonly type: string
    readonly audience?: Audience | undefined
    readonly channels?: readonly Channel[] | undefined
    /** Instead of the plan's. */
    readonly payload?: Record<string, unknown> | undefined
  }[]
}

interface Deps {
  readonly db: Pick<Database, 'run' | 'as' | 'engine'>
  readonly clock: Clock
  readonly catalogue: Catalogue
  /** Where organizations differ from it. */
  readonly choices: Pick<Choices, 'of'>
  readonly organization: (id: string) => Promise<Organization>
  readonly nudge: () => void
}

type Run = Database['run']
export type Reminders = ReturnType<typeof createReminders>

const FURTHEST_MS = 5 * 366 * 24 * 3_600_000
const SENT = stateCode('sent')
const PLANNED = stateCode('planned')

/**
 * Reminders belong to their subject: they are planned, moved and cancelled with it, in the caller's transaction. What is
 * sent, where and in which words is decided when a reminder comes due, by what is true then. One reminder for each offset
 * and time of the subject, however often it is planned.
 */
export function createReminders({ db, clock, catalogue, choices, organization, nudge }: Deps) {
  return {
    /** Plans or moves; what is not in `plan.reminders` any more does not come. */
    async plan(organizationId: string, plan: ReminderPlan) {
      const planned = await db.engine.transaction().execute(async (tx) => {
        await planWithin(tx, organizationId, [plan])
        return view(runWithin(tx), organizationId, plan.subject)
      })
      nudge()
      return planned
    },

    planWithin,

    /** Nothing more comes for this subject, and what has not left yet does not. @throws AppError `not_found` */
    cancel: (organizationId: string, subject: string) =>
      db.engine.transaction().execute(async (tx) => {
        await cancelWithin(tx, organizationId, subject)
        return view(runWithin(tx), organizationId, subject)
      }),

    cancelWithin,

    get: (organizationId: string, subject: string) =>
      db.as(organizationId, (tx) => view(runWithin(tx), organizationId, subject)),

    /** The moment an offset means for a subject that is planned. @throws AppError `not_found`, `validation_failed` */
    async momentBefore(organizationId: string, subject: string, text: string): Promise<Date> {
      const offset = parseOffset(text.startsWith('P') ? `-${text}` : text)
      if (!offset) throw invalid('before.offset', `${OFFSET_FORMS}; the minus may be left out`)
      const plan = await db.as(organizationId, (tx) => view(runWithin(tx), organizationId, subject))
      return momentOf(offset, plan.at, plan.time_zone)
    },

    /** When the next one that is planned is due. */
    next: (organizationId: string, after: Date) =>
      db.as(organizationId, (tx) => nextDue(runWithin(tx), organizationId, after)),

    list: (organizationId: string, filter: PlanFilter) =>
      db.as(organizationId, async (tx) =>
        withReminders(runWithin(tx), await listPlans(runWithin(tx), organizationId, filter)),
      ),
  }

  /** As `plan`, for many subjects, in the caller's transaction; the dispatcher finds what is due by itself. */
  async function planWithin(tx: Tx, organizationId: string, plans: readonly ReminderPlan[]): Promise<void> {
    const run = runWithin(tx)
    const now = clock.now()
    const tenant = await organization(organizationId)
    const settings = deliveryOf(tenant)
    const chosen = await choices.of(organizationId)
    const checked = plans.map((plan) => ({
      ...plan,
      ref: recipient(plan.to, tenant.country),
      wanted: read(plan, chosen, now),
    }))
    const contacts = await resolveContacts(
      run,
      checked.map(({ ref }) => ({ organizationId, ref })),
      clock,
    )
    const known = checked.map((plan, index) => {
      const contact = contacts[index]
      if (!contact) throw notFound('Contact', Object.values(plan.to).join(' '))
      if (contact.erased)
        throw new AppError('contact_erased', `Contact ${contact.id} was erased: nothing is sent to it`)
      const contactTimeZone = contact.timeZone ?? tenant.timeZone
      const given = 'phone' in plan.ref ? plan.ref.phone : undefined
      const phone = given === undefined || given === contact.phone ? null : given
      return { ...plan, contactId: contact.id, phone, contactTimeZone, timeZone: plan.timeZone ?? contactTimeZone }
    })
    const ids = await savePlans(
      run,
      known.map((plan) => ({ ...plan, organizationId, payload: JSON.stringify(plan.payload) })),
      now,
    )
    const existing = Map.groupBy(await remindersOf(run, ids), (row) => row.plan_id)
    const changes = known.flatMap(({ at, timeZone, contactTimeZone, wanted }, index): PlanChange[] => {
      const planId = ids[index]!
      const subject: Subject = { at, timeZone, contactTimeZone, settings }
      return replan(existing.get(planId) ?? [], wanted, subject, now).map((change) => ({
        ...change,
        planId,
        organizationId,
        until: at,
      }))
    })
    await writeChanges(run, changes, now)
    // What left for another time and is still waiting, for quiet hours to end say, is about a time that is none any more.
    const stale = known.flatMap(({ at }, index) =>
      (existing.get(ids[index]!) ?? []).filter((row) => row.state === SENT && row.at.getTime() !== at.getTime()),
    )
    await stop(tx, organizationId, stale, 'subject_moved', now)
  }

  async function cancelWithin(tx: Tx, organizationId: string, subject: string): Promise<void> {
    const run = runWithin(tx)
    const now = clock.now()
    const plan = await holdPlan(run, organizationId, subject)
    if (!plan) throw notFound('Reminder plan', subject)
    const rows = await remindersOf(run, [plan.id])
    await markCancelled(run, plan.id, now)
    await writeChanges(
      run,
      rows
        .filter((row) => row.state === PLANNED)
        .map((row) => ({
          ...ended(row, 'cancelled', 'subject_cancelled'),
          planId: plan.id,
          organizationId,
          until: plan.at,
        })),
      now,
    )
    await stop(
      tx,
      organizationId,
      rows.filter((row) => row.state === SENT),
      'subject_cancelled',
      now,
    )
  }

  /**
   * Stops what has not begun to leave of notifications that were reminders. A reminder of which nothing has left is as if it
   * had not come: should its subject have that time again, it comes.
   */
  async function stop(
    tx: Tx,
    organizationId: string,
    rows: readonly ReminderRow[],
    reason: 'subject_moved' | 'subject_cancelled',
    now: Date,
  ): Promise<void> {
    const ids = rows.flatMap((row) => row.notification_id ?? [])
    if (ids.length === 0) return
    const messages = await holdMessages(tx, organizationId, ofNotifications(ids))
    let stopped = await stopWork(tx, messages, 'subject_cancelled', now)
    await endChains(tx, ids)
    // Somebody may have sent it once more, or a worker gone on with its chain, before they could be locked.
    const later = (await holdMessages(tx, organizationId, ofNotifications(ids))).filter((id) => !messages.includes(id))
    if (later.length > 0) stopped = [...stopped, ...(await stopWork(tx, later, 'subject_cancelled', now))]
    const unsent = stopped.filter(({ task, may_have_arrived }) => task !== TASKS.fallBack && !may_have_arrived)
    await markStopped(
      runWithin(tx),
      rows.map(({ id }) => id),
      unsent.map(({ message_id }) => message_id),
      reason,
      now,
    )
  }

  /** Everything wrong with a plan, each with its path. */
  function read(plan: ReminderPlan, chosen: Chosen, now: Date): Wanted[] {
    if (plan.timeZone !== undefined) checkedZone(plan.timeZone)
    if (Number.isNaN(plan.at.getTime()) || plan.at.getTime() > now.getTime() + FURTHEST_MS)
      throw invalid('at', 'is more than five years ahead')
    const errors: FieldError[] = []
    const seen = new Set<string>()
    const wanted = plan.reminders.flatMap(({ offset: rule, type, audience, channels, payload }, index): Wanted[] => {
      const path = `reminders.${index}`
      const offset = parseOffset(rule)
      if (!offset) errors.push({ path: `${path}.offset`, message: `${OFFSET_FORMS}; it is before its subject` })
      const key = `${rule} ${type}`
      if (seen.has(key)) errors.push({ path: `${path}.offset`, message: `is there twice for ${type}` })
      seen.add(key)
      try {
        const entry = catalogue.entry(type, audience)
        catalogue.readPayload(entry, payload ?? plan.payload)
        if (entry.secrets.length > 0)
          errors.push({
            path: `${path}.type`,
            message: `carries what only its recipient may see (${entry.secrets.join(', ')}): it is sent at once or not at all`,
          })
        if (!offset) return []
        const choice = chosen.of(entry)
        return [
          {
            rule,
            offset,
            type,
            audience: audience ?? null,
            payload: payload === undefined ? null : JSON.stringify(payload),
            asked: channels ?? null,
            channels: channels ?? plannedChannels(choice.channels ?? entry.channels),
            category: entry.category,
            lane: choice.lane ?? laneOfReminder(entry.lane),
          },
        ]
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        const inner = error.errors ?? [{ path: 'type', message: error.message }]
        const isPlans = ({ path: where }: FieldError) => payload === undefined && where.startsWith('payload')
        errors.push(
          ...inner.map((one) =>
            isPlans(one)
              ? { path: one.path, message: `${one.message} (for ${type})` }
              : { path: `${path}.${one.path}`, message: one.message },
          ),
        )
        return []
      }
    })
    if (errors.length > 0) throw new AppError('validation_failed', 'These reminders cannot be planned', { errors })
    return wanted
  }
}

async function view(run: Run, organizationId: string, subject: string) {
  const plan = await findPlan(run, organizationId, subject)
  if (!plan) throw notFound('Reminder plan', subject)
  return { ...plan, reminders: await remindersOf(run, [plan.id]) }
}

async function withReminders(run: Run, plans: readonly ShownPlan[]) {
  const rows = Map.groupBy(
    await remindersOf(
      run,
      plans.map(({ id }) => id),
    ),
    (row) => row.plan_id,
  )
  return plans.map((plan) => ({ ...plan, reminders: rows.get(plan.id) ?? [] }))
}
