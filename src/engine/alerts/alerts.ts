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
    ): Promise<{ raised: number; over: number }> {
      const now = clock.now()
      const done = { raised: 0, over: 0 }
      const open = await openAlerts(db.run, rule, organizationId)
      if (open.length === 0 && conditions.length === 0) return done
      const before = await lastRaised(db.run, rule, new Date(now.getTime() - timing.restMs))
      const wrong = new Map(conditions.map((one) => [keyOf(one.organizationId, one.subject), one]))
      const known = new Map(open.map((row) => [keyOf(row.organization_id, row.subject), row]))
      for (const key of new Set([...wrong.keys(), ...known.keys()])) {
        const row = known.get(key)
        const condition = wrong.get(key)
        const last = before.find((one) => keyOf(one.organization_id, one.subject) === key)?.raised_at ?? undefined
        try {
          let step = stepOf(row && knownOf(row), condition, last, timing, now)
          let id = row?.id
          if (step === 'begin' && condition) {
            id = await begin(rule, condition, now)
            const since = condition.since ?? now
            step = stepOf({ since, raisedAt: null, calmSince: null }, condition, last, timing, now)
          }
          if (id === undefined) continue
          if (step === 'raise' && condition) {
            const mark = (tx: Tx) => raiseAlert(tx, id, condition.facts, now)
            if (await tell(id, alertOf(row, condition, now), words, 'raised', mark)) done.raised++
          } else if (step === 'end' && row) {
            if (await tell(id, toAlert(row), words, 'over', (tx) => endAlert(tx, id, now))) done.over++
          } else if (step === 'calm' || step === 'again') await setCalm(db.run, id, step === 'calm' ? now : null)
          else if (step === 'forget') await forgetAlert(db.run, id)
        } catch (error) {
          onError(error, { rule })
        }
      }
      return done
    },

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
    which: keyof Words,
    mark: (tx: Tx) => Promise<boolean>,
  ): Promise<boolean> {
    const said = await words[which](alert)
    const told = said ? await toldTo(alert, said, `${id}:${which}`) : []
    const locale = said && alert.organizationId === null && notices ? await localeOfOperators() : undefined
    const marked = await db.engine.transaction().execute(async (tx) => {
      if (!(await mark(tx))) return false
      for (const { organizationId, event: one } of told) await events.raiseWithin(tx, organizationId, [one])
      if (said && locale !== undefined) await notices?.add(tx, typeof said === 'function' ? said(locale) : said, locale)
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

  /** The organization's admins, unless the event says who; what is of the whole installation, those who operate it. */
  async function toldTo({ organizationId }: Alert, said: Said, dedupeKey: string) {
    const eventFor = async (where: string) => {
      const event = typeof said === 'function' ? said((await organization(where)).locale) : said
      return { ...event, dedupeKey, allowRepeat: true }
    }
    if (organizationId !== null)
      return [{ organizationId, event: { only: ['admin' as const], ...(await eventFor(organizationId)) } }]
    const places = [...Map.groupBy(await operators(), (one) => one.organizationId)]
    return Promise.all(
      places.map(async ([where, people]) => ({
        organizationId: where,
        event: {
          ...(await eventFor(where)),
          only: ['platform_admin' as const],
          audience: { platform_admin: people.map(({ contactId }) => ({ contactId })) },
        },
      })),
    )
  }
}

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
