import { createHash } from 'node:crypto'
import { createAuthEndpoint } from 'better-auth/api'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { systemClock } from '../../platform/clock.ts'

/** Ways in that the library's plugin leaves out, taking a mailbox or another sign-in for a second factor; here it is not. */
const OTHER_WAYS = new Set(['/magic-link/verify', '/callback/:id'])
const CHALLENGE_COOKIE = 'two_factor'

/**
 * A second factor by an authenticator app, asked for whatever way somebody comes in. Guessing is slowed down by the routes
 * in front, person by person; the plugin's own lockout, which would let anybody shut anybody out, is off.
 */
export function secondFactor() {
  const plugin = twoFactor({
    issuer: 'Carillon',
    accountLockout: { enabled: false },
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'two_factor',
        fields: {
          backupCodes: 'backup_codes',
          userId: 'user_id',
          failedVerificationCount: 'failed_verification_count',
          lockedUntil: 'locked_until',
        },
      },
    },
  })
  const after = plugin.hooks.after.map((hook) => ({
    ...hook,
    matcher: (context: Parameters<typeof hook.matcher>[0]) =>
      hook.matcher(context) || OTHER_WAYS.has(context.path ?? ''),
  }))
  return { ...plugin, hooks: { ...plugin.hooks, after } }
}

/** Who has taken the first step and not the second: the user's id, or null. For us alone; no address leads there. */
export const challenge = () => ({
  id: 'challenge' as const,
  endpoints: {
    challenged: createAuthEndpoint.serverOnly(
      { method: 'GET', requireHeaders: true },
      async (ctx): Promise<string | null> => {
        const { name } = ctx.context.createAuthCookie(CHALLENGE_COOKIE)
        const identifier = await ctx.getSignedCookie(name, ctx.context.secret)
        const known = identifier ? await ctx.context.internalAdapter.findVerificationValue(identifier) : null
        return known && known.expiresAt > systemClock.now() ? known.value : null
      },
    ),
  },
})

/** What is derived from a secret is told apart by this number, whatever the order the secrets are named in. */
const versionOf = (key: string): number => createHash('sha256').update(key).digest().readUInt32BE()

/** Keys the library encrypts with: the first; it opens what any of them has encrypted. */
export const versioned = (keys: readonly string[]): { version: number; value: string }[] => [
  ...new Map(keys.map((value) => [versionOf(value), { version: versionOf(value), value }])).values(),
]
