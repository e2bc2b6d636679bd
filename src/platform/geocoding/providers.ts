import type { GeocodingProvider } from './geocoding.ts'
import { geoplateforme } from './geoplateforme.ts'
import { nominatim } from './nominatim.ts'

/** Every service there is, by the name it has in the settings. */
const PROVIDERS = { geoplateforme, nominatim }

export const GEOCODER_NAMES = Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[]

export interface GeocoderSettings {
  readonly name: keyof typeof PROVIDERS
  readonly baseUrl: string | undefined
  readonly userAgent: string
}

export const providersOf = (settings: readonly GeocoderSettings[]): GeocodingProvider[] =>
  settings.map(({ name, ...rest }) => PROVIDERS[name](rest))
