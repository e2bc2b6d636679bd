import { Temporal } from 'temporal-polyfill'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { LANES } from '../catalogue/lane.ts'
import type { RaisedEvent } from '../messages/events.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Alert, Alerts } from './alerts.ts'
import {
  costSince,
  deadLettersSince,
  failingTwice,
  lateAutomations,
  oldestDue,
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
  /** Those that run by themselves. */
  readonly automations: () => readonly string[]
  readonly publicUrl: string
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Two looks of the automation: a share that dips under its limit for one of them is not over. */
const TIMING = { calmMs: 9 * 60_000, restMs: 60 * 60_000 }
const MOST_WEBHOOKS = 100_000

export type OwnAlerts = ReturnType<typeof createOwnAlerts>

/** The rules an organization may change: what is measured, against which limit, and what is said. */
export function createOwnAlerts({ db, clock, alerts, organization, automations, publicUrl }: Deps) {
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
    webhooks: async (id, { webhooks: { waiting } }) => {
      const measured = await webhooksWaiting(db.run, id, MOST_WEBHOOKS)
      return measured > waiting ? [condition(id, '', { measured, limit: waiting })] : []
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

    /** Measures by every rule. Gives how many were told, and how many are over. A dry run only counts what is wrong now. */
    async look(organizationId: string, dryRun: boolean): Promise<{ wrong: number; raised: number; over: number }> {
      const rules = await rulesOf(organizationId)
      const counts = { wrong: 0, raised: 0, over: 0 }
      for (const name of OWN_RULES) {
        const conditions = rules[name].enabled ? await measures[name](organizationId, rules) : []
        counts.wrong += conditions.length
        if (dryRun) continue
        // Switched off: nobody is told that it is over.
        if (!rules[name].enabled) await alerts.drop(name, organizationId, () => true)
        else {
          const done = await alerts.look(name, organizationId, conditions, TIMING, words(name))
          counts.raised += done.raised
          counts.over += done.over
        }
      }
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

  function words(name: OwnRule) {
    return { raised: (alert: Alert) => raised(name, alert), over: (alert: Alert) => over(name, alert) }
  }

  function raised(name: OwnRule, { subject, since, facts }: Alert): RaisedEvent {
    const historyUrl = `${publicUrl}/automations`
    if (name === 'automation')
      return { type: 'automation.failed', payload: { name: subject, error: String(facts.error), historyUrl } }
    return { type: 'alert.raised', payload: payloadOf(name, subject, since, facts) }
  }

  function over(name: OwnRule, { subject, since, facts }: Alert): RaisedEvent {
    const endedAt = clock.now()
    const minutes = Math.max(1, Math.round((endedAt.getTime() - since.getTime()) / 60_000))
    return {
      type: 'alert.over',
      payload: { ...payloadOf(name, subject, since, facts), endedAt: endedAt.toISOString(), minutes },
    }
  }

  function payloadOf(name: OwnRule, subject: string, since: Date, { error: _, ...facts }: Alert['facts']) {
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
  webhooks: '/',
}

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
