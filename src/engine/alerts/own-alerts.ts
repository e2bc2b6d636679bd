import { Temporal } from 'temporal-polyfill'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { idFloor } from '../../platform/ids.ts'
import { LANES } from '../catalogue/lane.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { OwnEvent } from '../messages/events.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Alert, Alerts } from './alerts.ts'
import {
  channelCostSince,
  costSince,
  deadLettersSince,
  failingTwice,
  hasInboundSince,
  inboundSince,
  lateAutomations,
  notReminded,
  oldestDue,
  reportedSince,
  sentByChannel,
  sentSince,
  webhooksWaiting,
} from './measure-store.ts'
import type { Condition } from './rule.ts'
import { OWN_RULES, type OwnRule, type RuleSettings, settingsOf } from './rule-settings.ts'
import { storedRules, writeRule } from './rule-store.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly alerts: Pick<Alerts, 'look' | 'drop'>
  readonly organization: (id: string) => Promise<Organization>
  readonly organizations: Pick<Organizations, 'setOverBudget'>
  /** Those that run by themselves. */
  readonly automations: () => readonly string[]
  readonly publicUrl: string
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Two looks of the automation: a share that dips under its limit for one of them is not over. */
const TIMING = { calmMs: 9 * 60_000, restMs: 60 * 60_000 }
/** Of a budget: `sms.budget_80`. */
const NEARLY = 0.8
const MOST_WEBHOOKS = 100_000
/** Before the last that somebody wrote: what is usual. */
const USUAL_INBOUND_MS = 14 * DAY_MS
/** What a carrier took so lately may still be reported; what is usual is the week before the day that is looked at. */
const REPORTS = { young: 4 * HOUR_MS, day: 28 * HOUR_MS, week: 8 * DAY_MS }
/** A reminder that no worker has taken is late by then; what is tried again has other alerts. */
const REMINDER_LATE_MS = 30 * 60_000

const BUDGETS = [
  ['email', 'budget_email'],
  ['sms', 'budget_sms'],
  ['whatsapp', 'budget_whatsapp'],
] as const

/** What a channel may cost this month; amounts in minor units. */
export interface Budget {
  readonly channel: Channel
  readonly spent: number
  readonly budget: number
  readonly currency: string
  /** The day on which the next month begins, where the organization is. */
  readonly resetsOn: string
  readonly stopped: boolean
}

export type OwnAlerts = ReturnType<typeof createOwnAlerts>

