import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import type { Eligible } from './attribution.ts'
import { type BookingDocuments, type Paper, paperOf } from './booking-documents.ts'
import { orderOf, type Professional, proposalOf } from './documents/document-data.ts'
import { languageOf } from './quotes.ts'

interface Asked extends Professional {
  readonly contact_id: string
  readonly locale: string | null
}

/** A mission that is offered. */
interface Offer {
  readonly organizationId: string
  readonly bookingId: string
  readonly attributionId: string
  readonly answerBy: Date
}

export type MissionDocuments = ReturnType<typeof createMissionDocuments>

/** What professionals are given: each a proposal of their own, restricted, and whoever accepted the order. */
export function createMissionDocuments({
  surface,
  documents,
}: {
  surface: Pick<PackSurface, 'clock'>
  documents: Pick<BookingDocuments, 'factsOf' | 'write' | 'built'>
}) {
  return {
    /** By the contact each is for; nothing for one that cannot be made. */
    async propose(
      within: Within,
      { organizationId, bookingId, attributionId, answerBy }: Offer,
      asked: readonly Eligible[],
    ): Promise<ReadonlyMap<string, Paper>> {
      const { subject, quoteId, pay, issuer } = await documents.factsOf(within, organizationId, bookingId)
      const { rows } = await sql<Asked>`
        select p.contact_id, p.company, c.email, c.phone, c.locale from professional p join contact c on c.id = p.contact_id
        where p.id = any(${asked.map(({ id }) => id)}::uuid[])`.execute(within.tx)
      const now = surface.clock.now()
      const distances = new Map(asked.map(({ contactId, distanceKm }) => [contactId, distanceKm]))
      const written = await documents.write(
        within,
        organizationId,
        rows.map((professional) => {
          const language = languageOf(professional, issuer.organization.locale)
          const offer = { distanceKm: distances.get(professional.contact_id) ?? 0, pay, answerBy }
          return {
            quoteId,
            bookingId,
            attributionId,
            contactId: professional.contact_id,
            kind: 'mission_proposal',
            audience: 'restricted',
            language,
            version: 1,
            built: documents.built(() => ({ data: proposalOf(subject, professional, offer, issuer, language, now) })),
          }
        }),
      )
      return new Map(
        written.filter(({ refused }) => !refused).map((row): [string, Paper] => [row.contact_id!, paperOf(row)]),
      )
    },

    /** To whoever has accepted a booking's mission, as it is now; nothing where nobody has. */
    async order(within: Within, organizationId: string, bookingId: string): Promise<readonly Paper[]> {
      const { rows } = await sql<Asked & { id: string; versions: number }>`
        select a.id, p.contact_id, p.company, c.email, c.phone, c.locale,
          (select count(*)::int from booking_document d where d.attribution_id = a.id and d.contact_id = p.contact_id and d.kind = 'mission_order') as versions
        from attribution a join professional p on p.id = a.winner_id join contact c on c.id = p.contact_id
        where a.booking_id = ${bookingId} and a.organization_id = ${organizationId} and a.status = 'accepted'`.execute(
        within.tx,
      )
      const [winner] = rows
      if (!winner) return []
      const { subject, quoteId, pay, issuer } = await documents.factsOf(within, organizationId, bookingId)
      const language = languageOf(winner, issuer.organization.locale)
      const now = surface.clock.now()
      const written = await documents.write(within, organizationId, [
        {
          quoteId,
          bookingId,
          attributionId: winner.id,
          contactId: winner.contact_id,
          kind: 'mission_order',
          audience: 'full',
          language,
          version: winner.versions + 1,
          built: documents.built(() => ({ data: orderOf(subject, winner, pay, issuer, language, now) })),
        },
      ])
      return written.filter(({ refused }) => !refused).map(paperOf)
    },
  }
}
