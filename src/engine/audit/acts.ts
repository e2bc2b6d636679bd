/** Whose values before a change are looked up, so that the log says what a setting was and became. */
export type Before = 'provider' | 'webhook_endpoint' | 'delivery' | 'audit' | 'member'

/** What a route does, as the audit log sees it. */
export type Act =
  | { readonly kind: 'none'; readonly why: string }
  | {
      readonly kind: 'change' | 'look'
      readonly act: string
      /** Settings that are nobody's: these may be written with their values. */
      readonly values?: readonly string[]
      readonly before?: Before
      /** Parts of the address that name a setting, nobody's data: written as they are once it was done. */
      readonly names?: readonly string[]
      /** Nothing is written of what somebody does with what is their own: a feed, where no `contactId` is named. */
      readonly own?: true
      /** Nothing is written where the body's `dryRun` says that nothing happens. */
      readonly dryRun?: true
      /** Routes without a guard: by the session that comes with the request, by the user whom the answer names, or by the member it makes. */
      readonly by?: 'session' | 'answered_user' | 'new_member'
    }

const none = (why: string): Act => ({ kind: 'none', why })
type More = Omit<Extract<Act, { kind: 'change' | 'look' }>, 'kind' | 'act'>
const change = (act: string, more: More = {}): Act => ({ kind: 'change', act, ...more })
const look = (act: string, more: More = {}): Act => ({ kind: 'look', act, ...more })

const SENDING = none('sending: the notification is its own record, and says by whom it came')
const SUMS = none('sums, nobody’s in particular')
const SETTINGS = none('settings, nobody’s data')
const STATE = none('the state of the product')
const SIGNED = none('by a signed address, without a caller; kept where it belongs')

const PROVIDER_VALUES = ['provider', 'channel', 'position', 'weight', 'limits', 'enabled']
const own = { own: true } as const
const TEMPLATE = { names: ['key', 'channel', 'locale'] } as const

/**
 * Every route and what it does. The server refuses to start with one that is not here. HEAD is as GET; a name with `*` at
 * its end stands for all that begin so.
 */
