import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import type { Eligible } from './attribution.ts'
import type { BookingDocuments } from './booking-documents.ts'
import { orderOf, type Professional, proposalOf } from './documents/document-data.ts'
import { type Paper, paperOf } from './papers.ts'
import { languageOf } from './quotes.ts'

interface Asked extends Professional {
  readonly contact_id: string
  readonly locale: string | null
}

/** A mission that is offered, and to whom. */
interface Offer {
  readonly bookingId: string
  readonly attributionId: string
  readonly answerBy: Date
  readonly asked: readonly Eligible[]
}

export const proposalKey = (attributionId: string, contactId: string): string => `${attributionId} ${contactId}`

export type MissionDocuments = ReturnType<typeof createMissionDocuments>

/** What professionals are given: each a proposal of their own, restricted, and whoever accepted the order. */
export function createMissionDocuments({
  surface,
  documents,
}: {
  surface: Pick<PackSurface, 'clock'>
  documents: Pick<BookingDocuments, 'factsOf' | 'factsOfAll' | 'write' | 'built'>
}) {
  return {
    /** By `proposalKey`; nothing for one that cannot be made. */
    async propose(
      within: Within,
      organizationId: string,
      offers: readonly Offer[],
    ): Promise<ReadonlyMap<string, Paper>> {
      const facts = await documents.factsOfAll(
        within,
        organizationId,
        offers.map(({ bookingId }) => bookingId),
      )
      const ids = [...new Set(offers.flatMap(({ asked }) => asked.map(({ id }) => id)))]
      const { rows } = await sql<Asked & { id: string }>`
        select p.id, p.contact_id, p.company, c.email, c.phone, c.locale from professional p join contact c on c.id = p.contact_id
        where p.id = any(${ids}::uuid[])`.execute(within.tx)
      const professionals = new Map(rows.map((row) => [row.id, row]))
      const now = surface.clock.now()
      const proposals = offers.flatMap(({ bookingId, attributionId, answerBy, asked }) => {
        const { subject, quoteId, pay, issuer } = facts.get(bookingId)!
        return asked.flatMap(({ id, distanceKm }) => {
          const professional = professionals.get(id)
          if (!professional) return []
          const language = languageOf(professional, issuer.organization.locale)
          const data = () => ({
            data: proposalOf(subject, professional, { distanceKm, pay, answerBy }, issuer, language, now),
          })
          return [
            {
              quoteId,
              bookingId,
              attributionId,
              contactId: professional.contact_id,
              kind: 'mission_proposal' as const,
              audience: 'restricted',
              language,
              version: 1,
              built: documents.built(data),
            },
          ]
        })
      })
      const written = await documents.write(within, organizationId, proposals)
      return new Map(
        written
          .filter(({ refused }) => !refused)
          .map((row): [string, Paper] => [proposalKey(row.attribution_id!, row.contact_id!), paperOf(row)]),
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
