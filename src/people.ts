import type { Automation } from './engine/automations/automation.ts'
import { createRuns } from './engine/automations/runs.ts'
import { createSchedules } from './engine/automations/schedules.ts'
import { createConsents } from './engine/contacts/consents.ts'
import { createContacts } from './engine/contacts/contacts.ts'
import type { Fingerprints } from './engine/contacts/fingerprints.ts'
import { contactImport } from './engine/imports/import.ts'
import type { LinkTokens } from './engine/links/tokens.ts'
import type { Accept } from './engine/messages/accept.ts'
import type { MessageActions } from './engine/messages/actions.ts'
import type { MessageReader } from './engine/messages/read.ts'
import type { Organization } from './engine/organizations/organization.ts'
import type { OpenedPacks } from './engine/packs/packs.ts'
import { createAgreements } from './engine/preferences/agreements.ts'
import { createPreferences } from './engine/preferences/preferences.ts'
import { contactErasure } from './engine/privacy/erase.ts'
import { contactExport, createDropExports } from './engine/privacy/export.ts'
import { contentsRetention } from './engine/privacy/retention.ts'
import { suppressionImport } from './engine/suppressions/import.ts'
import { createSuppressions } from './engine/suppressions/suppressions.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/database/database.ts'
import type { Logger } from './platform/logging.ts'
import type { Queue } from './platform/queue/queue.ts'
import type { Storage } from './platform/storage/storage.ts'

interface Parts {
  readonly db: Database
  readonly clock: Clock
  readonly queue: Queue
  readonly storage: Storage
  readonly organization: (id: string) => Promise<Organization>
  readonly accept: Accept
  readonly actions: MessageActions
  readonly read: MessageReader
  readonly fingerprints: Fingerprints
  readonly tokens: LinkTokens
  readonly publicUrl: string
  readonly log: Logger
  /** What else runs by itself. */
  readonly automations: readonly Automation[]
  /** An automation has failed twice in a row. */
  readonly automationFailed: (organizationId: string) => Promise<void>
  /** What packs run, and what they hold about people. */
  readonly packs: Pick<OpenedPacks, 'automations' | 'holdings'>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
}

/** Who can be written to, what they agreed to, and what is held about them. Part of `app.ts`. */
export function createPeople(parts: Parts) {
  const { db, clock, queue, storage, organization, accept, actions, read, fingerprints, tokens, publicUrl, log } = parts
  const { nudge, changed, packs } = parts
  const contacts = createContacts({ db, clock, organization, stopMessages: actions.stopFor })
  const consents = createConsents({ db, clock, stopAt: actions.stopAt })
  const preferences = createPreferences({
    db,
    clock,
    organization,
    stopUnwanted: actions.stopUnwanted,
    changed,
  })
  const agreements = createAgreements({
    db,
    clock,
    organization,
    accept,
    tokens,
    publicUrl,
    stopUnwanted: actions.stopUnwanted,
    nudge,
    changed,
  })
  const suppressions = createSuppressions({
    db,
    clock,
    organization,
    fingerprints,
    stopAt: actions.stopAt,
    changed,
  })
  const automations = [
    contentsRetention({ db, clock, storage, organization }),
    suppressionImport({ db, clock, organization, fingerprints, storage, stopAt: actions.stopAt }),
    contactImport({ db, clock, organization, storage }),
    contactExport({ db, clock, storage, read, holdings: packs.holdings }),
    contactErasure({
      db,
      clock,
      storage,
      fingerprints,
      stopFor: actions.stopFor,
      stopAbout: actions.stopAbout,
      dropExports: createDropExports({ db, storage }),
      holdings: packs.holdings,
      changed,
    }),
    ...parts.automations,
    ...packs.automations,
  ]
  const runs = createRuns({
    db,
    clock,
    queue,
    automations,
    onFailing: ({ organizationId }) => parts.automationFailed(organizationId),
    onError: (error, of) => log.error({ err: error, ...of }, 'An automation could not go on'),
  })
  const schedules = createSchedules({
    db,
    clock,
    automations,
    runs,
    organization,
    onError: (error) => log.error({ err: error }, 'Automations could not be looked at'),
  })
  return { contacts, consents, preferences, agreements, suppressions, runs, schedules }
}
