import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { fromZod } from '../../platform/http/problems.ts'
import { DeliverySettings } from './delivery-settings.ts'
import { neverOpens } from './send-window.ts'

type Json = Readonly<Record<string, unknown>>

/** Fields whose null means “off”; of every other field null means the default. */
const OFF_BY_NULL: ReadonlySet<string> = new Set(
  Object.entries(DeliverySettings.shape)
    .filter(([, field]) => field.safeParse(null).success)
    .map(([name]) => name),
)

/** The body of PATCH /v1/delivery-settings: any part of the settings, each checked by itself. */
export const DeliverySettingsPatch = (patchOf(DeliverySettings) as z.ZodType<Json>).meta({
  id: 'DeliverySettingsPatch',
})

function patchOf(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable)
    return patchOf(schema.unwrap())
  if (schema instanceof z.ZodRecord) return z.record(schema.keyType, patchOf(schema.valueType).nullable())
  if (!(schema instanceof z.ZodObject)) return schema as z.ZodType
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => {
    const given = patchOf(field).nullable().optional()
    return [name, field.description ? given.describe(field.description) : given]
  })
  return z.strictObject(Object.fromEntries(fields))
}

/**
 * What is stored after a change: a JSON merge patch (RFC 7396), but that null switches off what can be switched off.
 *
 * @throws AppError `validation_failed` with the path and the remedy, when the whole makes no sense: hours that never open.
 */
export function changed(stored: Json, patch: Json): Json {
  const next = merged(stored, patch, OFF_BY_NULL)
  const read = DeliverySettings.safeParse(next)
  if (!read.success) throw fromZod(read.error)
  const fault = neverOpens(read.data)
  if (fault) throw new AppError('validation_failed', `${fault.path} ${fault.message}`, { errors: [fault] })
  return next
}

function merged(stored: Json, patch: Json, offByNull: ReadonlySet<string> = new Set()): Json {
  const next: Record<string, unknown> = { ...stored }
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (value === null && !offByNull.has(name)) delete next[name]
    else next[name] = isObject(value) ? merged(isObject(next[name]) ? next[name] : {}, value) : value
  }
  return next
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