const ACTS: Readonly<Record<string, Act>> = {
  'POST /v1/notifications': SENDING,
  'POST /v1/notifications/batch': SENDING,
  'POST /v1/events': SENDING,
  'GET /v1/notifications': look('notifications.listed'),
  'GET /v1/notifications/:id': look('notification.read'),
  'POST /v1/notifications/:id/cancel': change('notification.cancelled'),
  'POST /v1/notifications/:id/reschedule': change('notification.rescheduled'),
  'POST /v1/notifications/:id/resend': change('notification.resent'),
  'PUT /v1/reminders/:subject': SENDING,
  'GET /v1/reminders': look('reminders.listed'),
  'GET /v1/reminders/:subject': look('reminders.read'),
  'DELETE /v1/reminders/:subject': change('reminders.cancelled'),
  'GET /v1/messages': look('messages.listed'),
  'GET /v1/messages/:id': look('message.read'),
  'GET /v1/dead-letters': look('dead_letters.listed'),
  'GET /v1/dead-letters/summary': SUMS,
  'POST /v1/dead-letters/requeue': change('dead_letters.requeued', { dryRun: true }),
  'GET /v1/dead-letters/requeues': STATE,
  'GET /v1/dead-letters/requeues/:id': STATE,
  'POST /v1/sms/preview': none('a text is measured and forgotten'),

  'GET /v1/contacts': look('contacts.listed'),
  'POST /v1/contacts': change('contact.created'),
  'POST /v1/contacts/import': change('contacts.imported'),
  'POST /v1/contacts/import/preview': none('a file is looked at and forgotten'),
  'GET /v1/contacts/import/:id': STATE,
  'GET /v1/contacts/:id': look('contact.read'),
  'PATCH /v1/contacts/:id': change('contact.updated'),
  'DELETE /v1/contacts/:id': change('contact.removed'),
  'POST /v1/contacts/:id/token': change('contact.token_issued'),
  'GET /v1/contacts/:id/inbound': look('contact.inbound_read'),
  'GET /v1/contacts/:id/consents': look('consents.read'),
  'POST /v1/contacts/:id/consents': change('consent.recorded'),
  'POST /v1/contacts/:id/export': change('contact.export_begun'),
  'GET /v1/contacts/:id/exports': STATE,
  'GET /v1/contacts/:id/exports/:runId': STATE,
  'GET /v1/contacts/:id/exports/:runId/download': look('contact.export_fetched'),
  'POST /v1/contacts/:id/erase': change('contact.erased', { dryRun: true }),
  'GET /v1/contacts/:id/erasures/:runId': STATE,
  'GET /v1/contacts/:id/preferences': look('preferences.read'),
  'PUT /v1/contacts/:id/preferences': change('preferences.replaced'),
  'PATCH /v1/contacts/:id/preferences': change('preferences.updated'),

  'GET /v1/suppressions': look('suppressions.listed'),
  'POST /v1/suppressions': change('suppression.added'),
  'DELETE /v1/suppressions/:id': change('suppression.lifted'),
  'POST /v1/suppressions/import': change('suppressions.imported'),
  'GET /v1/suppressions/imports/:id': STATE,

  'GET /v1/segments': SETTINGS,
  'POST /v1/segments': change('segment.created'),
  'POST /v1/segments/preview': look('segment.previewed'),
  'GET /v1/segments/:id': look('segment.read'),
  'PATCH /v1/segments/:id': change('segment.updated'),
  'DELETE /v1/segments/:id': change('segment.removed'),
  'POST /v1/segments/:id/contacts': change('segment.contacts_added'),
  'DELETE /v1/segments/:id/contacts/:contactId': change('segment.contact_taken'),
  'GET /v1/campaigns': STATE,
  'POST /v1/campaigns': change('campaign.created'),
  'GET /v1/campaigns/:id': STATE,
  'PATCH /v1/campaigns/:id': change('campaign.updated'),
  'DELETE /v1/campaigns/:id': change('campaign.removed'),
  'POST /v1/campaigns/:id/estimate': SUMS,
  'POST /v1/campaigns/:id/start': change('campaign.started'),
  'POST /v1/campaigns/:id/pause': change('campaign.paused'),
  'POST /v1/campaigns/:id/resume': change('campaign.resumed'),
  'POST /v1/campaigns/:id/cancel': change('campaign.cancelled'),
  'POST /v1/campaigns/:id/winner': change('campaign.winner_chosen', { values: ['variant'] }),
  'POST /v1/campaigns/:id/test-send': change('campaign.tested'),
  'GET /v1/campaigns/:id/progress': SUMS,
  'GET /v1/campaigns/:id/recipients': look('campaign.recipients_listed'),
  'GET /v1/campaigns/:id/recipients.csv': look('campaign.recipients_exported'),

  'GET /api/cron/:name': none('by the platform’s own secret; every run is kept'),
  'POST /api/cron/:name': none('by the platform’s own secret; every run is kept'),
  'GET /v1/automations': STATE,
  'PATCH /v1/automations/:name': change('automation.changed', { values: ['enabled', 'cron', 'timeZone'] }),
  'POST /v1/automations/:name/run': change('automation.run', { dryRun: true }),
  'GET /v1/automations/:name/runs': STATE,
  'GET /v1/alerts': STATE,
  'GET /v1/alert-rules': SETTINGS,
  'GET /v1/budgets': STATE,
  'PATCH /v1/alert-rules/:rule': change('alert_rule.changed'),

  'GET /v1/in-app': look('feed.read', own),
  'GET /v1/in-app/unread-count': SUMS,
  'POST /v1/in-app/:id/seen': change('feed.marked', own),
  'POST /v1/in-app/:id/read': change('feed.marked', own),
  'POST /v1/in-app/:id/unread': change('feed.marked', own),
  'POST /v1/in-app/:id/archive': change('feed.marked', own),
  'POST /v1/in-app/seen-all': change('feed.marked', own),
  'POST /v1/in-app/read-all': change('feed.marked', own),
  'GET /v1/realtime': none('ids and states; what they stand for is asked for'),

  'GET /v1/delivery-settings': SETTINGS,
  'PATCH /v1/delivery-settings': change('delivery_settings.updated', { before: 'delivery' }),
  'GET /v1/providers': SETTINGS,
  'GET /v1/providers/:id': SETTINGS,
  'POST /v1/providers': change('provider.created', { values: PROVIDER_VALUES }),
  'PATCH /v1/providers/:id': change('provider.updated', { values: PROVIDER_VALUES, before: 'provider' }),
  'DELETE /v1/providers/:id': change('provider.removed'),
  'POST /v1/providers/:id/test': change('provider.tested'),
  'POST /v1/providers/:id/reset': change('provider.reset'),
  'GET /v1/providers/:id/templates': SETTINGS,
  'POST /v1/providers/:id/templates/sync': change('provider.templates_synced'),
  'GET /v1/limits': STATE,
  'GET /v1/catalogue': SETTINGS,
  'PATCH /v1/catalogue/:type/:audience': change('catalogue.changed', {
    names: ['type', 'audience'],
    values: ['enabled', 'channels', 'lane', 'offsetMinutes'],
  }),
  'GET /v1/templates': SETTINGS,
  'GET /v1/templates/:key/:channel/:locale': SETTINGS,
  'PUT /v1/templates/:key/:channel/:locale/draft': change('template.draft_saved', TEMPLATE),
  'DELETE /v1/templates/:key/:channel/:locale/draft': change('template.draft_discarded', TEMPLATE),
  'POST /v1/templates/:key/:channel/:locale/preview': none('words are tried and forgotten'),
  'POST /v1/templates/:key/:channel/:locale/publish': change('template.published', TEMPLATE),
  'POST /v1/templates/:key/:channel/:locale/rollback': change('template.rolled_back', TEMPLATE),
  'POST /v1/templates/:key/:channel/:locale/reset': change('template.reset', TEMPLATE),
  'POST /v1/templates/:key/:channel/:locale/test-send': change('template.tested', TEMPLATE),
  'GET /v1/templates/:key/:channel/:locale/versions': SETTINGS,
  'GET /v1/templates/:key/:channel/:locale/versions/:versionId': SETTINGS,
  'DELETE /v1/templates/:key/:channel/:locale/versions/:versionId': change('template.version_removed', TEMPLATE),
  'GET /v1/templates/:key/:channel/:locale/diff': SETTINGS,
  'GET /v1/prices': SETTINGS,
  'PUT /v1/prices': change('prices.updated'),
  'GET /v1/stats/overview': SUMS,
  'GET /v1/stats/channels': SUMS,
  'GET /v1/stats/providers': SUMS,
  'GET /v1/stats/templates': SUMS,
  'GET /v1/stats/costs': SUMS,

  'GET /v1/api-keys': SETTINGS,
  'POST /v1/api-keys': change('api_key.created', { values: ['scopes', 'expiresAt'] }),
  'DELETE /v1/api-keys/:id': change('api_key.revoked'),
  'GET /v1/webhook-endpoints': SETTINGS,
  'POST /v1/webhook-endpoints': change('webhook_endpoint.created', { values: ['events', 'enabled'] }),
  'GET /v1/webhook-endpoints/:id': SETTINGS,
  'PATCH /v1/webhook-endpoints/:id': change('webhook_endpoint.updated', {
    values: ['events', 'enabled'],
    before: 'webhook_endpoint',
  }),
  'DELETE /v1/webhook-endpoints/:id': change('webhook_endpoint.removed'),
  'POST /v1/webhook-endpoints/:id/secret': change('webhook_endpoint.secret_rotated'),
  'POST /v1/webhook-endpoints/:id/test': change('webhook_endpoint.tested'),
  'GET /v1/webhook-endpoints/:id/deliveries': look('webhook_deliveries.listed'),
  'POST /v1/webhook-endpoints/:id/deliveries/:deliveryId/replay': change('webhook_delivery.replayed'),
  'POST /v1/webhook-endpoints/:id/replay': change('webhook_endpoint.replayed'),

  'GET /v1/sandbox/messages': look('sandbox.listed'),
  'GET /v1/sandbox/messages/:id': look('sandbox.read'),
  'GET /v1/sandbox/messages/:id/attachments/:index': look('sandbox.attachment_read'),
  'GET /v1/sandbox/inbound': look('sandbox.listed'),
  'POST /v1/sandbox/inbound': change('sandbox.answered'),
  'GET /v1/sandbox/clock': STATE,
  'POST /v1/sandbox/clock': change('sandbox.clock_moved', { values: ['advance', 'moveTo', 'before'] }),
  'DELETE /v1/sandbox/clock': change('sandbox.clock_put_back'),

  'GET /v1/audit': look('audit.listed'),
  'GET /v1/audit/export': look('audit.exported'),
  'GET /v1/audit/verify': look('audit.verified'),
  'GET /v1/audit/settings': SETTINGS,
  'PATCH /v1/audit/settings': change('audit.settings_updated', { values: ['keepDays'], before: 'audit' }),

  'GET /v1/members': look('members.listed'),
  'PATCH /v1/members/:id': change('member.updated', { values: ['role', 'disabled'], before: 'member' }),
  'DELETE /v1/members/:id': change('member.removed'),
  'GET /v1/roles': SETTINGS,
  'PUT /v1/roles/:role': change('role.updated', { values: ['permissions'] }),
  'GET /v1/invitations': look('invitations.listed'),
  'POST /v1/invitations': change('invitation.created', { values: ['role'] }),
  'DELETE /v1/invitations/:id': change('invitation.revoked'),
  'POST /v1/invitations/open': none('shown to whoever holds the secret link of one’s own invitation'),
  'POST /v1/invitations/accept': change('invitation.accepted', { by: 'new_member' }),
  'GET /v1/support-windows': SETTINGS,
  'POST /v1/support-windows': change('support_window.opened', { values: ['hours'] }),
  'DELETE /v1/support-windows/:id': change('support_window.closed'),
  'GET /v1/platform/vendor-calls': none('states of vendors’ calls, nothing of what they say'),
  'POST /v1/platform/vendor-calls/:id/retry': none('what would be tried again later, at once'),
  'GET /v1/platform/alerts': none('states of accounts and queues, nobody’s data'),
  'GET /v1/platform/organizations': none('names of organizations and counts, nothing that is in them'),

  'GET /v1/session': none('one’s own name and organization'),
  'PUT /v1/session/organization': change('session.organization_chosen'),
  'POST /api/auth/sign-in/email': change('session.began', { by: 'answered_user' }),
  'POST /api/auth/sign-out': change('session.ended', { by: 'session' }),
  'POST /api/auth/change-password': change('password.changed', { by: 'session' }),
  'POST /api/auth/request-password-reset': none(
    'tells nobody whether there is such a person; `password.reset` is what comes of it',
  ),
  'POST /api/auth/sign-in/magic-link': none(
    'tells nobody whether there is such a person; `session.began` is what comes of it',
  ),
  'POST /api/auth/reset-password': change('password.reset', { by: 'answered_user' }),
  'POST /api/auth/magic-link/verify': change('session.began', { by: 'answered_user' }),
  'POST /api/auth/sign-in/second-factor': change('session.began', { by: 'answered_user' }),
  'POST /api/auth/two-factor/enable': change('second_factor.begun', { by: 'session' }),
  'POST /api/auth/two-factor/activate': change('second_factor.enabled', { by: 'session' }),
  'POST /api/auth/two-factor/disable': change('second_factor.disabled', { by: 'session' }),
  'POST /api/auth/two-factor/backup-codes': change('second_factor.codes_renewed', { by: 'session' }),
  'GET /v1/sessions': none('one’s own sessions'),
  'DELETE /v1/sessions/:id': change('session.revoked'),
  'POST /v1/sessions/end-others': change('sessions.revoked'),
  'GET /api/auth/ways': none('the ways to sign in, nobody’s in particular'),
  'POST /api/auth/sign-in/oidc': none('nobody is known yet; `session.began` is what comes of it'),
  'POST /api/auth/sign-in/oidc/finish': change('session.began', { by: 'answered_user' }),
  'GET /v1/demo': none('the demo’s own sign-in, where there is one'),

  'GET /ops/queues*': STATE,
  'POST /ops/queues*': change('queues.acted'),
  'PUT /ops/queues*': change('queues.acted'),
  'PATCH /ops/queues*': change('queues.acted'),
  'DELETE /ops/queues*': change('queues.acted'),

  'POST /webhooks/:provider/:accountId': SIGNED,
  'GET /webhooks/:provider/:accountId': SIGNED,
  'GET /t/o/:token': SIGNED,
  'GET /t/c/*': SIGNED,
  'GET /u/:token': SIGNED,
  'POST /u/:token': SIGNED,
  'GET /u/c/:token': SIGNED,
  'POST /u/c/:token': SIGNED,
  'GET /health/live': STATE,
  'GET /health/ready': STATE,
  'GET /metrics': STATE,
}

const WILD = Object.entries(ACTS).flatMap(([name, act]) =>
  name.endsWith('*') ? [[name.slice(0, -1), act] as const] : [],
)

/** What a route does; undefined for one that nobody has thought about yet. */
export function actOf(method: string, url: string): Act | undefined {
  const name = `${method === 'HEAD' ? 'GET' : method} ${url}`
  return ACTS[name] ?? WILD.find(([start]) => name.startsWith(start))?.[1]
}

/** Acts that no request makes. */
export const OWN_ACTS = ['webhook_endpoint.disabled'] as const
/** What refused attempts are called where the route has no act. */
export const REFUSED_ACT = 'request.refused'

/** Every act there is, in the order of the table. */
export const ACT_NAMES: readonly string[] = [
  ...new Set([
    ...Object.values(ACTS).flatMap((act) => (act.kind === 'none' ? [] : [act.act])),
    ...OWN_ACTS,
    REFUSED_ACT,
  ]),
]
