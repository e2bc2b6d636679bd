import type { z } from 'zod'
import { AppError, type FieldError, invalid } from '../../errors.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'
import { BUILT_IN_LOCALES, type BuiltInTemplates } from '../templates/source.ts'
import { RESERVED_NAMES } from '../templates/variables.ts'
import {
  AUDIENCES,
  type Audience,
  type Category,
  type ChannelPlan,
  CLIENT_AUDIENCES,
  type EventDefinition,
  LONGEST_REPORT_WAIT_MINUTES,
  plannedChannels,
} from './event.ts'
import type { EventSource } from './event-source.ts'
import type { Lane } from './lane.ts'

/** An entry as the engine uses it: the event's payload and one audience's plan, in one object. */
export interface CatalogueEntry {
  readonly type: string
  readonly pack: string
  readonly audience: Audience
  readonly channels: ChannelPlan
  readonly lane: Lane
  readonly category: Category
  readonly required: boolean
  readonly templateKey: string
  readonly templates: BuiltInTemplates
  readonly payload: z.ZodObject
  readonly sample: Record<string, unknown>
  readonly htmlField: string | undefined
  readonly secrets: readonly string[]
  readonly platformOnly: boolean
  readonly platformFirst: boolean
  readonly namedBy: string | undefined
  readonly orElse: Audience | undefined
  readonly criticalWhen: string | undefined
}

export interface Catalogue {
  readonly entries: readonly CatalogueEntry[]
  /** Every audience of a type. Throws `unknown_type`. */
  audiencesOf(type: string): readonly CatalogueEntry[]
  /** The entry a notification of this type means: the audience's when one is named, else the first client's, else the first. Throws `unknown_type`. */
  entry(type: string, audience?: Audience): CatalogueEntry
  /** Whether messages of a type go by the platform's accounts, always or while those work; a type that is not there any more does not. */
  platformWay(type: string): 'only' | 'first' | undefined
  /** The payload with its defaults filled in. Throws `validation_failed`, each field's path under `payload.`. */
  readPayload(entry: CatalogueEntry, payload: unknown): Record<string, unknown>
}

