import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { createRemembered } from '../../platform/remembered.ts'
import type { Templates } from '../templates/templates.ts'
import type { CatalogueEntry } from './catalogue.ts'
import { type Choice, checkChoice, NO_CHOICE } from './choice.ts'
import { CHOICES, type ChoiceRow, holdChoice, toChoice, writeChoice } from './choice-store.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly templates: Pick<Templates, 'channelsOf'>
}

type Entry = Pick<
  CatalogueEntry,
  'type' | 'audience' | 'lane' | 'required' | 'channels' | 'platformOnly' | 'templateKey'
>

/** What one organization chose, of every entry. */
export interface Chosen {
  of(entry: Pick<Entry, 'type' | 'audience'>): Choice
}

/** How long a choice made in another process may stay unseen here. Its own process sees it at once. */
const STALE_MS = 5_000

export type Choices = ReturnType<typeof createChoices>

/** Where organizations differ from the catalogue. Remembered as current template versions are: no query per message. */
export function createChoices({ db, clock, templates }: Deps) {
  const remembered = createRemembered<Chosen>({ load, clock, staleMs: STALE_MS })

  async function load(organizationId: string): Promise<Chosen> {
    const rows = await db.run<ChoiceRow>('catalogue.choices', CHOICES, [organizationId])
    const byName = new Map(rows.map((row) => [nameOf(row), toChoice(row)]))
    return { of: (entry) => byName.get(nameOf(entry)) ?? NO_CHOICE }
  }

  return {
    of: remembered.of,

    /**
     * Changes what is named; null is as the catalogue has it. It holds for what is accepted from then on.
     *
     * @throws AppError `validation_failed` for what is out of the entry's bounds.
     */
    async change(
      organizationId: string,
      entry: Entry,
      changes: { readonly [Name in keyof Choice]?: Choice[Name] | undefined },
    ): Promise<void> {
      const templated = await templates.channelsOf(organizationId, entry.templateKey)
      const named = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
      await db.as(organizationId, async (tx) => {
        const choice: Choice = { ...(await holdChoice(tx, organizationId, entry, clock.now())), ...named }
        checkChoice(entry, choice, templated)
        await writeChoice(tx, organizationId, entry, choice, clock.now())
      })
      remembered.forget(organizationId)
    },
  }
}

const nameOf = ({ type, audience }: { readonly type: string; readonly audience: string }) => `${type} ${audience}`
