import type { Server } from '../../platform/http/server.ts'
import { type ApiKeyRouteParts, apiKeyRoutes } from './api-key-routes.ts'
import { type SessionRouteParts, sessionRoutes } from './session-routes.ts'
import { type SignInRouteParts, signInRoutes } from './sign-in-routes.ts'

/** Who may come in: signing in, the session, API keys. */
export function organizationRoutes(
  server: Server,
  parts: SignInRouteParts & SessionRouteParts & ApiKeyRouteParts,
): void {
  signInRoutes(server, parts)
  sessionRoutes(server, parts)
  apiKeyRoutes(server, parts)
}
