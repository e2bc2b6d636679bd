import type { BookingSettings } from './settings.ts'

export interface Point {
  readonly latitude: number
  readonly longitude: number
}

/** Somebody who might do a job. */
export interface Candidate {
  readonly id: string
  readonly contactId: string
  readonly locale: string | null
  readonly point: Point | null
  /** How far they go; null: as far as the organization asks. */
  readonly radiusKm: number | null
  readonly skills: readonly string[]
  readonly blacklisted: boolean
  readonly available: boolean
}

export interface Job {
  readonly point: Point
  readonly skill: string
  readonly radiusKm: number
  /** Who has refused it, or was asked before. */
  readonly without: ReadonlySet<string>
}

export interface Eligible {
  readonly id: string
  readonly contactId: string
  readonly locale: string | null
  readonly distanceKm: number
}

const EARTH_RADIUS_KM = 6_371.0088
const RADIANS = Math.PI / 180

/** Along a great circle, by the haversine formula. */
export function distanceKm(from: Point, to: Point): number {
  const latitudes = (to.latitude - from.latitude) * RADIANS
  const longitudes = (to.longitude - from.longitude) * RADIANS
  const chord =
    Math.sin(latitudes / 2) ** 2 +
    Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS) * Math.sin(longitudes / 2) ** 2
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)))
}

/** Who may be asked, nearest first. Without coordinates nobody is near. Pure. */
export function eligibleFor(job: Job, candidates: readonly Candidate[]): Eligible[] {
  return candidates
    .flatMap(({ id, contactId, locale, point, radiusKm, skills, blacklisted, available }): Eligible[] => {
      if (!point || blacklisted || !available || !skills.includes(job.skill) || job.without.has(id)) return []
      const distance = distanceKm(job.point, point)
      return distance <= Math.min(job.radiusKm, radiusKm ?? job.radiusKm)
        ? [{ id, contactId, locale, distanceKm: distance }]
        : []
    })
    .sort((one, other) => one.distanceKm - other.distanceKm || (one.id < other.id ? -1 : 1))
}

/** What whoever does a job earns of its price; undefined where nothing is said about it. */
export const payOf = ({
  amount,
  professional_share,
}: {
  readonly amount: number
  readonly professional_share: number | null
}): number | undefined => (professional_share === null ? undefined : Math.round((amount * professional_share) / 100))

const HOUR_MS = 3_600_000
/** Nobody is given less to read and answer in, unless the job begins before. */
const LEAST_MS = 15 * 60_000

/** Whether a job begins so soon that it cannot wait. */
export const isUrgent = (startsAt: Date, now: Date, { urgentHours }: Pick<BookingSettings, 'urgentHours'>): boolean =>
  startsAt.getTime() - now.getTime() < urgentHours * HOUR_MS

/** Until when professionals may answer: never after the job begins. Pure. */
export function deadlineOf(
  startsAt: Date,
  now: Date,
  settings: Pick<BookingSettings, 'urgentHours' | 'urgentAnswerHours' | 'answerHours'>,
): Date {
  const hours = isUrgent(startsAt, now, settings) ? settings.urgentAnswerHours : settings.answerHours
  const given = now.getTime() + Math.max(hours * HOUR_MS, LEAST_MS)
  return new Date(Math.min(given, Math.max(startsAt.getTime(), now.getTime())))
}
