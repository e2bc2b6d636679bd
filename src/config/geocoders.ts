import { z } from 'zod'
import { GEOCODER_NAMES, type GeocoderSettings } from '../platform/geocoding/providers.ts'
import { type Setting, url } from './checks.ts'

/** Where addresses of bookings are. Without one, an organization’s fallback point is taken: addresses leave for nobody unasked. */
export const GEOCODER_SETTINGS = {
  /** Services that are asked, in this order: geoplateforme (France, of the state), nominatim (everywhere, OpenStreetMap). */
  GEOCODERS: [
    z
      .string()
      .transform((value) => value.split(',').map((one) => one.trim()))
      .pipe(z.array(z.enum(GEOCODER_NAMES)))
      .optional(),
    'geoplateforme, nominatim or both with a comma between them',
  ],
  /** An address or page of whoever runs this server: Nominatim’s terms want to know whom to write to. */
  GEOCODER_CONTACT: [z.string().trim().min(3).max(200).optional(), 'an e-mail address or a page'],
  GEOPLATEFORME_BASE_URL: [url('https:', 'http:').optional(), 'an http:// or https:// address'],
  NOMINATIM_BASE_URL: [url('https:', 'http:').optional(), 'an http:// or https:// address'],
} as const satisfies Record<string, Setting>

type Settings = { [N in keyof typeof GEOCODER_SETTINGS]: z.output<(typeof GEOCODER_SETTINGS)[N][0]> }

export function geocoders(s: Settings, faults: string[]): GeocoderSettings[] {
  const { GEOCODERS: names = [], GEOCODER_CONTACT: contact } = s
  if (names.includes('nominatim') && !contact && !s.NOMINATIM_BASE_URL)
    faults.push('GEOCODER_CONTACT is needed with GEOCODERS=nominatim: its terms want to know whom to write to')
  const userAgent = contact ? `Carillon (${contact.replace(/[^\x20-\x7e]/g, '')})` : 'Carillon'
  const baseUrls = { geoplateforme: s.GEOPLATEFORME_BASE_URL, nominatim: s.NOMINATIM_BASE_URL }
  return [...new Set(names)].map((name) => ({ name, baseUrl: baseUrls[name], userAgent }))
}
