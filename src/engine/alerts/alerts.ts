import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Events, OwnEvent } from '../messages/events.ts'
import {
  type AlertRow,
  beginAlert,
  endAlert,
  forgetAlert,
  forgetOldAlerts,
  lastRaised,
  listAlerts,
  openAlerts,
  raiseAlert,
  setCalm,
} from './alert-store.ts'
import type { Notices } from './notices.ts'
import { type Condition, type Rule, stepOf, type Timing } from './rule.ts'

interface Deps {
  readonly db: Pick<Database, 'run' | 'engine' | 'read'>
  readonly clock: Clock
  readonly events: Pick<Events, 'raiseWithin'>
  /** Those who operate the platform, each once: where they are members, and as whom. */
  readonly operators: () => Promise<readonly { readonly organizationId: string; readonly contactId: string }[]>
  readonly organization: (id: string) => Promise<{ readonly locale: string }>
  /** Where operators read along outside of the product. */
  readonly notices: Pick<Notices, 'add'> | undefined
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  readonly onError: (error: unknown, about?: Readonly<Record<string, string>>) => void
}

/** A condition that was told, or is to be. */
export interface Alert {
  readonly organizationId: string | null
  readonly subject: string
  readonly since: Date
  readonly raisedAt: Date | null
  readonly facts: Readonly<Record<string, unknown>>
}

/** An event, or one in the language of whoever hears of it. */
type Said = OwnEvent | ((locale: string) => OwnEvent)
/** What is said when it is told and when it is over. */
export interface Words {
  readonly raised: (alert: Alert) => Promise<Said> | Said
  /** Undefined: it ends without a word. */
  readonly over: (alert: Alert) => Promise<Said> | Said | undefined
  /** What those who operate the platform hear as well when it is told to an organization. */
  readonly operatorsToo?: (alert: Alert) => Promise<Said> | Said
}

/** How many were told, and how many are over. */
interface Told {
  raised: number
  over: number
}

const KEPT_MS = 400 * 24 * 3_600_000

export type Alerts = ReturnType<typeof createAlerts>

/**
 * What is wrong is told once when it has lasted, and once more when it is over. Each time is a row, written in the
 * transaction that tells it: however many processes look, one of them finds it untold.
 */
