import { setTimeout as sleep } from 'node:timers/promises'
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import type { Clock } from '../clock.ts'
import type { Crypto } from '../crypto.ts'
import type { Database } from '../database/database.ts'
import type { Limits } from '../limits/limits.ts'
import {
  type Candidate,
  GeocodingError,
  type GeocodingProvider,
  isGoodEnough,
  normalized,
  type Point,
  type PostalAddress,
} from './geocoding.ts'

/** Good enough to be used; `score` is 0.7 to 1. */
export interface Found extends Point {
  readonly score: number
}

export interface Geocoder {
  /**
   * The point of an address; undefined when nobody knows it well enough. Asked once in months.
   *
   * @throws GeocodingError `temporary` when no service could be asked now.
   */
  find(address: PostalAddress): Promise<Found | undefined>
  /** The same for whoever can do without: undefined also when no service could be asked; `onError` is told. */
  lookUp(address: PostalAddress): Promise<Found | undefined>
  /** Forgets what has expired. */
  sweep(): Promise<void>
}

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly crypto: Pick<Crypto, 'stamp'>
  readonly limits: Pick<Limits, 'take'>
  /** In the order they are asked; none: everything has its fallback. */
  readonly providers: readonly GeocodingProvider[]
  readonly onError?: (error: Error) => void
}

const DAY_MS = 86_400_000
/** Streets stay where they are; numbers are added to them. */
const FOUND_KEPT_MS = 180 * DAY_MS
const UNKNOWN_KEPT_MS = DAY_MS
/** For a turn within a service’s limit, nobody waits longer. */
const LONGEST_TURN_MS = 5_000
const FAILURES_IN_A_ROW = 5
const LEFT_ALONE_MS = 30_000

interface Row {
  readonly latitude: number | null
  readonly longitude: number | null
  readonly score: number | null
}

export function createGeocoder({ db, clock, crypto, limits, providers, onError = () => {} }: Deps): Geocoder {
  const services = providers.map((provider) => serviceOf(provider, limits, clock))
  /** The same address asked for twice at once is asked for once. */
  const asking = new Map<string, Promise<Found | undefined>>()

  async function find(address: PostalAddress): Promise<Found | undefined> {
    const key = crypto.stamp('geocode', Buffer.from(normalized(address)))
    const name = key.toString('base64url')
    const under = asking.get(name)
    if (under) return under
    const answer = remembered(key, address).finally(() => asking.delete(name))
    asking.set(name, answer)
    return answer
  }

  async function remembered(key: Buffer, address: PostalAddress): Promise<Found | undefined> {
    const [row] = await db.run<Row>(
      'geocodes.get',
      'select latitude, longitude, score from geocode where key = $1 and expires_at > $2',
      [key, clock.now()],
    )
    if (row) return pointOf(row)
    const found = await askAll(address)
    if (found === 'nobody') return undefined
    const expiresAt = new Date(clock.now().getTime() + (found ? FOUND_KEPT_MS : UNKNOWN_KEPT_MS))
    await db.run(
      'geocodes.put',
      `insert into geocode (key, latitude, longitude, score, provider, expires_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (key) do update set latitude = excluded.latitude, longitude = excluded.longitude,
         score = excluded.score, provider = excluded.provider, expires_at = excluded.expires_at`,
      [
        key,
        found?.latitude ?? null,
        found?.longitude ?? null,
        found?.score ?? null,
        found?.provider ?? null,
        expiresAt,
      ],
    )
    return found && { latitude: found.latitude, longitude: found.longitude, score: found.score }
  }

  /** The first good answer. `nobody`: there is nobody to ask, which is not worth remembering. */
  async function askAll(address: PostalAddress): Promise<(Candidate & { provider: string }) | undefined | 'nobody'> {
    const able = services.filter(({ provider }) => provider.knows(address.country))
    if (able.length === 0) return 'nobody'
    let failed: GeocodingError | undefined
    for (const { provider, find: askIt } of able) {
      try {
        const found = await askIt(address)
        if (found && isGoodEnough(found)) return { ...found, provider: provider.name }
      } catch (error) {
        if (!(error instanceof GeocodingError)) throw error
        onError(error)
        failed = error
      }
    }
    // One that could not be asked might have known it: that nobody does is only true when all were asked.
    if (failed) throw failed
    return undefined
  }

  return {
    find,
    lookUp: (address) =>
      find(address).catch((error: unknown) => {
        if (error instanceof GeocodingError) return undefined
        throw error
      }),
    async sweep() {
      await db.run('geocodes.sweep', 'delete from geocode where expires_at <= $1', [clock.now()])
    },
  }
}

const pointOf = ({ latitude, longitude, score }: Row): Found | undefined =>
  latitude === null || longitude === null ? undefined : { latitude, longitude, score: score ?? 0 }

/** A provider asked no more often than it allows by all processes together, and left alone while it fails or said so. */
function serviceOf(provider: GeocodingProvider, limits: Pick<Limits, 'take'>, clock: Clock) {
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof GeocodingError),
    { halfOpenAfter: LEFT_ALONE_MS, breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW) },
  )
  let quietUntil = 0

  async function turn(): Promise<void> {
    for (let waited = 0; ; ) {
      const { allowed, retryAfterMs } = await limits.take(`geocoding:${provider.name}`, provider.limit)
      if (allowed) return
      waited += retryAfterMs
      if (waited > LONGEST_TURN_MS)
        throw new GeocodingError('temporary', `${provider.name} is asked as often as it may`)
      await sleep(retryAfterMs)
    }
  }

  async function find(address: PostalAddress): Promise<Candidate | undefined> {
    const quietMs = quietUntil - clock.now().getTime()
    if (quietMs > 0) throw new GeocodingError('temporary', `${provider.name} asked to be left alone`, quietMs)
    // Outside the breaker: that others ask too is no fault of the service.
    await turn()
    try {
      return await breaker.execute(() => provider.find(address))
    } catch (error) {
      if (error instanceof BrokenCircuitError)
        throw new GeocodingError('temporary', `${provider.name} has failed and is left alone`, LEFT_ALONE_MS)
      if (error instanceof GeocodingError && error.retryAfterMs !== undefined)
        quietUntil = clock.now().getTime() + error.retryAfterMs
      throw error
    }
  }

  return { provider, find }
}
