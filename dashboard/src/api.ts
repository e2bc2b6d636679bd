/** The HTTP shapes the pages rely on, and the one place that calls them. */
export type Channel = 'email' | 'sms' | 'whatsapp' | 'in_app'
export const CHANNELS = ['email', 'sms', 'whatsapp', 'in_app'] as const satisfies readonly Channel[]

export const STATUSES = [
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'read',
  'bounced',
  'failed',
  'suppressed',
  'cancelled',
] as const
export type Status = (typeof STATUSES)[number]

export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor: string | null
}

export interface Message {
  readonly id: string
  readonly notificationId: string
  readonly contactId: string
  readonly contactName: string | null
  readonly type: string
  readonly channel: Channel
  readonly lane: string
  readonly status: Status
  readonly reason: string | null
  readonly address: string
  readonly resendOf: string | null
  readonly provider: string | null
  readonly providerAccountId: string | null
  readonly attemptCount: number
  readonly dueAt: string
  readonly settledAt: string | null
  readonly createdAt: string
}

export interface TimelineEntry {
  readonly id: string
  readonly at: string
  readonly kind: string
  readonly detail: Record<string, unknown> | null
}

export interface Attempt {
  readonly n: number
  readonly provider: string | null
  readonly outcome: string | null
  readonly errorClass: string | null
  readonly code: string | null
  readonly detail: string | null
  readonly startedAt: string
  readonly settledAt: string | null
}

export interface MessageContent {
  readonly subject?: string
  readonly html?: string
  readonly text?: string
  readonly title?: string
  readonly body?: string
  readonly actionUrl?: string | null
}

export interface MessageDetail extends Message {
  readonly content: MessageContent | null
  readonly reasons: Reason[]
  readonly attachments: { readonly filename: string; readonly contentType: string; readonly bytes: number }[]
  readonly attempts: Attempt[]
  readonly timeline: TimelineEntry[]
  readonly cost: null
  readonly locale: string
  readonly templateVersionId: string
}

export interface Reason {
  readonly channel: Channel
  readonly decision: string
  readonly reason: string
  readonly detail?: string
}

export interface Notification {
  readonly id: string
  readonly type: string
  readonly category: string
  readonly lane: string
  readonly locale: string
  readonly contactId: string
  readonly contactName: string | null
  readonly payload: Record<string, unknown>
  readonly metadata: Record<string, unknown> | null
  readonly reasons: Reason[]
  readonly createdAt: string
  readonly status: string
  readonly messages: (Message & { readonly timeline: TimelineEntry[] })[]
}

export interface AcceptedNotification {
  readonly id: string
  readonly status: string
  readonly messages: {
    readonly id: string
    readonly channel: Channel
    readonly status: Status
    readonly reason?: string
  }[]
}

export interface Cancellation {
  readonly id: string
  readonly messages: {
    readonly id: string
    readonly channel: Channel
    readonly status: Status
    readonly cancelled: boolean
  }[]
}

export type Audience =
  | 'contact'
  | 'customer'
  | 'client'
  | 'sender'
  | 'professional'
  | 'practitioner'
  | 'responsible'
  | 'member'
  | 'support'
  | 'operations'
  | 'accounting'
  | 'staff'
  | 'author'
  | 'owner'
  | 'admin'
  | 'platform_admin'

export interface CatalogueEntry {
  readonly type: string
  readonly audience: Audience
  readonly category: string
  readonly lane: string
  /** All of them, or the first that can reach the contact. */
  readonly channels: { readonly all: Channel[] } | { readonly firstOf: Channel[] }
  readonly required: boolean
  readonly sample: Record<string, unknown>
}

export interface SandboxMessage {
  readonly id: string
  readonly messageId: string
  readonly channel: Channel
  readonly address: string
  readonly contactName: string | null
  readonly subject: string | null
  readonly preview: string
  readonly copies: number
  readonly createdAt: string
}

