import { z } from 'zod'
import { ask } from './ask.ts'
import { GeocodingError, type GeocodingProvider, isPoint } from './geocoding.ts'

const Answer = z.array(z.object({ lat: z.string(), lon: z.string(), place_rank: z.number() }))

/** nominatim.org, “Place ranks”: 26 and 27 are streets, 28 to 30 houses and the like; below are quarters and towns. */
const STREET = 26
const HOUSE = 28

/**
 * OpenStreetMap’s geocoder: GET /search, jsonv2. The public one allows one request a second for a whole application that
 * says who it is in its User-Agent, and no bulk (operations.osmfoundation.org/policies/nominatim). It gives no score: it
 * meets every word or leaves some out and gets less exact, so how exact a place is stands for one.
 */
export const nominatim = ({
  baseUrl = 'https://nominatim.openstreetmap.org',
  userAgent,
}: {
  baseUrl?: string | undefined
  /** With a way to reach whoever runs it. */
  userAgent: string
}): GeocodingProvider => ({
  name: 'nominatim',
  limit: { burst: 1, perSecond: 1 },
  knows: () => true,
  async find({ text, country }) {
    const url = new URL(`${baseUrl.replace(/\/+$/, '')}/search`)
    url.search = new URLSearchParams({
      q: text.slice(0, 300),
      countrycodes: country.toLowerCase(),
      format: 'jsonv2',
      limit: '1',
    }).toString()
    const answer = Answer.safeParse(await ask('Nominatim', url, userAgent))
    if (!answer.success) throw new GeocodingError('temporary', 'Nominatim answered in another form than documented')
    const [found] = answer.data
    if (!found) return undefined
    const [latitude, longitude] = [Number(found.lat), Number(found.lon)]
    if (!isPoint({ latitude, longitude })) return undefined
    const rank = found.place_rank
    return { latitude, longitude, score: rank >= HOUSE ? 1 : rank >= STREET ? 0.8 : 0.3, townOnly: rank < STREET }
  },
})
