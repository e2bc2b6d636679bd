import type { Server } from '../../platform/http/server.ts'
import { type AccountRouteParts, accountRoutes } from './account-routes.ts'
import { type ApiKeyRouteParts, apiKeyRoutes } from './api-key-routes.ts'
import { type InvitationRouteParts, invitationRoutes } from './invitation-routes.ts'
import { type MemberRouteParts, memberRoutes } from './member-routes.ts'
import { type OidcRouteParts, oidcRoutes } from './oidc-routes.ts'
import { type RecoveryRouteParts, recoveryRoutes } from './recovery-routes.ts'
import { type SecondFactorRouteParts, secondFactorRoutes } from './second-factor-routes.ts'
import { type SessionRouteParts, sessionRoutes } from './session-routes.ts'
import { type SignInRouteParts, signInRoutes } from './sign-in-routes.ts'
import { type SupportRouteParts, supportRoutes } from './support-routes.ts'

/** Who may come in: signing in, the session, API keys, the team, the platform's support. */
export function organizationRoutes(
  server: Server,
  parts: SignInRouteParts &
    RecoveryRouteParts &
    OidcRouteParts &
    SecondFactorRouteParts &
    AccountRouteParts &
    SessionRouteParts &
    ApiKeyRouteParts &
    MemberRouteParts &
    InvitationRouteParts &
    SupportRouteParts,
): void {
  signInRoutes(server, parts)
  recoveryRoutes(server, parts)
  oidcRoutes(server, parts)
  secondFactorRoutes(server, parts)
  accountRoutes(server, parts)
  sessionRoutes(server, parts)
  apiKeyRoutes(server, parts)
  memberRoutes(server, parts)
  invitationRoutes(server, parts)
  supportRoutes(server, parts)
}