/** The rules an organization may change: what is measured, against which limit, and what is said. */
export function createOwnAlerts({ db, clock, alerts, organization, organizations, automations, publicUrl }: Deps) {
  const ago = (ms: number) => new Date(clock.now().getTime() - ms)

  const measures: {
    readonly [Name in OwnRule]: (organizationId: string, rules: RuleSettings) => Promise<Condition[]>
  } = {
    bounces: async (id, { bounces: { percent, atLeast } }) => {
      const { sent, bounced } = await sentSince(db.run, id, ago(DAY_MS))
      return share(id, bounced, sent, percent, atLeast)
    },
    complaints: async (id, { complaints: { percent, atLeast } }) => {
      const { sent, complained } = await sentSince(db.run, id, ago(DAY_MS))
      return share(id, complained, sent, percent, atLeast)
    },
    queue: async (id, { queue: { minutes } }) => {
      const oldest = await oldestDue(db.run, id, clock.now())
      return LANES.flatMap((lane) => {
        const since = oldest.get(lane)
        const waited = since ? Math.floor((clock.now().getTime() - since.getTime()) / 60_000) : 0
        return since && waited >= minutes[lane]
          ? [condition(id, lane, { measured: waited, limit: minutes[lane] }, since)]
          : []
      })
    },
    dead_letters: async (id, { dead_letters: { perHour } }) => {
      const found = await deadLettersSince(db.run, id, ago(HOUR_MS))
      const measured = found.reduce((sum, { count }) => sum + count, 0)
      return measured > perHour ? [condition(id, '', { measured, limit: perHour })] : []
    },
    automation: failing,
    automation_late: async (id, { automation_late: { minutes } }) => {
      const late = await lateAutomations(db.run, id, automations(), ago(minutes * 60_000))
      return late.map(({ name, due_at }) =>
        condition(
          id,
          name,
          { measured: Math.floor((clock.now().getTime() - due_at.getTime()) / 60_000), limit: minutes },
          due_at,
        ),
      )
    },
    cost: async (id, { cost: { perDay, currency } }) => {
      if (perDay === null) return []
      const { timeZone } = await organization(id)
      const measured = await costSince(db.run, id, currency, startOfDay(clock.now(), timeZone))
      return measured > perDay ? [condition(id, currency, { measured, limit: perDay, currency })] : []
    },
    budget_email: (id, rules) => overBudget(id, 'email', rules.budget_email),
    budget_sms: (id, rules) => overBudget(id, 'sms', rules.budget_sms),
    budget_whatsapp: (id, rules) => overBudget(id, 'whatsapp', rules.budget_whatsapp),
    webhooks: async (id, { webhooks: { waiting } }) => {
      const measured = await webhooksWaiting(db.run, id, MOST_WEBHOOKS)
      return measured > waiting ? [condition(id, '', { measured, limit: waiting })] : []
    },
    inbound: async (id, { inbound: { hours, atLeast } }) => {
      const since = ago(hours * HOUR_MS)
      const busy = (await sentByChannel(db.run, id, since)).filter(({ sent }) => sent >= atLeast)
      const found: Condition[] = []
      for (const { channel } of busy) {
        if (await hasInboundSince(db.run, id, channel, idFloor(since))) continue
        const usual = idFloor(ago(hours * HOUR_MS + USUAL_INBOUND_MS))
        const { count, last } = await inboundSince(db.run, id, channel, usual, atLeast)
        if (count < atLeast || !last) continue
        const measured = Math.floor((clock.now().getTime() - last.getTime()) / HOUR_MS)
        found.push(condition(id, channelOf(channel), { measured, limit: hours }, last))
      }
      return found
    },
    reports: async (id, { reports: { percent, atLeast } }) => {
      const found = await reportedSince(db.run, id, {
        before: ago(REPORTS.week),
        since: ago(REPORTS.day),
        until: ago(REPORTS.young),
      })
      return found
        .filter(
          (one) => one.sent >= atLeast && one.sent_before >= atLeast && one.reported_before >= one.sent_before / 2,
        )
        .map((one) => ({ ...one, measured: Math.round((1_000 * one.reported) / one.sent) / 10 }))
        .filter(({ measured }) => measured < percent)
        .map(({ channel, provider, measured }) =>
          condition(id, `${channelOf(channel)} ${provider}`, { measured, limit: percent }),
        )
    },
    reminders: async (id, { reminders: { atLeast } }) => {
      const now = clock.now().getTime()
      const { count, first } = await notReminded(db.run, id, {
        from: new Date(now - DAY_MS),
        to: new Date(now + DAY_MS),
        dueBefore: new Date(now - REMINDER_LATE_MS),
      })
      return count >= atLeast
        ? [condition(id, '', { measured: count, limit: atLeast, ...(first && { first: first.toISOString() }) })]
        : []
    },
  }

  return {
    /** Every rule as it is for an organization. */
    rules: rulesOf,

    /** Keeps what differs. `next` makes it of what is stored. */
    async change(organizationId: string, name: OwnRule, next: (stored: unknown) => object): Promise<void> {
      await db.as(organizationId, async (tx) => {
        const stored = await storedRules(tx, organizationId)
        await writeRule(tx, organizationId, name, next(stored.get(name)), clock.now())
      })
    },

    /** The budgets of this month there are, and what of them is spent. */
    async budgets(organizationId: string): Promise<Budget[]> {
      const rules = await rulesOf(organizationId)
      const found = await Promise.all(BUDGETS.map(([channel, name]) => budgetOf(organizationId, channel, rules[name])))
      return found.filter((budget) => budget !== undefined)
    },

    /** Measures by every rule. Gives how many were told, and how many are over. A dry run only counts what is wrong now. */
    async look(organizationId: string, dryRun: boolean): Promise<{ wrong: number; raised: number; over: number }> {
      const rules = await rulesOf(organizationId)
      const counts = { wrong: 0, raised: 0, over: 0 }
      const stopped: number[] = []
      for (const name of OWN_RULES) {
        const conditions = rules[name].enabled ? await measures[name](organizationId, rules) : []
        counts.wrong += conditions.length
        if (dryRun) continue
        for (const { facts } of conditions)
          if (facts.stopped === true) stopped.push(channelCode(facts.channel as Channel))
        // Switched off: nobody is told that it is over.
        if (!rules[name].enabled) await alerts.drop(name, organizationId, () => true)
        else {
          const done = await alerts.look(name, organizationId, conditions, TIMING, words(name))
          counts.raised += done.raised
          counts.over += done.over
        }
      }
      if (!dryRun) await organizations.setOverBudget(organizationId, stopped)
      return counts
    },

    /** An automation has failed: its people are not to wait for the next look. */
    async automationFailed(organizationId: string): Promise<void> {
      const rules = await rulesOf(organizationId)
      if (!rules.automation.enabled) return
      await alerts.look('automation', organizationId, await failing(organizationId), TIMING, words('automation'))
    },
  }

  async function rulesOf(organizationId: string): Promise<RuleSettings> {
    const stored = await db.as(organizationId, (tx) => storedRules(tx, organizationId))
    return Object.fromEntries(
      OWN_RULES.map((name) => [name, settingsOf(name, stored.get(name))]),
    ) as unknown as RuleSettings
  }

  async function failing(organizationId: string): Promise<Condition[]> {
    const found = await failingTwice(db.run, organizationId, automations())
    return found.map(({ name, error, since }) =>
      condition(organizationId, name, { error: error.slice(0, 500) || '—' }, since),
    )
  }

  async function budgetOf(
    organizationId: string,
    channel: Channel,
    { enabled, perMonth, currency, stop }: RuleSettings['budget_sms'],
  ): Promise<Budget | undefined> {
    if (!enabled || perMonth === null) return undefined
    const { timeZone } = await organization(organizationId)
    const month = monthOf(clock.now(), timeZone)
    const spent = await channelCostSince(db.run, organizationId, channel, currency, month.from)
    return { channel, spent, budget: perMonth, currency, resetsOn: month.next, stopped: stop && spent >= perMonth }
  }

  /** At 80 %, and when it is spent: not both at once. */
  async function overBudget(
    organizationId: string,
    channel: Channel,
    settings: RuleSettings['budget_sms'],
  ): Promise<Condition[]> {
    const found = await budgetOf(organizationId, channel, settings)
    if (!found || found.spent < found.budget * NEARLY) return []
    const { stopped, ...facts } = found
    return found.spent < found.budget
      ? [condition(organizationId, 'nearly', { ...facts, left: found.budget - found.spent })]
      : [condition(organizationId, 'spent', { ...facts, stopped })]
  }

  function words(name: OwnRule) {
    return { raised: (alert: Alert) => raised(name, alert), over: (alert: Alert) => over(name, alert) }
  }

  function raised(name: OwnRule, { subject, since, facts }: Alert): OwnEvent {
    const historyUrl = `${publicUrl}/automations`
    if (isBudget(name))
      return {
        type: subject === 'spent' ? 'sms.budget_reached' : 'sms.budget_80',
        only: ['owner'],
        payload: { ...facts, budgetUrl: `${publicUrl}${PAGES[name]}` },
      }
    if (name === 'automation')
      return { type: 'automation.failed', payload: { name: subject, error: String(facts.error), historyUrl } }
    return { type: 'alert.raised', payload: payloadOf(name, subject, since, facts) }
  }

  function over(name: OwnRule, { subject, since, facts }: Alert): OwnEvent | undefined {
    // A new month, or a larger budget.
    if (isBudget(name)) return undefined
    const endedAt = clock.now()
    const minutes = Math.max(1, Math.round((endedAt.getTime() - since.getTime()) / 60_000))
    return {
      type: 'alert.over',
      payload: { ...payloadOf(name, subject, since, facts), endedAt: endedAt.toISOString(), minutes },
    }
  }

  function payloadOf(name: OwnRule, subject: string, since: Date, { error: _, first: __, ...facts }: Alert['facts']) {
    return {
      rule: name,
      ...(subject && { subject }),
      since: since.toISOString(),
      ...facts,
      alertUrl: `${publicUrl}${PAGES[name]}`,
    }
  }
}