/** Joins the packs' events. A mistake in one of them is thrown here, when the process starts, with every fault named. */
export function createCatalogue(packs: readonly EventSource[]): Catalogue {
  const faults = packs.flatMap((pack) =>
    pack.events.flatMap((event) => faultsOf(event).map((fault) => `${event.type}: ${fault}`)),
  )
  const byType = new Map<string, CatalogueEntry[]>()
  const byTemplate = new Map<string, CatalogueEntry>()

  for (const pack of packs) {
    for (const event of pack.events) {
      if (byType.has(event.type)) faults.push(`${event.type}: is already in the catalogue`)
      const entries = entriesOf(pack, event)
      byType.set(event.type, entries)
      for (const entry of entries) {
        const holder = byTemplate.get(entry.templateKey)
        if (holder && holder.type !== entry.type)
          faults.push(`${event.type}: its template key ${entry.templateKey} belongs to ${holder.type}`)
        if (!holder) byTemplate.set(entry.templateKey, entry)
      }
    }
  }
  if (faults.length) throw new Error(`The catalogue has mistakes:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)

  const audiencesOf = (type: string): readonly CatalogueEntry[] => {
    const entries = byType.get(type)
    if (!entries)
      throw invalid(
        'type',
        `No catalogue entry has the type ${quote(type)}; GET /v1/catalogue lists them`,
        'unknown_type',
      )
    return entries
  }

  return {
    entries: [...byType.values()].flat(),
    audiencesOf,
    entry: (type, audience) => {
      const entries = audiencesOf(type)
      const entry = audience
        ? entries.find((candidate) => candidate.audience === audience)
        : (entries.find((candidate) => CLIENT_AUDIENCES.has(candidate.audience)) ?? entries[0])
      if (!entry) {
        const there = entries.map((candidate) => candidate.audience).join(', ')
        throw invalid('audience', `${type} is not told to ${quote(String(audience))}, only to ${there}`, 'unknown_type')
      }
      return entry
    },
    platformWay: (type) => {
      const entry = byType.get(type)?.[0]
      return entry?.platformOnly ? 'only' : entry?.platformFirst ? 'first' : undefined
    },
    readPayload: (entry, payload) => {
      const read = entry.payload.safeParse(payload)
      if (read.success) return read.data
      const errors = read.error.issues.flatMap(fieldErrors)
      throw new AppError('validation_failed', `The payload does not fit ${entry.type}`, { errors })
    },
  }
}

function entriesOf(pack: EventSource, event: EventDefinition): CatalogueEntry[] {
  return event.entries.map((entry) => ({
    type: event.type,
    pack: pack.name,
    audience: entry.audience,
    channels: entry.channels,
    lane: entry.lane,
    category: entry.category,
    required: entry.required ?? false,
    templateKey: entry.templateKey ?? `${event.type}.${entry.audience}`,
    templates: entry.templates,
    payload: event.payload,
    sample: event.sample,
    htmlField: event.htmlField,
    secrets: event.secrets ?? [],
    platformOnly: event.platformOnly ?? false,
    platformFirst: event.platformFirst ?? false,
    namedBy: entry.namedBy,
    orElse: entry.orElse,
    criticalWhen: entry.criticalWhen,
  }))
}

function faultsOf(event: EventDefinition): string[] {
  const faults: string[] = []
  if (!/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/.test(event.type)) faults.push('a type reads noun.what_happened')
  if (event.entries.length === 0) faults.push('nobody hears of it')
  const fields = Object.keys(event.payload.shape)
  for (const name of fields)
    if (RESERVED_NAMES.has(name)) faults.push(`the payload field ${name} would hide a name that every template has`)
  if (event.htmlField && !fields.includes(event.htmlField)) faults.push(`the payload has no field ${event.htmlField}`)
  for (const name of event.secrets ?? []) {
    if (!fields.includes(name)) faults.push(`the payload has no field ${name}`)
    if (event.entries.some((entry) => !entry.required))
      faults.push(`${name} is secret, and must not wait in a digest: every entry has to be required`)
  }
  const sample = event.payload.safeParse(event.sample)
  if (!sample.success)
    faults.push(
      `its sample does not fit its payload: ${sample.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
    )

  const audiences = new Set<Audience>()
  for (const entry of event.entries) {
    if (!AUDIENCES.includes(entry.audience)) faults.push(`there is no audience ${entry.audience}`)
    if (audiences.has(entry.audience)) faults.push(`${entry.audience} appears twice`)
    audiences.add(entry.audience)
    for (const name of [entry.namedBy, entry.criticalWhen])
      if (name && !fields.includes(name)) faults.push(`the payload has no field ${name}`)
    if (entry.orElse && !entry.namedBy) faults.push(`${entry.audience}: orElse is for entries that name their audience`)
    faults.push(...channelFaults(entry.channels, entry.templates).map((fault) => `${entry.audience}: ${fault}`))
  }
  return faults
}

function channelFaults(plan: ChannelPlan, templates: BuiltInTemplates): string[] {
  const channels = plannedChannels(plan)
  const unknown = channels.filter((channel) => !CHANNELS.includes(channel))
  if (unknown.length) return [`there is no channel ${unknown.join(', ')}`]
  const faults = channels.length === 0 ? ['its plan names no channel'] : []
  if (new Set(channels).size < channels.length) faults.push('its plan names a channel twice')
  const minutes = 'all' in plan ? undefined : plan.ifNoReportWithinMinutes
  if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST_REPORT_WAIT_MINUTES))
    faults.push(`ifNoReportWithinMinutes is a whole number from 1 to ${LONGEST_REPORT_WAIT_MINUTES}`)
  for (const locale of BUILT_IN_LOCALES) {
    for (const channel of new Set<Channel>([...channels, 'in_app'])) {
      if (!templates[locale]?.[channel]) faults.push(`no built-in ${channel} template in ${locale}`)
    }
  }
  return faults
}

const quote = (text: string) => `"${text.slice(0, 100)}"`

/** A key nobody declared is named itself, not the object it stands in. */
function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const at = (...path: PropertyKey[]) => ['payload', ...path].map(String).join('.')
  if (issue.code !== 'unrecognized_keys') return [{ path: at(...issue.path), message: issue.message }]
  return issue.keys
    .slice(0, 20)
    .map((key) => ({ path: at(...issue.path, key.slice(0, 100)), message: 'is not a field of this payload' }))
}
