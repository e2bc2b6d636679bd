import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { RaisedEvent } from '../messages/events.ts'
import type { Alert, Alerts } from './alerts.ts'
import { stuckSince, urgentWaits } from './measure-store.ts'
import type { Condition } from './rule.ts'
import { zonesStaleSince } from './zone-data.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly alerts: Pick<Alerts, 'look'>
  /** For how many seconds the most overdue automation of any organization has waited. */
  readonly overdueSeconds: () => Promise<number>
  /** Of the time-zone data this process works with, as the database of zones calls it: 2026c. */
  readonly zoneData: string
  readonly publicUrl: string
}

/** A long queue is read for it. */
const LOOK_EVERY_MS = 10_000
/** Urgent messages of whatever organization that no worker takes: something stands still. */
const URGENT_WAITS_MS = 10 * 60_000
const AUTOMATIONS_WAIT_MS = 15 * 60_000
/** So many looks in a row find the same before anybody is told: a restart is no news, nor what a moved clock makes late for seconds. */
const LOOKS_IN_A_ROW = 2
const TIMING = { calmMs: 2 * 60_000, restMs: 60 * 60_000 }

/** What concerns the whole installation, told to those who operate it. */
export function createInstallationWatch({ db, clock, alerts, overdueSeconds, zoneData, publicUrl }: Deps) {
  let lookedAt = Number.NEGATIVE_INFINITY
  const inARow = { queue: 0, automation_late: 0, vendor_calls: 0, time_zones: 0 }

  return async (): Promise<void> => {
    if (performance.now() - lookedAt < LOOK_EVERY_MS) return
    lookedAt = performance.now()
    const now = clock.now()
    const since = await urgentWaits(db.run, new Date(now.getTime() - URGENT_WAITS_MS), now)
    await told('queue', since, WAITING)
    const lateMs = (await overdueSeconds()) * 1_000
    const isLate = lateMs >= AUTOMATIONS_WAIT_MS
    await told('automation_late', isLate ? new Date(now.getTime() - lateMs) : undefined, NOT_BEGUN)
    await told('vendor_calls', await stuckSince(db.run), NOT_SETTLED)
    await told('time_zones', zonesStaleSince(zoneData, now), OLD_ZONES)
  }

  async function told(rule: keyof typeof inARow, since: Date | undefined, texts: Texts): Promise<void> {
    inARow[rule] = since ? inARow[rule] + 1 : 0
    const conditions = since && inARow[rule] >= LOOKS_IN_A_ROW ? [condition(since)] : []
    await alerts.look(rule, null, conditions, TIMING, wordsOf(texts))
  }

  function wordsOf(texts: Texts) {
    const say = (which: 'raised' | 'over') => (alert: Alert) => (locale: string) =>
      systemAlert(texts[locale.startsWith('fr') ? 'fr' : 'en'], which, alert)
    return { raised: say('raised'), over: say('over') }
  }

  function systemAlert(texts: Texts['en'], which: 'raised' | 'over', { since }: Alert): RaisedEvent {
    const minutes = Math.round((clock.now().getTime() - since.getTime()) / 60_000)
    return {
      type: 'platform.system_alert',
      payload: {
        title: texts[which].title,
        detail: texts[which].detail(minutes),
        component: texts.component,
        since: since.toISOString(),
        alertUrl: `${publicUrl}/platform`,
      },
    }
  }
}

interface Texts {
  readonly fr: InWords
  readonly en: InWords
}
interface InWords {
  readonly component: string
  readonly raised: Said
  readonly over: Said
}
interface Said {
  readonly title: string
  readonly detail: (minutes: number) => string
}

const WAITING: Texts = {
  fr: {
    component: 'envoi',
    raised: {
      title: 'les messages urgents n’avancent plus',
      detail: (minutes) =>
        `Un message urgent attend depuis ${minutes} minutes qu’un processus le prenne. Une file est-elle en pause, un compte hors service, un processus arrêté ?`,
    },
    over: {
      title: 'les messages urgents avancent de nouveau',
      detail: (minutes) => `Plus aucun n’attend. Cela a duré ${minutes} minutes.`,
    },
  },
  en: {
    component: 'sending',
    raised: {
      title: 'urgent messages stand still',
      detail: (minutes) =>
        `An urgent message has waited for ${minutes} minutes for a process to take it. Is a queue paused, an account out of service, a process stopped?`,
    },
    over: {
      title: 'urgent messages move again',
      detail: (minutes) => `None is waiting any more. It lasted ${minutes} minutes.`,
    },
  },
}

const NOT_BEGUN: Texts = {
  fr: {
    component: 'automatisations',
    raised: {
      title: 'des automatisations ne démarrent pas',
      detail: (minutes) =>
        `L’une d’elles était attendue il y a ${minutes} minutes. Le journal du serveur dit pourquoi.`,
    },
    over: {
      title: 'les automatisations démarrent de nouveau',
      detail: (minutes) => `Plus aucune n’est en retard. Cela a duré ${minutes} minutes.`,
    },
  },
  en: {
    component: 'automations',
    raised: {
      title: 'automations do not start',
      detail: (minutes) => `One of them was due ${minutes} minutes ago. The server’s log says why.`,
    },
    over: {
      title: 'automations start again',
      detail: (minutes) => `None is late any more. It lasted ${minutes} minutes.`,
    },
  },
}

const NOT_SETTLED: Texts = {
  fr: {
    component: 'paiements',
    raised: {
      title: 'un appel d’un prestataire ne peut pas être traité',
      detail: (minutes) =>
        `Reçu il y a ${minutes} minutes, un paiement peut-être, il échoue à chaque essai. Il est gardé et essayé encore ; GET /v1/platform/vendor-calls dit pourquoi.`,
    },
    over: {
      title: 'tous les appels des prestataires sont traités',
      detail: (minutes) => `Plus aucun n’attend. Cela a duré ${minutes} minutes.`,
    },
  },
  en: {
    component: 'payments',
    raised: {
      title: 'a call of a vendor cannot be worked off',
      detail: (minutes) =>
        `It came ${minutes} minutes ago, may be a payment, and fails at every try. It is kept and tried again; GET /v1/platform/vendor-calls says why.`,
    },
    over: {
      title: 'all calls of vendors are worked off',
      detail: (minutes) => `None is waiting any more. It lasted ${minutes} minutes.`,
    },
  },
}

const OLD_ZONES: Texts = {
  fr: {
    component: 'fuseaux horaires',
    raised: {
      title: 'les fuseaux horaires sont trop anciens',
      detail: () =>
        'Les règles des fuseaux horaires de ce Node.js ont plus de dix-huit mois. Là où un pays a changé d’heure depuis, rappels et heures calmes se trompent. Une version récente de Node.js les apporte.',
    },
    over: {
      title: 'les fuseaux horaires sont de nouveau à jour',
      detail: () => 'Rappels et heures calmes suivent les règles récentes.',
    },
  },
  en: {
    component: 'time zones',
    raised: {
      title: 'time-zone data is too old',
      detail: () =>
        'The time-zone rules of this Node.js are more than eighteen months old. Where a country has changed its clocks since, reminders and quiet hours are wrong. A recent version of Node.js brings new ones.',
    },
    over: {
      title: 'time-zone data is up to date again',
      detail: () => 'Reminders and quiet hours follow recent rules.',
    },
  },
}

const condition = (since: Date): Condition => ({
  organizationId: null,
  subject: '',
  since,
  afterMs: 0,
  facts: {},
})
