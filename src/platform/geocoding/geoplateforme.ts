import { z } from 'zod'
import { ask } from './ask.ts'
import { GeocodingError, type GeocodingProvider, isPoint } from './geocoding.ts'

/** France and what of it has a country code of its own. */
const FRANCE = new Set(['FR', 'GP', 'MQ', 'GF', 'RE', 'YT', 'PM', 'BL', 'MF'])

const Answer = z.object({
  features: z.array(
    z.object({
      geometry: z.object({ coordinates: z.tuple([z.number(), z.number()]) }),
      properties: z.object({ score: z.number(), type: z.string() }),
    }),
  ),
})

/**
 * The national geocoder of the IGN over the Base Adresse Nationale: GET /geocodage/search, GeoJSON as addok answers, no key,
 * 50 requests a second from one address, beyond that 429 with `retry-after: 5` (geoservices.ign.fr, limits of use).
 */
export const geoplateforme = ({
  baseUrl = 'https://data.geopf.fr',
  userAgent,
}: {
  baseUrl?: string | undefined
  userAgent: string
}): GeocodingProvider => ({
  name: 'geoplateforme',
  limit: { burst: 20, perSecond: 30 },
  knows: (country) => FRANCE.has(country),
  async find({ text }) {
    const url = new URL(`${baseUrl.replace(/\/+$/, '')}/geocodage/search`)
    url.search = new URLSearchParams({
      q: text.slice(0, 200),
      index: 'address',
      limit: '1',
    }).toString()
    const answer = Answer.safeParse(await ask('Géoplateforme', url, userAgent))
    if (!answer.success) throw new GeocodingError('temporary', 'Géoplateforme answered in another form than documented')
    const [found] = answer.data.features
    if (!found) return undefined
    const [longitude, latitude] = found.geometry.coordinates
    if (!isPoint({ latitude, longitude })) return undefined
    const { score, type } = found.properties
    return { latitude, longitude, score, townOnly: type === 'municipality' }
  },
})
