import { notFound } from '../../errors.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { laneOf } from '../catalogue/lane.ts'
import { channelOf } from '../channels/channel.ts'
import type { MessageLinks } from '../links/message-links.ts'
import type { Organization } from '../organizations/organization.ts'
import type { RenderedContent, Templates } from '../templates/templates.ts'
import { OUTCOMES } from './attempt-outcome.ts'
import { renderHowOf, variablesOf } from './outbound.ts'
import {
  attemptsOf,
  type EventRow,
  filesOf,
  findMessage,
  findNotification,
  listMessages,
  listNotifications,
  type MessageFilter,
  type MessageRow,
  messagesOf,
  type NotificationFilter,
  type NotificationRow,
  timelineOf,
} from './read-store.ts'
import type { Secrets } from './secrets.ts'
import { senderOf } from './sender.ts'
import { type EventKind, eventKindOf, type Status, statusOf } from './status.ts'

interface Deps {
  readonly db: Pick<Database, 'read'>
  readonly templates: Pick<Templates, 'load'>
  readonly organization: (id: string) => Promise<Organization>
  readonly links: Pick<MessageLinks, 'shown'>
  readonly secrets: Pick<Secrets, 'hide' | 'resemble'>
}

export type MessageReader = ReturnType<typeof createMessageReader>

/** What the API and the pages read. Everything runs as the organization that asks, under row-level security. */
export function createMessageReader({ db, templates, organization, links, secrets }: Deps) {
  return {
    list: (organizationId: string, filter: MessageFilter) =>
      db.read(organizationId, async (tx) => (await listMessages(tx, organizationId, filter)).map(toItem)),

    async get(organizationId: string, id: string) {
      const read = await db.read(organizationId, async (tx) => {
        const message = await findMessage(tx, id)
        if (!message) throw notFound('Message', id)
        const notification = await findNotification(tx, message.notification_id)
        if (!notification) throw notFound('Notification', message.notification_id)
        return {
          message,
          notification,
          attempts: await attemptsOf(tx, id),
          events: await timelineOf(tx, [id]),
          files: notification.attachment_count > 0 ? await filesOf(tx, notification.id) : [],
        }
      })
      return {
        ...toItem(read.message),
        locale: read.notification.locale,
        templateVersionId: read.message.template_version_id,
        content: await contentOf(organizationId, read.message, read.notification),
        reasons: read.notification.reasons,
        attachments: read.files.map((file) => ({
          filename: file.filename,
          contentType: file.content_type,
          contentId: file.content_id,
          bytes: file.bytes,
        })),
        attempts: read.attempts.map((attempt) => ({
          n: attempt.n,
          provider: attempt.provider,
          providerAccountId: attempt.provider_account_id,
          outcome: attempt.outcome === null ? null : (OUTCOMES[attempt.outcome] ?? null),
          errorClass: attempt.error_class,
          code: attempt.code,
          detail: attempt.detail,
          providerMessageId: attempt.provider_message_id,
          startedAt: attempt.started_at,
          settledAt: attempt.settled_at,
        })),
        timeline: timeline(read.message, read.events),
        cost: costOf(read.message),
      }
    },

    listNotifications: (organizationId: string, filter: NotificationFilter) =>
      db.read(organizationId, async (tx) => {
        const rows = await listNotifications(tx, organizationId, filter)
        return withMessages(tx, rows, secrets)
      }),

    getNotification: (organizationId: string, id: string) =>
      db.read(organizationId, async (tx) => {
        const row = await findNotification(tx, id)
        if (!row) throw notFound('Notification', id)
        const [notification] = await withMessages(tx, [row], secrets)
        return notification!
      }),
  }

  /** What was sent, rendered again from the pinned version and what was kept with the notification. */
  async function contentOf(
    organizationId: string,
    message: MessageRow,
    notification: NotificationRow,
  ): Promise<RenderedContent | null> {
    const [versions, tenant] = await Promise.all([
      templates.load([message.template_version_id]),
      organization(organizationId),
    ])
    const template = versions.get(message.template_version_id)
    if (!template || notification.anonymised_at) return null
    const shown = { ...notification, payload: secrets.resemble(notification.type, notification.payload) }
    return template.render(variablesOf(shown, tenant, links.shown(notification.category)), renderHowOf(tenant))
  }
}