export function createAlerts({ db, clock, events, operators, organization, notices, nudge, changed, onError }: Deps) {
  return {
    /**
     * All that is wrong at this moment by one rule: of one organization, of the installation (null), or everywhere (undefined). What was told and is
     * not among it any more ends. One that cannot be told does not keep the others from it.
     */
    async look(
      rule: Rule,
      organizationId: string | null | undefined,
      conditions: readonly Condition[],
      timing: Timing,
      words: Words,
    ): Promise<Told> {
      const now = clock.now()
      const done: Told = { raised: 0, over: 0 }
      const open = await openAlerts(db.run, rule, organizationId)
      if (open.length === 0 && conditions.length === 0) return done
      const before = await lastRaised(db.run, rule, new Date(now.getTime() - timing.restMs))
      const wrong = new Map(conditions.map((one) => [keyOf(one.organizationId, one.subject), one]))
      const known = new Map(open.map((row) => [keyOf(row.organization_id, row.subject), row]))
      for (const key of new Set([...wrong.keys(), ...known.keys()])) {
        const last = before.find((one) => keyOf(one.organization_id, one.subject) === key)?.raised_at ?? undefined
        const told = await step(rule, known.get(key), wrong.get(key), last, timing, words, now)
        if (told) done[told]++
      }
      return done
    },

    /** As `look` for one thing that is wrong, whatever else may be: nothing ends by it. */
    async notice(rule: Rule, condition: Condition, timing: Timing, words: Words): Promise<void> {
      const now = clock.now()
      const { organizationId, subject } = condition
      const isIt = (row: { organization_id: string | null; subject: string }) =>
        row.organization_id === organizationId && row.subject === subject
      const open = await openAlerts(db.run, rule, organizationId)
      const before = await lastRaised(db.run, rule, new Date(now.getTime() - timing.restMs))
      const last = before.find(isIt)?.raised_at ?? undefined
      await step(rule, open.find(isIt), condition, last, timing, words, now)
    },

    /** Those of a rule that are not over, told or not. */
    open: async (rule: Rule, organizationId: string): Promise<Alert[]> =>
      (await openAlerts(db.run, rule, organizationId)).map(toAlert),

    /** Ends it without a word: whoever was told has ended it themselves, or there is nothing left of which it could be said. */
    async drop(rule: Rule, organizationId: string | undefined, is: (alert: Alert) => boolean): Promise<void> {
      const now = clock.now()
      for (const row of await openAlerts(db.run, rule, organizationId))
        if (is(toAlert(row))) await db.engine.transaction().execute((tx) => endAlert(tx, row.id, now))
    },

    /** Those that were told; newest first. */
    list: (organizationId: string, page: Parameters<typeof listAlerts>[2]): Promise<AlertRow[]> =>
      db.read(organizationId, (tx) => listAlerts(tx, organizationId, page)),

    /** Those of the whole installation. */
    listPlatform: (page: Parameters<typeof listAlerts>[2]): Promise<AlertRow[]> => listAlerts(db.engine, null, page),

    forget: () => forgetOldAlerts(db.run, new Date(clock.now().getTime() - KEPT_MS)),
  }

  /** What a look at one condition leads to; and whether it was told. One that cannot be told keeps no other from it. */
  async function step(
    rule: Rule,
    row: AlertRow | undefined,
    condition: Condition | undefined,
    last: Date | undefined,
    timing: Timing,
    words: Words,
    now: Date,
  ): Promise<keyof Told | undefined> {
    try {
      let next = stepOf(row && knownOf(row), condition, last, timing, now)
      let id = row?.id
      if (next === 'begin' && condition) {
        id = await begin(rule, condition, now)
        const since = condition.since ?? now
        next = stepOf({ since, raisedAt: null, calmSince: null }, condition, last, timing, now)
      }
      if (id === undefined) return undefined
      if (next === 'raise' && condition) {
        const mark = (tx: Tx) => raiseAlert(tx, id, condition.facts, now)
        return (await tell(id, alertOf(row, condition, now), words, 'raised', mark)) ? 'raised' : undefined
      }
      if (next === 'end' && row)
        return (await tell(id, toAlert(row), words, 'over', (tx) => endAlert(tx, id, now))) ? 'over' : undefined
      if (next === 'calm' || next === 'again') await setCalm(db.run, id, next === 'calm' ? now : null)
      else if (next === 'forget') await forgetAlert(db.run, id)
    } catch (error) {
      onError(error, { rule })
    }
    return undefined
  }

  async function begin(rule: Rule, { organizationId, subject, since, facts }: Condition, now: Date): Promise<string> {
    const id = newId(now)
    await beginAlert(db.run, { id, organization_id: organizationId, rule, subject, since: since ?? now, facts })
    return id
  }

  /** Marks it and tells it in one transaction; false when somebody else has. */
  async function tell(
    id: string,
    alert: Alert,
    words: Words,
    which: 'raised' | 'over',
    mark: (tx: Tx) => Promise<boolean>,
  ): Promise<boolean> {
    const said = await words[which](alert)
    const key = `${id}:${which}`
    const forOperators =
      alert.organizationId === null ? said : which === 'raised' && (await words.operatorsToo?.(alert))
    const told = [
      ...(said && alert.organizationId !== null ? [await toOrganization(alert.organizationId, said, key)] : []),
      ...(forOperators ? await toOperators(forOperators, key) : []),
    ]
    const locale = forOperators && notices ? await localeOfOperators() : undefined
    const marked = await db.engine.transaction().execute(async (tx) => {
      if (!(await mark(tx))) return false
      for (const { organizationId, event: one } of told) await events.raiseWithin(tx, organizationId, [one])
      if (forOperators && locale !== undefined) await notices?.add(tx, inLocale(forOperators, locale), locale)
      return true
    })
    if (!marked) return false
    nudge()
    for (const { organizationId } of told) changed(organizationId)
    return true
  }

  /** Where they all read the same. */
  async function localeOfOperators(): Promise<string> {
    const [first] = await operators()
    return first ? (await organization(first.organizationId)).locale : 'en'
  }

  async function eventFor(where: string, said: Said, dedupeKey: string): Promise<OwnEvent> {
    return { ...inLocale(said, (await organization(where)).locale), dedupeKey, allowRepeat: true }
  }

  /** The organization's admins, unless the event says who. */
  async function toOrganization(organizationId: string, said: Said, dedupeKey: string) {
    return { organizationId, event: { only: ['admin' as const], ...(await eventFor(organizationId, said, dedupeKey)) } }
  }

  /** Those who operate the platform, where they are members. */
  async function toOperators(said: Said, dedupeKey: string) {
    const places = [...Map.groupBy(await operators(), (one) => one.organizationId)]
    return Promise.all(
      places.map(async ([where, people]) => ({
        organizationId: where,
        event: {
          ...(await eventFor(where, said, dedupeKey)),
          only: ['platform_admin' as const],
          audience: { platform_admin: people.map(({ contactId }) => ({ contactId })) },
        },
      })),
    )
  }
}

const inLocale = (said: Said, locale: string): OwnEvent => (typeof said === 'function' ? said(locale) : said)

const keyOf = (organizationId: string | null, subject: string): string => `${organizationId ?? ''} ${subject}`

const knownOf = (row: AlertRow) => ({ since: row.since, raisedAt: row.raised_at, calmSince: row.calm_since })

const toAlert = (row: AlertRow): Alert => ({
  organizationId: row.organization_id,
  subject: row.subject,
  since: row.since,
  raisedAt: row.raised_at,
  facts: row.facts as Alert['facts'],
})

const alertOf = (row: AlertRow | undefined, condition: Condition, now: Date): Alert => ({
  organizationId: condition.organizationId,
  subject: condition.subject,
  since: row?.since ?? condition.since ?? now,
  raisedAt: null,
  facts: condition.facts,
})
