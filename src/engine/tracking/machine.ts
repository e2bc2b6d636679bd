/** What came for one of our links or pictures. */
export interface Hit {
  readonly kind: 'open' | 'click'
  readonly method: string
  /** Empty when none was sent. */
  readonly userAgent: string
  /** It said itself that nobody is looking yet: `Sec-Purpose: prefetch` and its forerunners. */
  readonly prefetch: boolean
  readonly at: Date
  /** Which link was followed; null: the one nobody sees, or a picture. */
  readonly link: string | null
}

/** Why a hit is no person's. */
export type MachineReason = 'head' | 'prefetch' | 'too_soon' | 'image_proxy' | 'scanner' | 'trap' | 'many_links'

/** From the carrier having it to a person reading it takes longer; filters look at once. */
const TOO_SOON_MS = 2_000
/** Nobody follows two links of a mail within this time. */
const MANY_LINKS_MS = 1_000
/** Whoever follows the link nobody sees follows the others of that mail around the same time. */
const TRAP_MS = 60_000

/**
 * Pictures fetched by the mailbox's own servers, at a time that says nothing about a person: Gmail's and Yahoo's proxies name
 * themselves; Apple's Mail Privacy Protection sends nothing but `Mozilla/5.0`
 * (help.socketlabs.com/docs/identifying-apple-mpp-opens-in-notification-api-events; SendGrid and Brevo tell such opens apart
 * as `sg_machine_open` and `proxy_open`).
 */
const IMAGE_PROXY = /GoogleImageProxy|YahooMailProxy|^Mozilla\/5\.0$/

/**
 * Filters and programs that name themselves (check.live-direct-marketing.online/blog/bot-clicks-security-scanners-detect).
 * Most filters take a browser's name: they are told by time, method, number of links and the link nobody sees.
 */
const SCANNER =
  /barracuda|proofpoint|mimecast|ciscosecure|ironport|trendmicro|\bTMES\b|forti(?:mail|guard)|sophos|symantec|messagelabs|fireeye|trellix|sentinelone|zscaler|safelinks|msoffice|microsoft office existence|bitdefender|kaspersky|google-safety|urlscan|virustotal|headless|phantomjs|\bbot\b|bot\/|crawler|spider|preview|^(?:curl|wget|python|go-http|java|okhttp|axios|node|undici|ruby|libwww|apache-httpclient|php|guzzle)/i

/**
 * Whether a machine did it, and how that is known; undefined: as far as can be told, a person. `others`: what else came for
 * the same message, before and after; `sentAt`: when its carrier had it, null where that is not known.
 *
 * Addresses of data centres are not looked at: we keep none of who came.
 */
export function machineReason(hit: Hit, sentAt: Date | null, others: readonly Hit[]): MachineReason | undefined {
  const near = (ms: number) => (other: Hit) =>
    other.kind === 'click' && Math.abs(other.at.getTime() - hit.at.getTime()) <= ms

  if (hit.method === 'HEAD') return 'head'
  if (hit.prefetch) return 'prefetch'
  if (hit.kind === 'open') {
    if (IMAGE_PROXY.test(hit.userAgent)) return 'image_proxy'
  } else {
    if (hit.link === null) return 'trap'
    if (others.filter(near(TRAP_MS)).some((other) => other.link === null)) return 'trap'
    if (others.filter(near(MANY_LINKS_MS)).some((other) => other.link !== hit.link)) return 'many_links'
  }
  if (hit.userAgent === '' || SCANNER.test(hit.userAgent)) return 'scanner'
  return sentAt && hit.at.getTime() - sentAt.getTime() < TOO_SOON_MS ? 'too_soon' : undefined
}
