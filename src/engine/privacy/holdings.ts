import type { Tx } from '../../platform/database/database.ts'

/** One line of what is held about a contact, as their export has it. */
export type HeldRow = Readonly<Record<string, unknown>> & { readonly id: string }

/** A file of the pack's, under the name their export gives it. */
export interface HeldFile {
  readonly id: string
  readonly filename: string
  readonly storageKey: string
}

/** What a pack's own tables hold about a contact: for their export and their erasure. */
export interface Holdings {
  /** Files of the export, by name: the rows after an id (null: the first), in the order of their ids. */
  readonly lists: Readonly<
    Record<string, (tx: Tx, contactId: string, after: string | null, limit: number) => Promise<HeldRow[]>>
  >
  /** Files of the export beside those that messages carried: what was issued for them, also what outlives an erasure. */
  documents?(tx: Tx, contactId: string, after: string | null, limit: number): Promise<HeldFile[]>
  /** Keys of the files that go with them: read before `erase`, and deleted once it is done. */
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
