import type { RouteOptions } from 'fastify'

export type JsonObject = { [key: string]: unknown }

interface OperationObject extends JsonObject {
  operationId?: string
  requestBody?: { content: Record<string, JsonObject> }
  responses: Record<string, { description?: string; content?: Record<string, JsonObject> }>
}

export interface OpenApiDocument extends JsonObject {
  openapi: string
  paths: Record<string, Record<string, OperationObject>>
  components: { schemas: Record<string, JsonObject>; securitySchemes: Record<string, JsonObject> }
}

export function addExamples(document: OpenApiDocument, routes: readonly RouteOptions[]): void {
  for (const route of routes) {
    const example = route.schema?.example
    if (!example || route.schema?.hide) continue
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    const operation = document.paths[path]?.[String(route.method).toLowerCase()]
    for (const media of Object.values(operation?.requestBody?.content ?? {})) media.example = toJson(example.body)
    for (const [status, response] of Object.entries(operation?.responses ?? {})) {
      if (!status.startsWith('2') || example.response === undefined) continue
      for (const media of Object.values(response.content ?? {})) media.example = toJson(example.response)
    }
  }
}

const toJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

/**
 * Two clean-ups after the Zod provider. It names every schema twice, `X` for replies and `XInput` for requests; here one
 * name is left where both are the same but for strictness, or only one is used. And schemas that no route reaches go:
 * the registry is one per process.
 */
export function tidy(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components
  const used = reachedFrom(document)
  const rename = new Map<string, string>()
  for (const input of Object.keys(schemas).filter((name) => name.endsWith('Input'))) {
    const name = input.slice(0, -'Input'.length)
    const isOnlyOne = used.has(input) && !used.has(name)
    if (name in schemas && (isOnlyOne || sameShape(schemas[name], schemas[input]))) rename.set(input, name)
  }
  const inputs = new Map([...rename].map(([input, name]) => [name, input]))
  const kept = [...used].map((name) => {
    const to = rename.get(name) ?? name
    // Of two that are one now, the request's says that unknown keys are refused.
    return [to, schemas[used.has(inputs.get(to) ?? '') ? inputs.get(to)! : name]!] as const
  })
  const sorted = Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
  const tidied = mapRefs(
    { ...document, components: { ...document.components, schemas: sorted } },
    (name) => rename.get(name) ?? name,
  ) as OpenApiDocument
  simplify(tidied)
  return tidied
}

function reachedFrom(document: OpenApiDocument): Set<string> {
  const reached = new Set<string>()
  const visit = (value: unknown) =>
    mapRefs(value, (name) => {
      if (!reached.has(name)) {
        reached.add(name)
        visit(document.components.schemas[name])
      }
      return name
    })
  visit(document.paths)
  return reached
}

/** What the provider writes and no reader needs: the bounds of a safe integer, the pattern behind a format, “Default Response”. */
function simplify(value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach(simplify)
    return
  }
  if (value === null || typeof value !== 'object') return
  const node = value as JsonObject
  if (node.type === 'integer' && node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum
  if (node.type === 'integer' && node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum
  if (typeof node.format === 'string') delete node.pattern
  if (node.description === 'Default Response') node.description = 'Done'
  if (isRecord(node.responses) && isRecord(node.responses['204'])) delete node.responses['204'].content
  Object.values(node).forEach(simplify)
}

const isRecord = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null

const REF = '#/components/schemas/'

function mapRefs(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, rename))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (key === '$ref' && typeof child === 'string' && child.startsWith(REF))
        return [key, REF + rename(child.slice(REF.length))]
      return [key, mapRefs(child, rename)]
    }),
  )
}

const sameShape = (a: unknown, b: unknown): boolean => shape(a) === shape(b)
const shape = (value: unknown): string =>
  JSON.stringify(value, (key, child) =>
    key === 'additionalProperties' && child === false ? undefined : child,
  ).replaceAll(/Input"/g, '"')