export interface SandboxMessageDetail extends SandboxMessage {
  readonly html: string | null
  readonly text: string | null
  readonly headers: { readonly name: string; readonly value: string }[]
  readonly attachments: {
    readonly index: number
    readonly filename: string | null
    readonly contentType: string
    readonly bytes: number
    readonly contentId: string | null
  }[]
}

export interface InAppItem {
  readonly id: string
  readonly title: string
  readonly body: string
  readonly actionUrl: string | null
  readonly createdAt: string
  readonly seenAt: string | null
  readonly readAt: string | null
  readonly archivedAt: string | null
}

export interface Session {
  readonly user: { readonly id: string; readonly name: string; readonly email: string }
  readonly organization: {
    readonly id: string
    readonly name: string
    readonly locale: string
    readonly timeZone: string
    readonly brand: { readonly color?: string; readonly logoUrl?: string }
    readonly demo: boolean
  }
  readonly role: string
}

export interface MessageFilter {
  readonly channel?: Channel | undefined
  readonly status?: Status | undefined
  readonly type?: string | undefined
  readonly address?: string | undefined
  readonly contactId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** What the server refused, in its own words (RFC 9457), or `network` when it could not be reached. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: readonly { path: string; message: string }[]

  constructor(status: number, code: string, detail: string, errors: readonly { path: string; message: string }[] = []) {
    super(detail)
    this.status = status
    this.code = code
    this.errors = errors
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch {
    throw new Problem(0, 'network', '')
  }
  if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T)
  const problem = (await response.json().catch(() => ({}))) as Partial<
    Record<'code' | 'detail' | 'title' | 'message', string>
  > & {
    errors?: { path: string; message: string }[]
  }
  throw new Problem(
    response.status,
    problem.code ?? 'internal',
    problem.detail ?? problem.title ?? problem.message ?? '',
    problem.errors,
  )
}

const query = (values: object) => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== null) search.set(name, String(value))
  const text = search.toString()
  return text ? `?${text}` : ''
}

export const api = {
  session: () => call<Session>('GET', '/v1/session'),
  signIn: (email: string, password: string) => call<unknown>('POST', '/api/auth/sign-in/email', { email, password }),
  signOut: () => call<unknown>('POST', '/api/auth/sign-out', {}),
  demo: () => call<{ email: string; password: string }>('GET', '/v1/demo'),
  messages: (filter: MessageFilter & { cursor?: string | undefined; limit?: number }) =>
    call<Page<Message>>('GET', `/v1/messages${query(filter)}`),
  message: (id: string) => call<MessageDetail>('GET', `/v1/messages/${id}`),
  notification: (id: string) => call<Notification>('GET', `/v1/notifications/${id}`),
  notify: (body: object) => call<AcceptedNotification>('POST', '/v1/notifications', body),
  cancel: (id: string) => call<Cancellation>('POST', `/v1/notifications/${id}/cancel`, {}),
  resend: (id: string) => call<AcceptedNotification>('POST', `/v1/notifications/${id}/resend`, {}),
  catalogue: () => call<{ items: CatalogueEntry[] }>('GET', '/v1/catalogue'),
  sandboxMessages: (filter: { channel?: Channel; cursor?: string | undefined; limit?: number }) =>
    call<Page<SandboxMessage>>('GET', `/v1/sandbox/messages${query(filter)}`),
  sandboxMessage: (id: string) => call<SandboxMessageDetail>('GET', `/v1/sandbox/messages/${id}`),
  inApp: (filter: { cursor?: string | undefined; limit?: number }) =>
    call<Page<InAppItem>>('GET', `/v1/in-app${query(filter)}`),
  inAppUnread: () => call<{ unread: number; unseen: number }>('GET', '/v1/in-app/unread-count'),
  inAppMark: (id: string, mark: 'seen' | 'read' | 'unread' | 'archive') =>
    call<unknown>('POST', `/v1/in-app/${id}/${mark}`, {}),
  inAppMarkAll: (mark: 'seen-all' | 'read-all') => call<unknown>('POST', `/v1/in-app/${mark}`, {}),
}
