import { createAlerts } from './engine/alerts/alerts.ts'
import { watchingAutomations } from './engine/alerts/automations.ts'
import { createCountryAlerts } from './engine/alerts/country-alerts.ts'
import { deadLetterReport } from './engine/alerts/dead-letter-report.ts'
import { createHealthWatch } from './engine/alerts/health-watch.ts'
import { createInstallationWatch } from './engine/alerts/installation-watch.ts'
import { createNotices } from './engine/alerts/notices.ts'
import { createOwnAlerts } from './engine/alerts/own-alerts.ts'
import { createProviderWatch } from './engine/alerts/provider-watch.ts'
import type { Automation } from './engine/automations/automation.ts'
import type { CountryBrake } from './engine/messages/country-brake.ts'
import type { Events } from './engine/messages/events.ts'
import type { Audiences } from './engine/organizations/audiences.ts'
import type { Organization } from './engine/organizations/organization.ts'
import type { Organizations } from './engine/organizations/organizations.ts'
import { type SlackWebhook, slackText } from './engine/providers/slack/slack.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/database/database.ts'
import type { Logger } from './platform/logging.ts'

interface Parts {
  readonly db: Database
  readonly clock: Clock
  readonly events: Events
  readonly operators: Audiences['operators']
  readonly organization: (id: string) => Promise<Organization>
  readonly organizations: Pick<Organizations, 'setOverBudget'>
  readonly countryBrake: Pick<CountryBrake, 'isFull'>
  /** The version of the time-zone data. */
  readonly zoneData: string
  readonly publicUrl: string
  /** Where operators read along. */
  readonly slack: SlackWebhook | undefined
  readonly log: Logger
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  /** What is looked at is made later than this, and looked at much later than that. */
  readonly later: Omit<Parameters<typeof watchingAutomations>[0], 'ownAlerts' | 'countryAlerts'> & {
    readonly automations: () => readonly string[]
  }
}

/** What is wrong is found and told: by rules, of accounts, of the whole installation. Part of `app.ts`. */
export function createAlerting({ db, clock, events, publicUrl, slack, log, later, ...parts }: Parts) {
  const { operators, organization, organizations, countryBrake, zoneData, nudge, changed } = parts
  const notices =
    slack &&
    createNotices({
      db,
      clock,
      post: { text: slackText, send: slack.send },
      onLost: (why) => log.error(why, 'An alert could not be posted to Slack'),
      onError: (error) => log.error({ err: error }, 'Alerts could not be posted to Slack'),
    })
  const alerts = createAlerts({
    db,
    clock,
    events,
    operators,
    organization,
    notices,
    nudge,
    changed,
    onError: (error, about) => log.error({ err: error, ...about }, 'An alert could not be told'),
  })
  const ownAlerts = createOwnAlerts({
    db,
    clock,
    alerts,
    organization,
    organizations,
    automations: later.automations,
    publicUrl,
  })
  const countryAlerts = createCountryAlerts({
    clock,
    alerts,
    brake: countryBrake,
    organization,
    publicUrl,
    onError: (error) => log.error({ err: error }, 'An alert could not be told'),
  })
  const automations: Automation[] = [
    ...watchingAutomations({ ...later, ownAlerts, countryAlerts }),
    deadLetterReport({ db, clock, raise: events.raise, publicUrl }),
  ]
  /** Looks at accounts and at the whole installation, every few seconds. */
  const createWatch = ({
    overdueSeconds,
    ...accounts
  }: Pick<Parameters<typeof createProviderWatch>[0], 'accounts' | 'revive' | 'onError'> &
    Pick<Parameters<typeof createInstallationWatch>[0], 'overdueSeconds'>) =>
    createProviderWatch({
      db,
      clock,
      alerts,
      ...accounts,
      also: createInstallationWatch({ db, clock, alerts, overdueSeconds, zoneData, publicUrl }),
      publicUrl,
    })
  /** Looks at the parts of the installation, in whatever process. */
  const createHealth = (
    given: Pick<Parameters<typeof createHealthWatch>[0], 'trueNow' | 'checkQueue' | 'disk' | 'machine' | 'onError'>,
  ) => createHealthWatch({ db, clock, alerts, publicUrl, ...given })
  return { alerts, ownAlerts, countryAlerts, notices, automations, createWatch, createHealth }
}
