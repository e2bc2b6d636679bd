import type { z } from 'zod'
import type { Channel } from '../channels/channel.ts'
import type { BuiltInTemplates } from '../templates/source.ts'
import type { Lane } from './lane.ts'

/**
 * Who hears of an event, the business's clients first. `contact` is whoever the caller names; the others are found by
 * whoever raises the event.
 */
export const AUDIENCES = [
  'contact',
  'customer',
  'client',
  'sender',
  'professional',
  'practitioner',
  'lawyer',
  'assistant',
  'responsible',
  'member',
  'support',
  'operations',
  'accounting',
  'staff',
  'author',
  'owner',
  'admin',
  'platform_admin',
] as const
export type Audience = (typeof AUDIENCES)[number]

/** The audiences outside the business: the entry meant when a notification names its type alone. */
export const CLIENT_AUDIENCES: ReadonlySet<Audience> = new Set(['contact', 'customer', 'client', 'sender'])

/**
 * Decides preferences and consent. `tx` transactional · `rem` reminder · `mkt` marketing: needs consent, carries an
 * unsubscribe link · `ops` for the business's own people.
 */
export const CATEGORIES = ['tx', 'rem', 'mkt', 'ops'] as const
export type Category = (typeof CATEGORIES)[number]

/** What a contact asked to hear of together: carries other news, is never gathered or switched off itself. */
export const DIGEST_TYPE = 'digest.ready'

/** The longest a chain may wait for a report before its next channel begins. */
export const LONGEST_REPORT_WAIT_MINUTES = 7 * 24 * 60

/**
 * `all`: one message on each channel. `firstOf`: one message, on the first channel that can reach the contact; the next
 * only if it definitely fails, or, where `ifNoReportWithinMinutes` is set, when so long after it was sent no carrier has
 * reported what became of it.
 */
export type ChannelPlan =
  | { readonly all: readonly Channel[] }
  | { readonly firstOf: readonly Channel[]; readonly ifNoReportWithinMinutes?: number | undefined }

export const plannedChannels = (plan: ChannelPlan): readonly Channel[] => ('all' in plan ? plan.all : plan.firstOf)

/** How one audience hears of an event. */
export interface EventEntry {
  readonly audience: Audience
  readonly channels: ChannelPlan
  readonly lane: Lane
  readonly category: Category
  /**
   * The payload field that names who this is for: the id of a member or a contact, or a list of them. Then nobody is
   * found by role. A call that names its audience goes before it.
   */
  readonly namedBy?: string
  /** Who hears of it where `namedBy` names nobody. Without it, nobody does. */
  readonly orElse?: Audience
  /** A payload field that is true or false: where it is true, this goes in the critical lane. */
  readonly criticalWhen?: string
  /** Security and money: neither an organization nor a preference switches it off. */
  readonly required?: boolean
  /** Default: the type and the audience, `order.confirmed.customer`. Entries of one event may share a key. */
  readonly templateKey?: string
  /** The built-in wording: every channel of the plan and `in_app`, in every language the product ships. */
  readonly templates: BuiltInTemplates
}

/** Something that happens in a business, what is told about it, and who hears of it. */
export interface EventDefinition<Payload extends z.ZodObject = z.ZodObject> {
  /** `noun.what_happened`: lower case, dots between words that narrow, underscores inside them. */
  readonly type: string
  /** Plain JSON: strings, numbers, booleans, lists and objects of them. Times are ISO 8601 strings; money is integer minor units and a currency. */
  readonly payload: Payload
  /** Shown in previews and in the API's documentation; templates are tried with it before they are published. */
  readonly sample: z.input<Payload>
  /** The payload field that replaces the whole HTML part of an e-mail when it is given. Its author answers for what is in it. */
  readonly htmlField?: string
  /** Payload fields only the recipient may see, such as a link that lets somebody in: stored sealed, never shown. */
  readonly secrets?: readonly string[]
  /**
   * Made by the product alone, of something that lets a person in wherever they work. It goes by the platform's accounts
   * where those are real ones: whoever runs one organization's mail server must not read it.
   */
  readonly platformOnly?: boolean
  /** It goes by the platform's accounts while one of them is a real one and in service: it tells that another is not. */
  readonly platformFirst?: boolean
  readonly entries: readonly EventEntry[]
}

/** One event of the catalogue; the compiler checks the sample against the payload. */
export const defineEvent = <Payload extends z.ZodObject>(event: EventDefinition<Payload>): EventDefinition =>
  event as unknown as EventDefinition
