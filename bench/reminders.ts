import { createCatalogue } from '../src/engine/catalogue/catalogue.ts'
import { NO_CHOICE } from '../src/engine/catalogue/choice.ts'
import type { Organization } from '../src/engine/organizations/organization.ts'
import { createReminders, type ReminderPlan } from '../src/engine/reminders/reminders.ts'
import { packs } from '../src/packs/packs.ts'
import { openDatabase } from '../src/platform/database/database.ts'
import { type Lab, quiet } from './lab/processes.ts'
import { createContacts, startProduct } from './lab/product.ts'
import { query, startPostgres, temporaryFolder } from './lab/servers.ts'
import { type Findings, median, percentile, tenths, whole } from './report.ts'

export interface RemindersOptions {
  /** Reminders planned at once. */
  count: number
  rounds: number
  patienceMs: number
}

const CONTACTS = 500
const PER_SUBJECT = 2
const SUBJECTS_AT_ONCE = 250
const MOVES = 300
const OFFSETS = ['-P7D', '-PT48H', '-PT24H', 'day before at 18:00', '04:00 on the day', '-PT1H']
const DAY_MS = 24 * 3_600_000

/** What it costs to plan many reminders, as a pack does it in its transaction, and to move a subject that has six. */
export async function benchReminders(lab: Lab, { count, rounds, patienceMs }: RemindersOptions): Promise<Findings> {
  const folder = temporaryFolder(lab)
  const postgres = await startPostgres(lab, folder)
  const url = await postgres.database('reminders')
  const product = await startProduct(lab, { roles: ['api'], dataDir: folder, databaseUrl: url })
  const contacts = await createContacts(product, CONTACTS)
  const [{ organization_id: organizationId }] = (await query(url, 'select organization_id from contact where id = $1', [
    contacts[0],
  ])) as [{ organization_id: string }]
  const organization: Organization = {
    id: organizationId,
    name: 'Bench',
    country: 'FR',
    locale: 'fr',
    timeZone: 'Europe/Paris',
    brand: {},
    delivery: {},
    demo: false,
    overBudget: [],
  }
  const db = openDatabase({ url })
  lab.afterwards(() => db.close())
  const reminders = createReminders({
    db,
    clock: { now: () => new Date() },
    catalogue: createCatalogue(packs),
    choices: { of: async () => ({ of: () => NO_CHOICE }) },
    organization: async () => organization,
    nudge: () => {},
  })
  const planOf = (subject: string, n: number, days: number, offsets: readonly string[]): ReminderPlan => ({
    subject,
    at: new Date(Date.now() + days * DAY_MS + n * 60_000),
    timeZone: 'Europe/Paris',
    to: { contactId: contacts[n % CONTACTS]! },
    payload: { subject: 'A sample', body: 'Until soon.' },
    reminders: offsets.map((offset) => ({ offset, type: 'message.custom', channels: ['email', 'sms'] })),
  })

  const planMs: number[] = []
  const moveMs: number[] = []
  const apiMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    await quiet(patienceMs)
    const subjects = count / PER_SUBJECT
    const began = performance.now()
    for (let done = 0; done < subjects; done += SUBJECTS_AT_ONCE) {
      const plans = Array.from({ length: SUBJECTS_AT_ONCE }, (_, n) =>
        planOf(`round-${round}-${done + n}`, done + n, 30, ['-PT24H', 'day before at 18:00']),
      )
      await db.engine.transaction().execute((tx) => reminders.planWithin(tx, organizationId, plans))
    }
    planMs.push(performance.now() - began)

    for (let n = -20; n < MOVES; n++) {
      const subject = `moved-${n % 20}`
      const from = performance.now()
      await db.engine
        .transaction()
        .execute((tx) => reminders.planWithin(tx, organizationId, [planOf(subject, n + 20, 40 + (n % 7), OFFSETS)]))
      if (n >= 0) moveMs.push(performance.now() - from)
    }
    for (let n = 0; n < MOVES; n++) {
      const { subject, ...plan } = planOf(`moved-${n % 20}`, n, 60 + (n % 7), OFFSETS)
      const from = performance.now()
      const { status, body } = await product.call('PUT', `/v1/reminders/${subject}`, plan)
      if (status !== 200) throw new Error(`Moving was refused: ${status} ${JSON.stringify(body)}`)
      apiMs.push(performance.now() - from)
    }
  }
  const [{ n: waiting }] = (await query(url, 'select count(*)::int as n from message_work where task = 3', [])) as [
    { n: number },
  ]
  await product.stop()
  const line = (values: readonly number[]) => `${tenths(median(values))} (p99 ${tenths(percentile(values, 0.99))})`
  return {
    bench: 'reminders',
    settings: { count, rounds, perSubject: PER_SUBJECT, subjectsAtOnce: SUBJECTS_AT_ONCE },
    table: [
      [`planning ${whole(count)}, ms`, 'moving a subject with six, ms', 'the same through the API, ms'],
      [planMs.map(whole).join(', '), line(moveMs), line(apiMs)],
    ],
    notes: [`${whole(waiting)} reminders waited at the end.`],
    runs: [{ planMs, moveMs, apiMs }],
  }
}
