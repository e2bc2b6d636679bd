import type { Clock } from '../../../platform/clock.ts'
import type { CarrierTemplate } from '../../channels/report.ts'
import { encodeFields, readJson } from '../http-client/body.ts'
import type { HttpClient } from '../http-client/client.ts'
import { readRefusal } from './answer.ts'

interface Deps {
  readonly client: HttpClient
  readonly clock: Clock
  readonly apiVersion: string
  readonly businessAccountId: string
  readonly hide: (text: string) => string
}

type Json = Readonly<Record<string, unknown>>

const PAGE_SIZE = 100
/** A business account may have 6 000 templates. */
const MOST_PAGES = 100
const FIELDS = 'id,name,language,status,category,components,rejected_reason'

/** Every template of the business account, page by page. Throws, in words for an operator, when one page cannot be read. */
export async function listTemplates({
  client,
  clock,
  apiVersion,
  businessAccountId,
  hide,
}: Deps): Promise<CarrierTemplate[]> {
  const found = new Map<string, CarrierTemplate>()
  let after: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = encodeFields({ fields: FIELDS, limit: `${PAGE_SIZE}`, ...(after === undefined ? {} : { after }) })
    const path = `/${apiVersion}/${businessAccountId}/message_templates?${query}`
    const exchange = await client.send({ method: 'GET', path })
    const body = exchange.kind === 'answered' && exchange.status === 200 ? readJson(exchange.body) : undefined
    if (!body || !Array.isArray(body.data))
      throw new Error(
        `Meta’s list of templates cannot be read: ${readRefusal(exchange, { now: clock.now(), hide, repeatIsSafe: true }).detail}`,
      )
    for (const entry of body.data) {
      const template = isJson(entry) ? templateFrom(entry) : undefined
      if (template) found.set(template.id, template)
    }
    const next = cursorAfter(body.paging)
    if (next === undefined || next === after) break
    after = next
  }
  return [...found.values()]
}

/** Meta's words for a template, in a list or as the event of a webhook. What may be sent is `approved`. */
const STATUSES = new Map<string, CarrierTemplate['status']>(
  Object.entries({
    APPROVED: 'approved',
    REINSTATED: 'approved',
    // Its quality is falling; it still goes.
    FLAGGED: 'approved',
    PENDING: 'pending',
    IN_APPEAL: 'pending',
    REJECTED: 'rejected',
    LIMIT_EXCEEDED: 'rejected',
    PAUSED: 'paused',
    LOCKED: 'paused',
    DISABLED: 'disabled',
    ARCHIVED: 'disabled',
    PENDING_DELETION: 'disabled',
    DELETED: 'disabled',
  } as const),
)
export const templateStatus = (word: unknown): CarrierTemplate['status'] | undefined => STATUSES.get(`${word}`)

function templateFrom(entry: Json): CarrierTemplate | undefined {
  const { id, name, language, category, components, rejected_reason: reason } = entry
  if (typeof id !== 'string' || typeof name !== 'string' || typeof language !== 'string') return undefined
  return {
    id,
    name,
    language,
    // A word of tomorrow: Meta itself will say whether it can be sent.
    status: templateStatus(entry.status) ?? 'pending',
    ...(typeof category === 'string' ? { category: category.toLowerCase() } : {}),
    ...(typeof reason === 'string' && reason !== 'NONE' ? { reason } : {}),
    ...(components === undefined ? {} : { components }),
  }
}

function cursorAfter(paging: unknown): string | undefined {
  // The last page has a cursor too, and no `next`. That address itself is not followed: it is the answer's, not ours.
  if (!isJson(paging) || !isJson(paging.cursors) || typeof paging.next !== 'string') return undefined
  const { after } = paging.cursors
  return typeof after === 'string' && after ? after : undefined
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
