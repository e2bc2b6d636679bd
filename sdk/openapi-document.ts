import { openapiDocument } from '../src/platform/http/openapi.ts'
import type { OpenApiDocument } from '../src/platform/http/openapi-tidy.ts'
import { withIdleApp } from '../test/idle-app.ts'

/** The document of the product as it is wired, without listening. */
export const readDocument = (): Promise<OpenApiDocument> => withIdleApp((app) => openapiDocument(app.http))
