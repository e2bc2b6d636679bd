import swagger from '@fastify/swagger'
import type { RouteOptions } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { addExamples, type OpenApiDocument, tidy } from './openapi-tidy.ts'
import { Problem } from './problems.ts'
import type { Server } from './server.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** One line that says what the operation does. Required, as is `example`. */
    summary?: string
    description?: string
    tags?: readonly string[]
    operationId?: string
    /** Keeps the route out of the document. */
    hide?: boolean
    security?: readonly Record<string, readonly string[]>[]
    /** What goes in and what comes out, checked against the schemas by `openapiFaults`. */
    example?: { readonly body?: unknown; readonly response?: unknown }
  }
}

/** The document at /openapi.json. Ready once the server is. */
export const openapiDocument = (server: Server): OpenApiDocument => server.swagger() as unknown as OpenApiDocument

const routesOf = new WeakMap<object, RouteOptions[]>()

/** Every route registered on the server, in order; those the plugins made as well. */
export const registeredRoutes = (server: Server): readonly RouteOptions[] => routesOf.get(server) ?? []

/** Collects every route registered from now on, and describes the documented ones as OpenAPI 3.1. */
export async function describeRoutes(server: Server, options: { version: string }): Promise<void> {
  const routes: RouteOptions[] = []
  routesOf.set(server, routes)
  server.addHook('onRoute', (route) => {
    routes.push(route)
  })
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carillon',
        version: options.version,
        description: 'Notifications by e-mail, SMS, WhatsApp and in-app, and everything that can be known about them.',
      },
      // Relative: the page at /docs tries things out at whatever address it was opened.
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'An organization’s API key, `crl_…`, or a subscriber token',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'carillon.session_token',
            description: 'The dashboard’s sign-in',
          },
        },
      },
    },
    transform: (document) => {
      const { schema, url, ...rest } = document
      const named =
        schema?.hide || !schema
          ? schema
          : {
              operationId: operationId(document.route),
              ...securityOf(document.route),
              ...schema,
              response: withProblems(schema.response),
            }
      return jsonSchemaTransform({ ...rest, schema: named as never, url })
    },
    transformObject: (document) => {
      const described = jsonSchemaTransformObject(document) as unknown as OpenApiDocument
      const tidied = tidy(described)
      addExamples(tidied, routes)
      return tidied as never
    },
  })
}

/** A guard in `onRequest` carries how its need is written in the document. */
function securityOf(route: RouteOptions): { security?: unknown } {
  const hooks = [route.onRequest ?? []].flat() as { security?: unknown }[]
  const guard = hooks.find((hook) => hook.security !== undefined)
  return guard ? { security: guard.security } : {}
}

const withProblems = (response: unknown) => ({
  ...(response as object),
  default: { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } },
})

/** `POST /v1/contacts/:id/token` → `postV1ContactsByIdToken`. */
function operationId(route: RouteOptions): string {
  const method = String(route.method).toLowerCase()
  const words = route.url.split('/').filter(Boolean)
  return (
    method +
    words
      .map((word) => word.replace(/^:/, 'by-').replace(/(?:^|[-.])(\w)/g, (_, letter: string) => letter.toUpperCase()))
      .join('')
  )
}
