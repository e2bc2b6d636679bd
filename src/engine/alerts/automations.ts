import type { CarrierTemplates } from '../accounts/carrier-templates.ts'
import type { AccountChecks } from '../accounts/checks.ts'
import { type Automation, defineAutomation } from '../automations/automation.ts'
import type { CountryAlerts } from './country-alerts.ts'
import type { OwnAlerts } from './own-alerts.ts'

interface Deps {
  readonly checks: Pick<AccountChecks, 'due' | 'check'>
  readonly templates: Pick<CarrierTemplates, 'dueFor' | 'syncFor'>
  readonly ownAlerts: Pick<OwnAlerts, 'look'>
  readonly countryAlerts: Pick<CountryAlerts, 'look'>
}

/** They run often: of each a week is looked back at. */
const OFTEN_KEPT_DAYS = 7
const HOURLY_KEPT_DAYS = 30

/** What looks by itself whether an organization's messages could leave, and tells when something is wrong. */
export const watchingAutomations = ({ checks, templates, ownAlerts, countryAlerts }: Deps): Automation[] => [
  defineAutomation({
    name: 'providers.check',
    description: 'Signs in to provider accounts that have sent nothing for an hour, without sending anything',
    schedule: { cron: '10 * * * *' },
    brief: true,
    runsKeptDays: HOURLY_KEPT_DAYS,
    async run({ organizationId, dryRun }) {
      const due = await checks.due(organizationId)
      return dryRun ? { checked: due.length } : checks.check(due)
    },
  }),
  defineAutomation({
    name: 'templates.sync',
    description: 'Asks WhatsApp which templates are approved',
    schedule: { cron: '25 * * * *' },
    runsKeptDays: HOURLY_KEPT_DAYS,
    async run({ organizationId, dryRun }) {
      return dryRun ? { accounts: templates.dueFor(organizationId).length } : templates.syncFor(organizationId)
    },
  }),
  defineAutomation({
    name: 'alerts.check',
    description: 'Measures by the rules for alerts, and tells admins what is wrong and when it is over',
    schedule: { cron: '*/5 * * * *' },
    brief: true,
    runsKeptDays: OFTEN_KEPT_DAYS,
    async run({ organizationId, dryRun }) {
      const own = await ownAlerts.look(organizationId, dryRun)
      const countries = await countryAlerts.look(organizationId, dryRun)
      return {
        wrong: own.wrong + countries.wrong,
        raised: own.raised + countries.raised,
        over: own.over + countries.over,
      }
    },
  }),
]
