/** What a template may expect at a path: read from the payload's schema, so that a misspelt name is found before anyone receives it. */
export type Shape =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'list'; items(): Shape }
  | { readonly kind: 'object'; readonly names: readonly string[]; field(name: string): Shape | undefined }
  /** The schema does not say: anything goes, and prints only if it is text, a number or a boolean. */
  | { readonly kind: 'any' }

/** As much of JSON Schema as Zod writes. */
export interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Record<string, JsonSchema>
  readonly type?: string | readonly string[]
  readonly properties?: Record<string, JsonSchema>
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema | boolean
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
}

const SCALAR: Shape = { kind: 'scalar' }
const ANY: Shape = { kind: 'any' }
const scalars = (...names: string[]): Shape => object(new Map(names.map((name) => [name, () => SCALAR])))

const SYSTEM = new Map<string, () => Shape>([
  ['contact', () => scalars('name')],
  [
    'organization',
    () =>
      object(
        new Map([
          ['name', () => SCALAR],
          ['brand', () => scalars('color', 'logoUrl', 'website', 'address')],
        ]),
      ),
  ],
  ['locale', () => SCALAR],
  ['timeZone', () => SCALAR],
  ['links', () => scalars('preferencesUrl', 'unsubscribeUrl')],
])

/** Everything a template of this payload sees. */
export function shapeOfVariables(payload: JsonSchema): Shape {
  const fields = read(payload, payload)
  const own = fields.kind === 'object' ? fields : object(new Map())
  return {
    kind: 'object',
    names: [...own.names, ...SYSTEM.keys()],
    field: (name) => SYSTEM.get(name)?.() ?? own.field(name),
  }
}

function object(fields: ReadonlyMap<string, () => Shape>, others?: () => Shape): Shape & { kind: 'object' } {
  return { kind: 'object', names: [...fields.keys()], field: (name) => fields.get(name)?.() ?? others?.() }
}

function read(schema: JsonSchema, root: JsonSchema): Shape {
  if (schema.$ref) {
    const name = schema.$ref.replace('#/$defs/', '')
    return schema.$ref === '#' ? read({ ...root, $ref: '' }, root) : read(root.$defs?.[name] ?? {}, root)
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return oneOf(choices.filter(({ type }) => type !== 'null').map((choice) => read(choice, root)))
  if (schema.allOf) return oneOf(schema.allOf.map((choice) => read(choice, root)))
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type

  if (type === 'object' || schema.properties) {
    const fields = new Map(
      Object.entries(schema.properties ?? {}).map(([name, field]) => [name, () => read(field, root)]),
    )
    const others = schema.additionalProperties
    return object(fields, others ? () => (others === true ? ANY : read(others, root)) : undefined)
  }
  if (type === 'array')
    return { kind: 'list', items: () => (typeof schema.items === 'object' ? read(schema.items, root) : ANY) }
  return type || schema.const !== undefined || schema.enum ? SCALAR : ANY
}

/** Of several possibilities: the fields of all of them together; text beats what cannot be known. */
function oneOf(shapes: readonly Shape[]): Shape {
  const [first = ANY] = shapes
  if (shapes.length <= 1) return first
  if (shapes.every((shape) => shape.kind === 'scalar')) return SCALAR
  const objects = shapes.filter((shape) => shape.kind === 'object')
  if (objects.length < shapes.length) return shapes.every((shape) => shape.kind === 'list') ? first : ANY
  const names = [...new Set(objects.flatMap((shape) => shape.names))]
  return {
    kind: 'object',
    names,
    field: (name) => objects.map((shape) => shape.field(name)).find((found) => found !== undefined),
  }
}