const PAGES: Record<OwnRule, string> = {
  bounces: '/suppressions',
  complaints: '/suppressions',
  queue: '/messages',
  dead_letters: '/failed',
  automation: '/automations',
  automation_late: '/automations',
  cost: '/',
  budget_email: '/automations',
  budget_sms: '/automations',
  budget_whatsapp: '/automations',
  webhooks: '/',
  inbound: '/providers',
  reports: '/providers',
  reminders: '/reminders',
}

const isBudget = (name: OwnRule): boolean => name.startsWith('budget_')

const condition = (
  organizationId: string,
  subject: string,
  facts: Readonly<Record<string, unknown>>,
  since?: Date,
): Condition => ({ organizationId, subject, afterMs: 0, facts, since })

function share(organizationId: string, some: number, all: number, percent: number, atLeast: number): Condition[] {
  const measured = all === 0 ? 0 : (some / all) * 100
  if (all < atLeast || measured <= percent) return []
  return [condition(organizationId, '', { measured: Math.round(measured * 100) / 100, limit: percent })]
}

const startOfDay = (now: Date, timeZone: string): Date =>
  new Date(
    Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).startOfDay().epochMilliseconds,
  )

/** When the month began, and the day on which the next one does. */
function monthOf(now: Date, timeZone: string): { from: Date; next: string } {
  const first = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .with({ day: 1 })
    .startOfDay()
  return { from: new Date(first.epochMilliseconds), next: first.add({ months: 1 }).toPlainDate().toString() }
}
