import { z } from 'zod'
import { fromZod } from '../../platform/http/problems.ts'
import type { AnyProvider } from '../providers/provider.ts'

export type Json = Readonly<Record<string, unknown>>

/**
 * What a provider's settings need, filled in and checked. Every fault's path begins with `settings`.
 * @throws AppError `validation_failed`
 */
export function checkSettings(provider: AnyProvider, settings: unknown): Json {
  const result = provider.settings.safeParse(settings)
  if (!result.success) throw fromZod(result.error, ['settings'])
  return result.data as Json
}

/** RFC 7396: what is named takes the place of what was, null takes it away, what is not named stays. */
export function merge(saved: Json, change: Json): Json {
  // By entries: assigned, a key named __proto__ would be more than a key.
  const merged = new Map(Object.entries(saved))
  for (const [key, value] of Object.entries(change)) {
    const before = merged.get(key)
    if (value === null) merged.delete(key)
    else merged.set(key, isJson(value) ? merge(isJson(before) ? before : {}, value) : value)
  }
  return Object.fromEntries(merged)
}

/** What may be shown of settings, and the names of the secrets that were left out: `password`, `dkim.privateKey`. */
export function withoutSecrets(
  { settings: schema }: Pick<AnyProvider, 'settings'>,
  settings: Json,
): { shown: Json; secrets: string[] } {
  const secrets: string[] = []
  const shown = show(schema, settings, [])
  return { shown: isJson(shown) ? shown : {}, secrets }

  /** Goes by the schema: a field that it does not name is not shown. */
  function show(schema: z.core.$ZodType, value: unknown, path: readonly string[]): unknown {
    if (isSecret(schema)) {
      secrets.push(path.join('.'))
      return undefined
    }
    const inner = unwrapped(schema)
    if (inner instanceof z.ZodObject && isJson(value)) {
      const shape = inner.shape as Record<string, z.core.$ZodType>
      const fields = Object.keys(shape).filter((key) => value[key] !== undefined)
      return Object.fromEntries(
        fields
          .map((key) => [key, show(shape[key]!, value[key], [...path, key])] as const)
          .filter(([, field]) => field !== undefined),
      )
    }
    // A secret could hide in what is inside.
    return typeof value === 'object' ? undefined : value
  }
}

/** Optional, default and the like: what they wrap, and whether any layer is marked. */
function* layers(schema: z.core.$ZodType): Generator<z.core.$ZodType> {
  for (let layer: z.core.$ZodType | undefined = schema; layer; ) {
    yield layer
    const { def } = layer._zod as { def: { innerType?: z.core.$ZodType; in?: z.core.$ZodType } }
    layer = def.innerType ?? def.in
  }
}

const isSecret = (schema: z.core.$ZodType): boolean =>
  [...layers(schema)].some((layer) => z.globalRegistry.get(layer)?.secret === true)

const unwrapped = (schema: z.core.$ZodType): z.core.$ZodType => [...layers(schema)].at(-1)!

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
