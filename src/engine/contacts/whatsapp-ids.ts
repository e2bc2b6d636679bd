import type { Database } from '../../platform/database/database.ts'

/** What a message that somebody wrote to us says of who they are. */
interface Written {
  readonly contactId: string | null
  readonly from: string | null
  readonly userId: string | null
}

/**
 * Keeps WhatsApp's own id of the contacts it names beside their number: it is what they are known by once they show no
 * number any more. A new number brings a new id. Doing it again changes nothing.
 */
export const createWhatsappIds =
  ({ db }: { db: Pick<Database, 'run'> }) =>
  async (messages: readonly Written[]): Promise<void> => {
    const known = new Map(
      messages.flatMap(({ contactId, from, userId }) =>
        contactId && from && userId ? [[contactId, { contactId, from, userId }] as const] : [],
      ),
    )
    if (known.size === 0) return
    const rows = [...known.values()].sort((a, b) => (a.contactId < b.contactId ? -1 : 1))
    await db.run(
      'contacts.whatsapp-ids',
      `update contact c set whatsapp_id = i.user_id
       from unnest($1::uuid[], $2::text[], $3::text[]) as i(id, phone, user_id)
       where c.id = any($1::uuid[]) and c.id = i.id and c.phone = i.phone and c.whatsapp_id is distinct from i.user_id`,
      [rows.map((row) => row.contactId), rows.map((row) => row.from), rows.map((row) => row.userId)],
    )
  }
