import { sql } from 'kysely'
import type { Within } from '../../engine/packs/surface.ts'
import { payOf } from './attribution.ts'
import { addressText } from './booking.ts'
import type { Bookings } from './bookings.ts'
import type { MissionDocuments } from './mission-documents.ts'
import { type AttributionRow, askedKey, type JobRow, type Missions, type Reader } from './missions.ts'
import { attached } from './papers.ts'
import { planFor } from './reminding.ts'
import { addressOf, nameOf } from './told.ts'

/** Who does a job, and their own page about it as long as they do. */
export interface Winner extends Reader {
  readonly contactId: string
  readonly missionUrl?: string
}

/** The name a mission's reminder goes by. */
export const missionSubject = (attributionId: string): string => `mission-${attributionId}`

interface Deps {
  readonly missions: Missions
  readonly bookings: Pick<Bookings, 'staffUrl'>
  readonly documents: Pick<MissionDocuments, 'order'>
}

export type Winners = ReturnType<typeof createWinners>

/** What whoever does a job is told of it. */
export function createWinners({ missions, bookings, documents }: Deps) {
  return {
    tell,

    /** Their reminder, at the time the job has now. Gives who they are. */
    async remind(within: Within, job: JobRow, row: AttributionRow): Promise<Winner> {
      const { winner, own } = await ownOf(within, job, row)
      await plan(within, job, row, winner.contact_id, own)
      return { contactId: winner.contact_id, locale: winner.locale, missionUrl: own.missionUrl }
    },
  }

  /** What whoever does it is told of it. */
  async function ownOf(within: Within, job: JobRow, row: AttributionRow) {
    const { rows } = await sql<Reader & { contact_id: string; company: string }>`
      select p.contact_id, p.company, c.locale from professional p left join contact c on c.id = p.contact_id where p.id = ${row.winner_id}`.execute(
      within.tx,
    )
    const winner = rows[0]!
    const mission = { attributionId: row.id, professionalId: row.winner_id! }
    const urls = await missions.urls(within, [mission])
    const own = {
      ...(await missions.openPart(job, winner)),
      address: addressText(addressOf(job)),
      clientName: nameOf(job),
      ...(job.phone && { clientPhone: job.phone }),
      ...(job.notes && { notes: job.notes.slice(0, 2_000) }),
      professionalId: winner.contact_id,
      missionUrl: urls.get(askedKey(row.id, row.winner_id!))!,
    }
    return { winner, own }
  }

  async function plan(
    within: Within,
    job: JobRow,
    { id }: AttributionRow,
    contactId: string,
    payload: Record<string, unknown>,
  ): Promise<void> {
    await planFor(within, {
      subject: missionSubject(id),
      at: job.starts_at,
      timeZone: job.time_zone,
      to: { contactId },
      about: [job.contact_id],
      payload,
      reminders: [{ offset: '04:00 on the day', type: 'mission.day_of', audience: 'professional' }],
    })
  }

  /** Everything whoever does it needs, and a reminder at four in the morning of the day. */
  async function tell(within: Within, job: JobRow, row: AttributionRow): Promise<void> {
    const { winner, own } = await ownOf(within, job, row)
    const pay = payOf(job)
    const papers = await documents.order(within, job.organization_id, job.id)
    const payload = {
      ...own,
      ...(pay !== undefined && { pay }),
      currency: job.currency,
      professionalName: winner.company,
      bookingUrl: bookings.staffUrl(job.id),
    }
    // Each in their language; taken back and accepted again within minutes, it is news again.
    await within.raiseAll([
      {
        type: 'mission.accepted',
        only: ['professional'],
        attachments: attached(papers, job.reference),
        allowRepeat: true,
        about: [job.contact_id],
        payload,
      },
      {
        type: 'mission.accepted',
        only: ['staff'],
        allowRepeat: true,
        about: [job.contact_id, winner.contact_id],
        payload: { ...payload, ...(await missions.openPart(job)) },
      },
    ])
    await plan(within, job, row, winner.contact_id, own)
  }
}
