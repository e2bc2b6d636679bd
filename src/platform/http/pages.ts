import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import staticFiles from '@fastify/static'
import swaggerUi from '@fastify/swagger-ui'
import { STRICT_TRANSPORT } from './headers.ts'
import type { Server } from './server.ts'

export interface PagesOptions {
  readonly publicUrl: string
  /** The dashboard as Vite built it; without it, pages answer 404 like any unknown address. */
  readonly dashboardFolder: string | undefined
}

/** What programs call. Everything else that asks for HTML is a page of the dashboard, which finds its own way from there. */
const API_PATH = /^\/(?:v1|api|webhooks|health|metrics|ops|openapi\.json|docs|t|u|assets)(?:[/?]|$)/

/** The pages people see: /docs (works offline) and the dashboard. */
export async function registerPages(
  server: Server,
  { publicUrl, dashboardFolder: folder }: PagesOptions,
): Promise<void> {
  await server.register(async (pages) => {
    pages.addHook('onRequest', (_request, reply, done) => {
      reply.removeHeader('content-security-policy')
      done()
    })
    await pages.register(helmet, pageHeaders(publicUrl))
    await pages.register(swaggerUi, { routePrefix: '/docs', theme: { title: 'Carillon API' } })
    if (folder === undefined || !existsSync(join(folder, 'index.html'))) return

    // Vite puts a hash in the names here, so a file never changes.
    await pages.register(staticFiles, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      maxAge: '365d',
      immutable: true,
      preCompressed: true,
    })
    for (const file of readdirSync(folder, { withFileTypes: true })) {
      if (!file.isFile() || file.name === 'index.html') continue
      pages.get(`/${file.name}`, { schema: { hide: true } }, (_request, reply) =>
        reply.sendFile(file.name, folder, { maxAge: '1h', immutable: false }),
      )
    }
    pages.get('/*', { schema: { hide: true } }, (request, reply) => {
      const isPage =
        request.url === '/' || (!API_PATH.test(request.url) && request.headers.accept?.includes('text/html'))
      if (!isPage) return reply.callNotFound()
      return reply.header('cache-control', 'no-cache').sendFile('index.html', folder, { cacheControl: false })
    })
  })
}

/**
 * Scripts come from this server alone. Styles may be inline: the component library writes them, and so does every mail
 * shown in a preview, whose pictures may come from anywhere. What needs https is left out where PUBLIC_URL is plain http.
 * `baseUri`: where a page's own `<base>` may lead.
 */
export function pageHeaders(publicUrl: string, baseUri = "'none'"): FastifyHelmetOptions {
  const isHttps = publicUrl.startsWith('https:')
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:', 'http:', 'https:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: [baseUri],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
        ...(isHttps && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: isHttps && STRICT_TRANSPORT,
    crossOriginOpenerPolicy: isHttps && { policy: 'same-origin' },
    originAgentCluster: isHttps,
    // A preview shows pictures that other servers send without a CORP header.
    crossOriginEmbedderPolicy: false,
  }
}
