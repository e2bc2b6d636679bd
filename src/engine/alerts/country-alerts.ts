import type { Clock } from '../../platform/clock.ts'
import { isRecent } from '../../platform/remembered.ts'
import type { CountryBrake } from '../messages/country-brake.ts'
import { deliveryOf } from '../messages/delivery-settings.ts'
import type { OwnEvent } from '../messages/events.ts'
import { NO_COUNTRY, ruleFor } from '../messages/phone-countries.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Alert, Alerts } from './alerts.ts'
import type { Condition } from './rule.ts'

interface Deps {
  readonly clock: Clock
  readonly alerts: Pick<Alerts, 'open' | 'notice' | 'look' | 'drop'>
  readonly brake: Pick<CountryBrake, 'isFull'>
  readonly organization: (id: string) => Promise<Organization>
  readonly publicUrl: string
  readonly onError: (error: unknown) => void
}

/** A day that is full has room for some messages every hour; the same burst is told once. */
const TIMING = { calmMs: 2 * 3_600_000, restMs: 20 * 3_600_000 }
/** A process that refuses thousands looks this often whether anybody knows. */
const NOTICED_MS = 5 * 60_000
const MOST_NOTICED = 10_000

export type CountryAlerts = ReturnType<typeof createCountryAlerts>

/** Countries that an organization's phone messages are held back from: told to its owners and to those who operate the platform. */
export function createCountryAlerts({ clock, alerts, brake, organization, publicUrl, onError }: Deps) {
  const noticed = new Map<string, number>()

  const words = {
    raised: (alert: Alert) => (locale: string) => braked(alert, locale),
    // The burst is over: there is nothing to do any more.
    over: () => undefined,
    operatorsToo: async (alert: Alert) => {
      const { name } = await organization(alert.organizationId!)
      return (locale: string) => suspected(alert, name, locale)
    },
  }

  return {
    /** Something was refused just now. */
    unusual(organizationId: string, country: string): void {
      const now = clock.now()
      const key = `${organizationId} ${country}`
      const before = noticed.get(key)
      if (before !== undefined && isRecent(before, now, NOTICED_MS)) return
      if (noticed.size >= MOST_NOTICED) noticed.clear()
      noticed.set(key, now.getTime())
      tell(organizationId, country).catch((error) => {
        noticed.delete(key)
        onError(error)
      })
    },

    /** Ends those where there is room again, and, without a word, those that somebody has decided about. */
    async look(organizationId: string, dryRun: boolean): Promise<{ wrong: number; raised: number; over: number }> {
      const tenant = await organization(organizationId)
      const open = await alerts.open('countries', organizationId)
      const isOpen = ({ subject }: Alert) => isWatched(tenant, subject)
      const conditions: Condition[] = []
      for (const alert of open.filter(isOpen)) {
        const { full, limit } = await brake.isFull(tenant, alert.subject)
        if (full) conditions.push(condition(organizationId, alert.subject, limit))
      }
      if (dryRun) return { wrong: conditions.length, raised: 0, over: 0 }
      if (open.length > 0) await alerts.drop('countries', organizationId, (alert) => !isOpen(alert))
      const done = await alerts.look('countries', organizationId, conditions, TIMING, words)
      return { wrong: conditions.length, ...done }
    },
  }

  async function tell(organizationId: string, country: string): Promise<void> {
    const tenant = await organization(organizationId)
    if (!isWatched(tenant, country)) return
    const { limit } = await brake.isFull(tenant, country)
    await alerts.notice('countries', condition(organizationId, country, limit), TIMING, words)
  }

  function braked({ subject, since, facts }: Alert, locale: string): OwnEvent {
    return {
      type: 'sms.country_braked',
      only: ['owner'],
      payload: {
        country: nameOf(subject, locale),
        limit: Number(facts.limit),
        since: since.toISOString(),
        settingsUrl: `${publicUrl}/automations`,
      },
    }
  }

  function suspected({ subject, since, facts }: Alert, name: string, locale: string): OwnEvent {
    const country = nameOf(subject, locale)
    const isFrench = locale.startsWith('fr')
    return {
      type: 'platform.fraud_detected',
      payload: {
        businessName: name.slice(0, 200),
        signal: isFrench
          ? `Plus de ${facts.limit} SMS ou WhatsApp en 24 heures vers un pays où il n’en part presque jamais : ${country}.`
          : `More than ${facts.limit} SMS or WhatsApp messages in 24 hours to a country that hardly ever gets any: ${country}.`,
        actionTaken: isFrench
          ? 'les suivants ne partent pas ; les propriétaires en décident'
          : 'further ones do not leave; the owners decide',
        detectedAt: since.toISOString(),
        caseUrl: `${publicUrl}/platform`,
      },
    }
  }
}

const isWatched = (organization: Organization, country: string): boolean =>
  ruleFor(country, organization.country, deliveryOf(organization).phoneCountries) === 'watched'

const condition = (organizationId: string, country: string, limit: number): Condition => ({
  organizationId,
  subject: country,
  afterMs: 0,
  facts: { limit },
})

/** In the reader's language. */
function nameOf(country: string, locale: string): string {
  if (country === NO_COUNTRY) return locale.startsWith('fr') ? 'numéros sans pays' : 'numbers of no country'
  return new Intl.DisplayNames([locale], { type: 'region' }).of(country) ?? country
}
