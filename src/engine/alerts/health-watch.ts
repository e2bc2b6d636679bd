import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTime } from '../../platform/in-time.ts'
import { createLooking } from '../../platform/looking.ts'
import type { OwnEvent } from '../messages/events.ts'
import type { Alert, Alerts } from './alerts.ts'
import {
  type Health,
  LEAST_FREE_BYTES,
  type Part,
  type Sample,
  SLOW_MS,
  seen,
  type Trouble,
  troublesOf,
} from './health.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** What is wrong lasts by the true time: the sandbox's clock jumps. */
  readonly trueNow: () => Date
  readonly alerts: Pick<Alerts, 'look'>
  /** Throws while the queue does not answer. */
  readonly checkQueue: () => Promise<void>
  /** Of the disk with the data folder. */
  readonly disk: () => Promise<NonNullable<Sample['disk']>>
  /** Which machine this is. */
  readonly machine: string
  readonly publicUrl: string
  readonly onError: (error: unknown) => void
}

const LOOK_EVERY_MS = 10_000
const ANSWERS_WITHIN_MS = 5_000
/** Each process tells what it sees itself: what none has seen for so long is over. */
const TIMING = { calmMs: 2 * 60_000, restMs: 30 * 60_000 }

/**
 * Looks in every process at what /health/ready asks for, and at the disk, and tells those who operate the platform what
 * has been wrong for a minute, and that it is over.
 */
export function createHealthWatch({ db, clock, trueNow, alerts, checkQueue, disk, machine, publicUrl, onError }: Deps) {
  let health: Health = {}
  const words = {
    raised: (alert: Alert) => (locale: string) => degraded(alert, locale),
    over: (alert: Alert) => (locale: string) => degraded(alert, locale, clock.now()),
  }
  return createLooking(look, LOOK_EVERY_MS, onError)

  async function look(): Promise<void> {
    health = seen(health, await sample())
    if (health.awaySince) return
    const now = trueNow()
    const aheadMs = clock.now().getTime() - now.getTime()
    const troubles = troublesOf(health, now).map((one) => ({ ...one, since: new Date(one.since.getTime() + aheadMs) }))
    const conditions = troubles.map((trouble) => ({
      organizationId: null,
      subject: trouble.part === 'disk' ? `disk ${machine}` : trouble.part,
      since: trouble.since,
      afterMs: 0,
      facts: { ...trouble, since: trouble.since.toISOString(), machine },
    }))
    await alerts.look('health', null, conditions, TIMING, words)
  }

  async function sample(): Promise<Sample> {
    const began = performance.now()
    const databaseMs = await inTime('The database', db.run('health.watch', 'select 1', []), ANSWERS_WITHIN_MS).then(
      () => performance.now() - began,
      () => undefined,
    )
    const queueAnswers =
      databaseMs === undefined
        ? undefined
        : await inTime('The queue', checkQueue(), ANSWERS_WITHIN_MS).then(
            () => true,
            () => false,
          )
    return { at: trueNow(), databaseMs, queueAnswers, disk: await disk().catch(() => undefined) }
  }

  function degraded({ since, facts }: Alert, locale: string, endedAt?: Date): OwnEvent {
    const { part, measured } = facts as unknown as Trouble
    const language = locale.startsWith('fr') ? 'fr' : 'en'
    return {
      type: 'platform.health_degraded',
      payload: {
        ...WORDS[language][part](measured ?? 0, String(facts.machine)),
        since: since.toISOString(),
        ...(endedAt && { endedAt: endedAt.toISOString() }),
        dashboardUrl: `${publicUrl}/platform`,
      },
    }
  }
}

interface InWords {
  readonly component: string
  readonly indicator: string
  readonly measured: string
  readonly expected?: string
  readonly impact: string
}
type Say = (measured: number, machine: string) => InWords

const withDigits = (locale: string, value: number) =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)
const GIB = 1024 ** 3
const MINUTE_MS = 60_000

const WORDS: Readonly<Record<'fr' | 'en', Readonly<Record<Part, Say>>>> = {
  fr: {
    database_slow: (ms) => ({
      component: 'base de données',
      indicator: 'temps de réponse',
      measured: `${withDigits('fr', ms / 1_000)} s`,
      expected: `moins de ${SLOW_MS / 1_000} s`,
      impact: 'Tout est plus lent, les envois compris.',
    }),
    database_away: (ms) => ({
      component: 'base de données',
      indicator: 'disponibilité',
      measured: `absente ${Math.round(ms / MINUTE_MS)} min`,
      impact: 'Rien n’a été accepté ni envoyé pendant ce temps ; les appels des opérateurs ont été gardés.',
    }),
    queue: () => ({
      component: 'file d’attente',
      indicator: 'disponibilité',
      measured: 'ne répond pas',
      impact: 'Les messages sont acceptés et attendent.',
    }),
    disk: (bytes, machine) => ({
      component: `disque de ${machine}`,
      indicator: 'place libre',
      measured: `${withDigits('fr', bytes / GIB)} Gio`,
      expected: `au moins ${LEAST_FREE_BYTES / GIB} Gio`,
      impact: 'Fichiers joints et appels des opérateurs ne pourront bientôt plus y être gardés.',
    }),
  },
  en: {
    database_slow: (ms) => ({
      component: 'database',
      indicator: 'time to answer',
      measured: `${withDigits('en', ms / 1_000)} s`,
      expected: `less than ${SLOW_MS / 1_000} s`,
      impact: 'Everything is slower, sending included.',
    }),
    database_away: (ms) => ({
      component: 'database',
      indicator: 'availability',
      measured: `away for ${Math.round(ms / MINUTE_MS)} min`,
      impact: 'Nothing was accepted or sent meanwhile; calls of carriers were kept.',
    }),
    queue: () => ({
      component: 'queue',
      indicator: 'availability',
      measured: 'does not answer',
      impact: 'Messages are accepted, and wait.',
    }),
    disk: (bytes, machine) => ({
      component: `disk of ${machine}`,
      indicator: 'free space',
      measured: `${withDigits('en', bytes / GIB)} GiB`,
      expected: `at least ${LEAST_FREE_BYTES / GIB} GiB`,
      impact: 'Attachments and calls of carriers can soon not be kept there any more.',
    }),
  },
}
