import type { Tx } from '../../platform/database/database.ts'

/** One line of what is held about a contact, as their export has it. */
export type HeldRow = Readonly<Record<string, unknown>> & { readonly id: string }

/** What a pack's own tables hold about a contact: for their export and their erasure. */
export interface Holdings {
  /** Files of the export, by name: the rows after an id (null: the first), in the order of their ids. */
  readonly lists: Readonly<
    Record<string, (tx: Tx, contactId: string, after: string | null, limit: number) => Promise<HeldRow[]>>
  >
  /** Keys of the files that go with them: deleted before the rows, so that a crash leaves none behind. */
  files?(tx: Tx, person: { readonly id: string; readonly organizationId: string }): Promise<readonly string[]>
  /** Ends what they had to do or were asked, before anything is taken out. May be called again. */
  leave?(person: { readonly id: string; readonly organizationId: string }): Promise<void>
  /** Takes out everything that says who the contact is or what was done for them; says how many rows, by kind. */
  erase(
    tx: Tx,
    person: {
      readonly id: string
      readonly organizationId: string
      readonly email: string | null
      readonly phone: string | null
    },
  ): Promise<Readonly<Record<string, number>>>
}