async function withMessages(tx: Tx, rows: readonly NotificationRow[], secrets: Pick<Secrets, 'hide'>) {
  if (rows.length === 0) return []
  const messages = await messagesOf(
    tx,
    rows.map((row) => row.id),
  )
  const events = Map.groupBy(
    await timelineOf(
      tx,
      messages.map((message) => message.id),
    ),
    (event) => event.message_id,
  )
  const byNotification = Map.groupBy(messages, (message) => message.notification_id)
  return rows.map((row) => {
    const own = byNotification.get(row.id) ?? []
    return {
      id: row.id,
      type: row.type,
      category: row.category,
      lane: laneOf(row.lane),
      locale: row.locale,
      contactId: row.contact_id,
      contactName: row.contact_name ?? row.recipient.name,
      eventId: row.event_id,
      payload: secrets.hide(row.type, row.payload),
      metadata: row.metadata,
      by: senderOf(row.by_kind, row.by_id),
      reasons: row.reasons,
      status: furthest(own.map((message) => statusOf(message.status))),
      createdAt: row.created_at,
      messages: own.map((message) => ({
        ...toItem(message),
        timeline: timeline(message, events.get(message.id) ?? []),
      })),
    }
  })
}

const toItem = (row: MessageRow) => ({
  id: row.id,
  notificationId: row.notification_id,
  contactId: row.contact_id,
  contactName: row.contact_name,
  type: row.type,
  channel: channelOf(row.channel),
  lane: laneOf(row.lane),
  status: statusOf(row.status),
  reason: row.reason,
  address: row.address,
  provider: row.provider,
  providerAccountId: row.provider_account_id,
  attemptCount: row.attempt_count,
  resendOf: row.resend_of,
  digestId: row.digest_id,
  dueAt: row.due_at,
  settledAt: row.settled_at,
  createdAt: row.created_at,
})

/** A carrier's clock is not ours, and its report may be written before our own answer: what follows from what goes before the time. */
const STEP: Partial<Record<EventKind, number>> = {
  sent: 1,
  failed: 2,
  delivered: 3,
  bounced: 4,
  opened: 5,
  read: 6,
  clicked: 7,
  cancelled: 8,
}
const stepOf = (event: EventRow): number => STEP[eventKindOf(event.kind)] ?? 0

/** What happened to a message that had left or failed, and is no step: it belongs where it was written, after what was known then. */
const BESIDE = new Set<EventKind>([
  'resent',
  'fell_back',
  'opened_again',
  'clicked_again',
  'opened_by_machine',
  'clicked_by_machine',
  'complained',
])

function inOrder(events: readonly EventRow[]): EventRow[] {
  const isBeside = (event: EventRow) => BESIDE.has(eventKindOf(event.kind))
  const ordered = events
    .filter((event) => !isBeside(event))
    .sort((a, b) => stepOf(a) - stepOf(b) || a.at.getTime() - b.at.getTime())
  for (const beside of events.filter(isBeside))
    ordered.splice(ordered.findLastIndex((event) => event.id < beside.id) + 1, 0, beside)
  return ordered
}

/** Its acceptance is the row itself; everything after is an event. */
function timeline(message: MessageRow, events: readonly EventRow[]) {
  const first = statusOf(message.status) === 'suppressed' ? 'suppressed' : 'accepted'
  return [
    {
      id: message.id,
      at: message.created_at,
      kind: first,
      detail: message.reason && first === 'suppressed' ? { reason: message.reason } : null,
    },
    ...inOrder(events).map((event) => ({
      id: event.id,
      at: event.at,
      kind: eventKindOf(event.kind),
      detail: event.detail,
    })),
  ]
}

/** How far a notification got on any of its channels: what a person means by "did it reach them?" */
const FURTHEST: readonly Status[] = [
  'read',
  'clicked',
  'opened',
  'delivered',
  'sent',
  'sending',
  'queued',
  'scheduled',
  'bounced',
  'failed',
  'suppressed',
  'cancelled',
]
const furthest = (statuses: readonly Status[]): Status =>
  FURTHEST.find((status) => statuses.includes(status)) ?? 'suppressed'

/** What it came to, once it has left. */
function costOf({ parts, cost_micros, cost_currency, cost_reported }: MessageRow) {
  if (parts === null && cost_micros === null) return null
  return {
    parts,
    micros: cost_micros === null ? null : Number(cost_micros),
    currency: cost_currency,
    source: cost_micros === null ? null : cost_reported ? ('reported' as const) : ('estimated' as const),
  }
}
