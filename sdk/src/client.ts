import { bookings } from './bookings.ts'
import type { DeadLetterFilter, ErasePreview, Requeue, RequeuePreview, Run, SuppressionRow } from './generated/api.ts'
import type { EventPayloads } from './generated/events.ts'
import { organization } from './organization.ts'
import { createPages } from './pages.ts'
import { connectRealtime, type RealtimeConnection, type RealtimeOptions } from './realtime.ts'
import { templates } from './templates.ts'
import {
  type Body,
  type CallOptions,
  type ClientOptions,
  createTransport,
  newIdempotencyKey,
  type Params,
  type Query,
} from './transport.ts'

export { CarillonError, type ErrorCode, type FieldError } from './carillon-error.ts'
export type * from './generated/api.ts'
export type { EventPayloads } from './generated/events.ts'
export type { RealtimeConnection, RealtimeEvent, RealtimeOptions } from './realtime.ts'
export type { CallOptions, ClientOptions } from './transport.ts'

export type Client = ReturnType<typeof createClient>

/** What an operation takes, with the payload of the catalogue's event of that type; any, for types of your own packs. */
type Telling<
  Key extends 'POST /v1/notifications' | 'POST /v1/events',
  Type extends string,
> = Type extends keyof EventPayloads
  ? Omit<Body<Key>, 'type' | 'payload'> & { type: Type } & (Record<never, never> extends EventPayloads[Type]
        ? { payload?: EventPayloads[Type] }
        : { payload: EventPayloads[Type] })
  : Omit<Body<Key>, 'type'> & { type: Type }

/** Whose feed; only for API keys: a subscriber token and a signed-in member have their own. */
export interface Whose {
  readonly contactId?: string
}

/**
 * A Carillon server, typed. Requests that may be repeated are, with growing pauses and as the server's Retry-After says;
 * sends carry an Idempotency-Key, so that a repeated one is one. Refusals are thrown as `CarillonError`.
 *
 * @example
 * const carillon = createClient({ baseUrl: 'http://127.0.0.1:3000', apiKey: 'crl_…' })
 * const { id } = await carillon.notifications.send({ type: 'message.custom', to: { email: 'ann@example.com' }, payload: { subject: 'Hello', body: 'It works.' } })
 */
