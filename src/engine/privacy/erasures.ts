import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { Counts } from '../automations/automation.ts'
import type { Runs } from '../automations/runs.ts'
import { ERASE } from './erase.ts'
import { countHeld, findPerson, findRemoved, markErased, type Person } from './erase-store.ts'

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly runs: Pick<Runs, 'startWithin' | 'of' | 'get' | 'offer'>
}

export type Erasures = ReturnType<typeof createErasures>

/** Erasing contacts: asked for here, worked off by `contactErasure`. */
export const createErasures = ({ db, clock, runs }: Deps) => ({
  /** What it would take; changes nothing. */
  preview: (organizationId: string, contactId: string): Promise<Counts> =>
    db.as(organizationId, async (tx) => countHeld(tx, organizationId, await personOf(tx, organizationId, contactId))),

  /**
   * From when this answers nothing is accepted for the contact any more. Asked again it is the same erasure. One that was
   * removed before is erased like any other: what was sent to it is still there.
   *
   * @throws AppError `not_found`; `conflict` for a member of the organization.
   */
  async begin(organizationId: string, contactId: string, actor: object) {
    const run = await db.as(organizationId, async (tx) => {
      const person = await personOf(tx, organizationId, contactId)
      if (person.is_member)
        throw new AppError('conflict', 'This contact is a member of the organization; remove the member first')
      await markErased(tx, organizationId, person, clock.now())
      return runs.startWithin(tx, organizationId, { name: ERASE, subjectId: contactId, once: true, actor })
    })
    if (run.status !== 'done') await runs.offer(run)
    return run
  },

  get: (organizationId: string, contactId: string, id: string) =>
    runs.get(organizationId, id, { name: ERASE, subjectId: contactId }),
})

async function personOf(tx: Tx, organizationId: string, contactId: string): Promise<Person> {
  const person = (await findPerson(tx, organizationId, contactId)) ?? (await findRemoved(tx, organizationId, contactId))
  if (!person) throw notFound('Contact', contactId)
  return person
}
