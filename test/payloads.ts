import fc from 'fast-check'
import { z } from 'zod'

/** As much of JSON Schema as payloads use. */
interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** In every text that is made here: what would break HTML, were it not escaped. */
export const MARK = `<b>&"'`

const WORDS = [
  'Zoé',
  'l’Œuvre',
  'Müller & fils',
  'Łódź',
  '日本',
  '🎂',
  '{{x}}',
  '100 %',
  'a',
  'rue',
  'É. N.',
  '«ici»',
  '-',
]

/** Any payload that fits, with and without what may be missing; each text carries {@link MARK}. */
export const payloads = (payload: z.ZodObject): fc.Arbitrary<Record<string, unknown>> =>
  valuesOf(z.toJSONSchema(payload, { io: 'input' }) as Schema) as fc.Arbitrary<Record<string, unknown>>

function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, field]) => [name, valuesOf(field)])),
        { requiredKeys: [...(schema.required ?? [])] },
      )
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 6, 6),
      })
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -(10 ** 9), -(10 ** 9)),
        max: Math.min(schema.maximum ?? 10 ** 9, 10 ** 9),
      })
    case 'number':
      return fc.double({
        min: schema.minimum ?? 0,
        max: schema.maximum ?? 10_000,
        noNaN: true,
        noDefaultInfinity: true,
      })
    case 'string':
      return textsOf(schema)
    default:
      throw new Error(`No payload has a ${JSON.stringify(schema)}`)
  }
}

function textsOf({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  if (format === 'date-time') return instants.map((date) => date.toISOString())
  if (format === 'date') return instants.map((date) => date.toISOString().slice(0, 10))
  if (format === 'uuid') return fc.uuid({ version: 4 })
  if (format === 'uri') return fc.nat().map((n) => `https://example.com/${n}?a=1&b=${MARK}#é`)
  if (pattern) return fc.stringMatching(new RegExp(pattern))
  const text = fc
    .tuple(fc.nat(), fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }))
    .map(([n, words]) => `${MARK}${[n, ...words].join(' ')}`.slice(0, maxLength).trim())
  return minLength === 0 ? fc.oneof({ weight: 4, arbitrary: text }, fc.constant('')) : text
}