export function createClient(options: ClientOptions) {
  const transport = createTransport(options)
  const { call, bytes } = transport
  const pages = createPages(call)
  const once = (given: CallOptions | undefined) => ({
    ...given,
    idempotencyKey: given?.idempotencyKey ?? newIdempotencyKey(),
  })
  const mark =
    (what: 'seen' | 'read' | 'unread' | 'archive') =>
    (id: string, whose: Whose = {}, given?: CallOptions) =>
      call(`POST /v1/in-app/:id/${what}`, { ...given, params: { id }, query: whose, repeatable: true })

  return {
    notifications: {
      ...pages('GET /v1/notifications'),
      send: <const Type extends string>(notification: Telling<'POST /v1/notifications', Type>, given?: CallOptions) =>
        call('POST /v1/notifications', { ...once(given), body: notification as Body<'POST /v1/notifications'> }),
      /** Up to 1000. Each is answered on its own; a refused one has an `error` and fails none of the others. */
      batch: (notifications: Body<'POST /v1/notifications'>[], given?: CallOptions) =>
        call('POST /v1/notifications/batch', { ...once(given), body: { notifications } }),
      get: (id: string, given?: CallOptions) => call('GET /v1/notifications/:id', { ...given, params: { id } }),
      cancel: (id: string, given?: CallOptions) =>
        call('POST /v1/notifications/:id/cancel', { ...given, params: { id }, repeatable: true }),
      /** What has not begun to leave is due at `sendAt`; null: now. */
      reschedule: (id: string, sendAt: string | null, given?: CallOptions) =>
        call('POST /v1/notifications/:id/reschedule', { ...given, params: { id }, body: { sendAt }, repeatable: true }),
      resend: (id: string, given?: CallOptions) =>
        call('POST /v1/notifications/:id/resend', { ...given, params: { id } }),
    },

    events: {
      raise: <const Type extends string>(event: Telling<'POST /v1/events', Type>, given?: CallOptions) =>
        call('POST /v1/events', { ...once(given), body: event as Body<'POST /v1/events'> }),
    },

    messages: {
      ...pages('GET /v1/messages'),
      get: (id: string, given?: CallOptions) => call('GET /v1/messages/:id', { ...given, params: { id } }),
    },

    /** What comes before an appointment, or anything else with a time: it moves and ends with that. */
    reminders: {
      ...pages('GET /v1/reminders'),
      get: (subject: string, given?: CallOptions) =>
        call('GET /v1/reminders/:subject', { ...given, params: { subject } }),
      /** Plans them, or moves them with their subject. */
      plan: (subject: string, plan: Body<'PUT /v1/reminders/:subject'>, given?: CallOptions) =>
        call('PUT /v1/reminders/:subject', { ...given, params: { subject }, body: plan, repeatable: true }),
      cancel: (subject: string, given?: CallOptions) =>
        call('DELETE /v1/reminders/:subject', { ...given, params: { subject }, repeatable: true }),
    },

    /** One message for many people: prepared, looked at, started; then it goes on by itself. */
    campaigns: {
      ...pages('GET /v1/campaigns'),
      get: (id: string, given?: CallOptions) => call('GET /v1/campaigns/:id', { ...given, params: { id } }),
      create: (campaign: Body<'POST /v1/campaigns'>, given?: CallOptions) =>
        call('POST /v1/campaigns', { ...given, body: campaign }),
      update: (id: string, changes: Body<'PATCH /v1/campaigns/:id'>, given?: CallOptions) =>
        call('PATCH /v1/campaigns/:id', { ...given, params: { id }, body: changes, repeatable: true }),
      remove: async (id: string, given?: CallOptions): Promise<void> => {
        await call('DELETE /v1/campaigns/:id', { ...given, params: { id } })
      },
      /** Whom it would reach now, whom not and why, and what that costs. Nothing is sent. */
      estimate: (id: string, given?: CallOptions) =>
        call('POST /v1/campaigns/:id/estimate', { ...given, params: { id }, repeatable: true }),
      start: (id: string, given?: CallOptions) => call('POST /v1/campaigns/:id/start', { ...given, params: { id } }),
      pause: (id: string, given?: CallOptions) => call('POST /v1/campaigns/:id/pause', { ...given, params: { id } }),
      resume: (id: string, given?: CallOptions) => call('POST /v1/campaigns/:id/resume', { ...given, params: { id } }),
      cancel: (id: string, given?: CallOptions) => call('POST /v1/campaigns/:id/cancel', { ...given, params: { id } }),
      /** Ends an A/B test by hand. */
      choose: (id: string, variant: 'A' | 'B', given?: CallOptions) =>
        call('POST /v1/campaigns/:id/winner', { ...given, params: { id }, body: { variant } }),
      /** To the signed-in member unless a contact is named. */
      testSend: (id: string, test: Body<'POST /v1/campaigns/:id/test-send'> = {}, given?: CallOptions) =>
        call('POST /v1/campaigns/:id/test-send', { ...given, params: { id }, body: test }),
      /** Who it is for, and what became of each. */
      recipients: (id: string, query: Query<'GET /v1/campaigns/:id/recipients'> = {}, given?: CallOptions) =>
        call('GET /v1/campaigns/:id/recipients', { ...given, params: { id }, query }),
    },

    /** Contacts somebody means together: by a filter, or on a list. */
    segments: {
      ...pages('GET /v1/segments'),
      get: (id: string, given?: CallOptions) => call('GET /v1/segments/:id', { ...given, params: { id } }),
      create: (segment: Body<'POST /v1/segments'>, given?: CallOptions) =>
        call('POST /v1/segments', { ...given, body: segment }),
      update: (id: string, changes: Body<'PATCH /v1/segments/:id'>, given?: CallOptions) =>
        call('PATCH /v1/segments/:id', { ...given, params: { id }, body: changes, repeatable: true }),
      remove: async (id: string, given?: CallOptions): Promise<void> => {
        await call('DELETE /v1/segments/:id', { ...given, params: { id } })
      },
      preview: (filter: Body<'POST /v1/segments/preview'>['filter'], given?: CallOptions) =>
        call('POST /v1/segments/preview', { ...given, body: { filter }, repeatable: true }),
      add: (id: string, contactIds: string[], given?: CallOptions) =>
        call('POST /v1/segments/:id/contacts', { ...given, params: { id }, body: { contactIds }, repeatable: true }),
    },

    bookings: bookings(transport, pages),

    /** Messages that ended failed, and sending them once more. */
    deadLetters: {
      ...pages('GET /v1/dead-letters'),
      summary: (filter: Query<'GET /v1/dead-letters/summary'> = {}, given?: CallOptions) =>
        call('GET /v1/dead-letters/summary', { ...given, query: filter }),
      /** What a re-drive would take. */
      preview: async (filter: DeadLetterFilter, given?: CallOptions): Promise<RequeuePreview> =>
        (await call('POST /v1/dead-letters/requeue', {
          ...given,
          body: { filter, dryRun: true },
          repeatable: true,
        })) as RequeuePreview,
      /** Begins a re-drive; `requeue` tells how far it is. A filter without anything in it takes them all. */
      requeueAll: async (filter: DeadLetterFilter, given?: CallOptions): Promise<Requeue> =>
        (await call('POST /v1/dead-letters/requeue', { ...given, body: { filter } })) as Requeue,
      requeue: (id: string, given?: CallOptions) =>
        call('GET /v1/dead-letters/requeues/:id', { ...given, params: { id } }),
      requeues: pages('GET /v1/dead-letters/requeues'),
    },

    /** The accounts messages go by: your own, else the platform's. */
    providers: {
      ...pages('GET /v1/providers'),
      create: (account: Body<'POST /v1/providers'>, given?: CallOptions) =>
        call('POST /v1/providers', { ...given, body: account }),
      get: (id: string, given?: CallOptions) => call('GET /v1/providers/:id', { ...given, params: { id } }),
      update: (id: string, changes: Body<'PATCH /v1/providers/:id'>, given?: CallOptions) =>
        call('PATCH /v1/providers/:id', { ...given, params: { id }, body: changes, repeatable: true }),
      remove: async (id: string, given?: CallOptions): Promise<void> => {
        await call('DELETE /v1/providers/:id', { ...given, params: { id } })
      },
      /** Signs in and out without sending. */
      test: (id: string, given?: CallOptions) =>
        call('POST /v1/providers/:id/test', { ...given, params: { id }, repeatable: true }),
      /** Closes its breaker at once. */
      reset: (id: string, given?: CallOptions) =>
        call('POST /v1/providers/:id/reset', { ...given, params: { id }, repeatable: true }),
    },

    /** What became of many messages at once; of the last 30 days unless `from` and `to` say otherwise. */
    stats: {
      overview: (query: Query<'GET /v1/stats/overview'> = {}, given?: CallOptions) =>
        call('GET /v1/stats/overview', { ...given, query }),
      channels: (query: Query<'GET /v1/stats/channels'> = {}, given?: CallOptions) =>
        call('GET /v1/stats/channels', { ...given, query }),
      providers: (query: Query<'GET /v1/stats/providers'> = {}, given?: CallOptions) =>
        call('GET /v1/stats/providers', { ...given, query }),
      templates: (query: Query<'GET /v1/stats/templates'> = {}, given?: CallOptions) =>
        call('GET /v1/stats/templates', { ...given, query }),
      costs: (query: Query<'GET /v1/stats/costs'> = {}, given?: CallOptions) =>
        call('GET /v1/stats/costs', { ...given, query }),
    },

    templates: templates(transport, pages),

    limits: {
      get: (given?: CallOptions) => call('GET /v1/limits', given),
    },

    /** How messages leave: hours, caps, tries, digests. */
    deliverySettings: {
      get: (given?: CallOptions) => call('GET /v1/delivery-settings', given),
      update: (changes: Body<'PATCH /v1/delivery-settings'>, given?: CallOptions) =>
        call('PATCH /v1/delivery-settings', { ...given, body: changes, repeatable: true }),
    },

    contacts: {
      ...pages('GET /v1/contacts'),
      create: (contact: Body<'POST /v1/contacts'>, given?: CallOptions) =>
        call('POST /v1/contacts', { ...given, body: contact }),
      get: (id: string, given?: CallOptions) => call('GET /v1/contacts/:id', { ...given, params: { id } }),
      update: (id: string, changes: Body<'PATCH /v1/contacts/:id'>, given?: CallOptions) =>
        call('PATCH /v1/contacts/:id', { ...given, params: { id }, body: changes, repeatable: true }),
      remove: async (id: string, given?: CallOptions): Promise<void> => {
        await call('DELETE /v1/contacts/:id', { ...given, params: { id } })
      },
      preferences: (id: string, given?: CallOptions) =>
        call('GET /v1/contacts/:id/preferences', { ...given, params: { id } }),
      updatePreferences: (id: string, changes: Body<'PATCH /v1/contacts/:id/preferences'>, given?: CallOptions) =>
        call('PATCH /v1/contacts/:id/preferences', { ...given, params: { id }, body: changes, repeatable: true }),
      /** A short-lived token for the contact's own pages: their feed and their live events. */
      token: (id: string, wanted?: { seconds?: number }, given?: CallOptions) =>
        call('POST /v1/contacts/:id/token', {
          ...given,
          params: { id },
          ...(wanted && { body: wanted }),
          repeatable: true,
        }),
      /** How far an import is, and which rows it refused. */
      importOf: (id: string, given?: CallOptions) => call('GET /v1/contacts/import/:id', { ...given, params: { id } }),
      /** What they wrote, newest first. */
      inbound: (id: string, query: Query<'GET /v1/contacts/:id/inbound'> = {}, given?: CallOptions) =>
        call('GET /v1/contacts/:id/inbound', { ...given, params: { id }, query }),
      /** The log of what they said yes or no to, newest first. */
      consents: (id: string, query: Query<'GET /v1/contacts/:id/consents'> = {}, given?: CallOptions) =>
        call('GET /v1/contacts/:id/consents', { ...given, params: { id }, query }),
      /** That they agreed to marketing on a channel, or no longer do. */
      recordConsent: (id: string, consent: Body<'POST /v1/contacts/:id/consents'>, given?: CallOptions) =>
        call('POST /v1/contacts/:id/consents', { ...given, params: { id }, body: consent }),
      /** Begins to write down everything held about them; `exports` tells how far it is. */
      export: (id: string, given?: CallOptions) =>
        call('POST /v1/contacts/:id/export', { ...given, params: { id }, repeatable: true }),
      exports: (id: string, query: Query<'GET /v1/contacts/:id/exports'> = {}, given?: CallOptions) =>
        call('GET /v1/contacts/:id/exports', { ...given, params: { id }, query }),
      /** The zip of an export that is done. */
      exportFile: (id: string, exportId: string, given?: CallOptions): Promise<ArrayBuffer> =>
        bytes(`/v1/contacts/${encodeURIComponent(id)}/exports/${encodeURIComponent(exportId)}/download`, given),
      /** What `erase` would take. */
      erasePreview: async (id: string, given?: CallOptions): Promise<ErasePreview> =>
        (await call('POST /v1/contacts/:id/erase', {
          ...given,
          params: { id },
          body: { dryRun: true },
          repeatable: true,
        })) as ErasePreview,
      /** Erases them, for good; `erasure` tells how far it is. */
      erase: async (id: string, given?: CallOptions): Promise<Run> =>
        (await call('POST /v1/contacts/:id/erase', { ...given, params: { id }, body: {}, repeatable: true })) as Run,
      erasure: (id: string, runId: string, given?: CallOptions) =>
        call('GET /v1/contacts/:id/erasures/:runId', { ...given, params: { id, runId } }),
    },

    /** Addresses that must not be used. */
    suppressions: {
      ...pages('GET /v1/suppressions'),
      add: (suppression: Body<'POST /v1/suppressions'>, given?: CallOptions) =>
        call('POST /v1/suppressions', { ...given, body: suppression, repeatable: true }),
      lift: async (id: string, why: Body<'DELETE /v1/suppressions/:id'>, given?: CallOptions): Promise<void> => {
        await call('DELETE /v1/suppressions/:id', { ...given, params: { id }, body: why })
      },
      /** Up to 100 000 rows `{ channel, address, reason, note }`; `imported` tells how far it is. */
      import: (rows: readonly SuppressionRow[], given?: CallOptions) =>
        call('POST /v1/suppressions/import', { ...given, body: { rows: [...rows] } }),
      imported: (id: string, given?: CallOptions) =>
        call('GET /v1/suppressions/imports/:id', { ...given, params: { id } }),
    },

    /** What is wrong, and was. */
    alerts: {
      list: (query: Query<'GET /v1/alerts'> = {}, given?: CallOptions) => call('GET /v1/alerts', { ...given, query }),
      /** From when on something is an alert. */
      rules: (given?: CallOptions) => call('GET /v1/alert-rules', given),
      /** Changes what is named; null is as the product has it. */
      updateRule: (
        rule: Params<'PATCH /v1/alert-rules/:rule'>['rule'],
        changes: Body<'PATCH /v1/alert-rules/:rule'>,
        given?: CallOptions,
      ) => call('PATCH /v1/alert-rules/:rule', { ...given, params: { rule }, body: changes, repeatable: true }),
      /** What each channel with a budget has cost this month. */
      budgets: (given?: CallOptions) => call('GET /v1/budgets', given),
      /** For those who operate the platform: what is wrong with all of it. */
      platform: (query: Query<'GET /v1/platform/alerts'> = {}, given?: CallOptions) =>
        call('GET /v1/platform/alerts', { ...given, query }),
    },
    /** What runs by itself or when asked. */
    automations: {
      list: (given?: CallOptions) => call('GET /v1/automations', given),
      /** When it runs by itself; null is as the product has it. */
      update: (name: string, changes: Body<'PATCH /v1/automations/:name'>, given?: CallOptions) =>
        call('PATCH /v1/automations/:name', { ...given, params: { name }, body: changes, repeatable: true }),
      run: (name: string, how: { dryRun?: boolean } = {}, given?: CallOptions) =>
        call('POST /v1/automations/:name/run', { ...given, params: { name }, body: how, repeatable: true }),
      runs: (name: string, query: Query<'GET /v1/automations/:name/runs'> = {}, given?: CallOptions) =>
        call('GET /v1/automations/:name/runs', { ...given, params: { name }, query }),
    },

    inApp: {
      ...pages('GET /v1/in-app'),
      unreadCount: (whose: Whose = {}, given?: CallOptions) =>
        call('GET /v1/in-app/unread-count', { ...given, query: whose }),
      markSeen: mark('seen'),
      markRead: mark('read'),
      markUnread: mark('unread'),
      archive: mark('archive'),
      markAllSeen: (whose: Whose = {}, given?: CallOptions) =>
        call('POST /v1/in-app/seen-all', { ...given, query: whose, repeatable: true }),
      markAllRead: (whose: Whose = {}, given?: CallOptions) =>
        call('POST /v1/in-app/read-all', { ...given, query: whose, repeatable: true }),
    },

    catalogue: {
      list: (given?: CallOptions) => call('GET /v1/catalogue', given),
      /** Channels, lane, timing, or off; null is as the catalogue has it. */
      update: (
        entry: Params<'PATCH /v1/catalogue/:type/:audience'>,
        changes: Body<'PATCH /v1/catalogue/:type/:audience'>,
        given?: CallOptions,
      ) => call('PATCH /v1/catalogue/:type/:audience', { ...given, params: entry, body: changes, repeatable: true }),
    },

    /** What the sandbox carriers were given, as the people it was for would see it. */
    sandbox: {
      ...pages('GET /v1/sandbox/messages'),
      get: (id: string, given?: CallOptions) => call('GET /v1/sandbox/messages/:id', { ...given, params: { id } }),
      /** The attachment's bytes; its name and type are in the message. */
      attachment: (id: string, index: number, given?: CallOptions): Promise<ArrayBuffer> =>
        bytes(`/v1/sandbox/messages/${encodeURIComponent(id)}/attachments/${index}`, given),
      /** What was written back from there. */
      inbound: {
        ...pages('GET /v1/sandbox/inbound'),
        write: (answer: Body<'POST /v1/sandbox/inbound'>, given?: CallOptions) =>
          call('POST /v1/sandbox/inbound', { ...given, body: answer }),
      },
      /** The time of an installation where nothing really leaves. */
      clock: {
        get: (given?: CallOptions) => call('GET /v1/sandbox/clock', given),
        /** Forward: by so much, to a time, or to a while before a subject. */
        move: (by: Body<'POST /v1/sandbox/clock'>, given?: CallOptions) =>
          call('POST /v1/sandbox/clock', { ...given, body: by }),
        /** Back to the true time. */
        reset: (given?: CallOptions) => call('DELETE /v1/sandbox/clock', given),
      },
    },

    ...organization(transport, pages),

    /** What happens, as it happens. Comes back by itself after a break and misses nothing. */
    connectRealtime: (realtime: RealtimeOptions): RealtimeConnection =>
      connectRealtime(
        {
          url: transport.url('/v1/realtime'),
          credentials: transport.credentials,
          usesKey: options.apiKey !== undefined,
        },
        realtime,
      ),
  }
}
