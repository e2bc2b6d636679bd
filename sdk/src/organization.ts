import type { Role } from './generated/api.ts'
import type { Pages } from './pages.ts'
import type { Body, CallOptions, Query, Transport } from './transport.ts'

/** Who works in an organization and signs in, what each may do, what was done, and the keys of its programs. */
export function organization({ call, bytes }: Transport, pages: Pages) {
  return {
    apiKeys: {
      ...pages('GET /v1/api-keys'),
      /** The answer holds the key itself, this once. */
      create: (key: Body<'POST /v1/api-keys'>, given?: CallOptions) =>
        call('POST /v1/api-keys', { ...given, body: key }),
      revoke: (id: string, given?: CallOptions) => call('DELETE /v1/api-keys/:id', { ...given, params: { id } }),
    },

    members: {
      ...pages('GET /v1/members'),
      update: (id: string, changes: Body<'PATCH /v1/members/:id'>, given?: CallOptions) =>
        call('PATCH /v1/members/:id', { ...given, params: { id }, body: changes, repeatable: true }),
      remove: async (id: string, given?: CallOptions): Promise<void> => {
        await call('DELETE /v1/members/:id', { ...given, params: { id } })
      },
    },

    roles: {
      list: (given?: CallOptions) => call('GET /v1/roles', given),
      /** What a role may do; null: as the product has it. */
      update: (role: Role['role'], permissions: Role['permissions'] | null, given?: CallOptions) =>
        call('PUT /v1/roles/:role', { ...given, params: { role }, body: { permissions } }),
    },

    invitations: {
      ...pages('GET /v1/invitations'),
      create: (invitation: Body<'POST /v1/invitations'>, given?: CallOptions) =>
        call('POST /v1/invitations', { ...given, body: invitation }),
      revoke: (id: string, given?: CallOptions) => call('DELETE /v1/invitations/:id', { ...given, params: { id } }),
      /** What an invitation is for; the token is in its mail. */
      open: (token: string, given?: CallOptions) =>
        call('POST /v1/invitations/open', { ...given, body: { token }, repeatable: true }),
      accept: (acceptance: Body<'POST /v1/invitations/accept'>, given?: CallOptions) =>
        call('POST /v1/invitations/accept', { ...given, body: acceptance }),
    },

    /** When the platform's support may look in. */
    supportWindows: {
      ...pages('GET /v1/support-windows'),
      open: (wanted: Body<'POST /v1/support-windows'>, given?: CallOptions) =>
        call('POST /v1/support-windows', { ...given, body: wanted }),
      close: (id: string, given?: CallOptions) => call('DELETE /v1/support-windows/:id', { ...given, params: { id } }),
    },

    /** For those who operate the platform. */
    platform: {
      organizations: pages('GET /v1/platform/organizations'),
      /** Calls of vendors that could not be worked off yet. */
      vendorCalls: {
        ...pages('GET /v1/platform/vendor-calls'),
        /** Tries one again at once. */
        retry: (id: string, given?: CallOptions) =>
          call('POST /v1/platform/vendor-calls/:id/retry', { ...given, params: { id } }),
      },
    },

    /** Who changed what, and who looked at personal data. */
    audit: {
      ...pages('GET /v1/audit'),
      /** Whether every entry is there, as it was written. */
      verify: (given?: CallOptions) => call('GET /v1/audit/verify', given),
      settings: (given?: CallOptions) => call('GET /v1/audit/settings', given),
      updateSettings: (settings: Body<'PATCH /v1/audit/settings'>, given?: CallOptions) =>
        call('PATCH /v1/audit/settings', { ...given, body: settings, repeatable: true }),
      /** The file, as its bytes come. */
      export: (query: Query<'GET /v1/audit/export'> = {}, given?: CallOptions): Promise<ArrayBuffer> =>
        bytes(`/v1/audit/export?${new URLSearchParams(query as Record<string, string>)}`, given),
    },

    /** Where one is signed in. */
    sessions: {
      list: (given?: CallOptions) => call('GET /v1/sessions', given),
      end: async (id: string, given?: CallOptions): Promise<void> => {
        await call('DELETE /v1/sessions/:id', { ...given, params: { id } })
      },
      endOthers: (given?: CallOptions) => call('POST /v1/sessions/end-others', { ...given, repeatable: true }),
    },

    /** A code of an authenticator app, asked for besides the password. */
    secondFactor: {
      /** What the app needs, and the backup codes, this once. It counts after `activate`. */
      enable: (password: string, given?: CallOptions) =>
        call('POST /api/auth/two-factor/enable', { ...given, body: { password } }),
      activate: (code: string, given?: CallOptions) =>
        call('POST /api/auth/two-factor/activate', { ...given, body: { code } }),
      disable: (password: string, given?: CallOptions) =>
        call('POST /api/auth/two-factor/disable', { ...given, body: { password } }),
      newBackupCodes: (password: string, given?: CallOptions) =>
        call('POST /api/auth/two-factor/backup-codes', { ...given, body: { password } }),
    },

    session: {
      get: (given?: CallOptions) => call('GET /v1/session', given),
      signIn: (credentials: Body<'POST /api/auth/sign-in/email'>, given?: CallOptions) =>
        call('POST /api/auth/sign-in/email', { ...given, body: credentials }),
      /** Has a link sent to sign in with; told alike whether or not the address is known. */
      requestSignInLink: (email: string, given?: CallOptions) =>
        call('POST /api/auth/sign-in/magic-link', { ...given, body: { email } }),
      signInByLink: (token: string, given?: CallOptions) =>
        call('POST /api/auth/magic-link/verify', { ...given, body: { token } }),
      /** Has a link sent to choose a new password with; told alike whether or not the address is known. */
      requestPasswordReset: (email: string, given?: CallOptions) =>
        call('POST /api/auth/request-password-reset', { ...given, body: { email } }),
      resetPassword: (reset: Body<'POST /api/auth/reset-password'>, given?: CallOptions) =>
        call('POST /api/auth/reset-password', { ...given, body: reset }),
      /** The second step, for whoever was answered `secondFactor: true`. */
      signInWithCode: (code: Body<'POST /api/auth/sign-in/second-factor'>, given?: CallOptions) =>
        call('POST /api/auth/sign-in/second-factor', { ...given, body: code }),
      /** What else there is to sign in with. */
      ways: (given?: CallOptions) => call('GET /api/auth/ways', given),
      /** Where to lead the browser to sign in with the company's own sign-in. */
      beginCompanySignIn: (given?: CallOptions) => call('POST /api/auth/sign-in/oidc', given),
      /** With what the browser was led back with. */
      finishCompanySignIn: (returned: Body<'POST /api/auth/sign-in/oidc/finish'>, given?: CallOptions) =>
        call('POST /api/auth/sign-in/oidc/finish', { ...given, body: returned }),
      signOut: (given?: CallOptions) => call('POST /api/auth/sign-out', { ...given, repeatable: true }),
      changePassword: (change: Body<'POST /api/auth/change-password'>, given?: CallOptions) =>
        call('POST /api/auth/change-password', { ...given, body: change }),
      chooseOrganization: (organizationId: string, given?: CallOptions) =>
        call('PUT /v1/session/organization', { ...given, body: { organizationId } }),
    },
  }
}
