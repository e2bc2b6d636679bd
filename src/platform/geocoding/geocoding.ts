export interface Point {
  readonly latitude: number
  readonly longitude: number
}

export interface PostalAddress {
  /** On one line: street, postal code and town. */
  readonly text: string
  /** ISO 3166-1, two capital letters: it is looked for nowhere else. */
  readonly country: string
}

/** What a provider makes of an address: the best it knows, however bad. */
export interface Candidate extends Point {
  /** 0 to 1: how well it fits what was asked. */
  readonly score: number
  /** No more exact than a town: of no use for finding who is near. */
  readonly townOnly: boolean
}

/** One geocoding service. */
export interface GeocodingProvider {
  readonly name: string
  /** What its terms allow, for the whole application. */
  readonly limit: { readonly burst: number; readonly perSecond: number }
  knows(country: string): boolean
  /** Undefined: it knows nothing like it. @throws GeocodingError */
  find(address: PostalAddress): Promise<Candidate | undefined>
}

/**
 * The service gave no answer. `temporary`: it may give one later; `configuration`: not before somebody changes something.
 * Its words never hold the address.
 */
export class GeocodingError extends Error {
  override readonly name = 'GeocodingError'
  readonly kind: 'temporary' | 'configuration'
  readonly retryAfterMs: number | undefined

  constructor(kind: 'temporary' | 'configuration', message: string, retryAfterMs?: number) {
    super(message)
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}

/** Under it, what was found is another place more often than not (the IGN’s own advice for its scores). */
const LEAST_SCORE = 0.7

export const isGoodEnough = ({ score, townOnly }: Candidate): boolean => score >= LEAST_SCORE && !townOnly

export const isPoint = ({ latitude, longitude }: Point): boolean =>
  Number.isFinite(latitude) &&
  Number.isFinite(longitude) &&
  Math.abs(latitude) <= 90 &&
  Math.abs(longitude) <= 180 &&
  // Where broken data lies, in the sea.
  !(latitude === 0 && longitude === 0)

/** The same for every way of writing it that means the same: case, accents, punctuation and spaces do not count. */
export const normalized = ({ text, country }: PostalAddress): string =>
  [text, country]
    .map((part) =>
      part
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim(),
    )
    .join('|')
