/** The examples of the API's document: one story, the same ids throughout. */
const ORGANIZATION_CONTACT = '019a9f00-0000-7000-8000-000000000001'
const NOTIFICATION = '019a9f00-0000-7000-8000-000000000010'
const EMAIL = '019a9f00-0000-7000-8000-000000000011'
const SMS = '019a9f00-0000-7000-8000-000000000012'
const AGAIN = '019a9f00-0000-7000-8000-000000000013'
const API_KEY = '019a9f00-0000-7000-8000-000000000014'
const EVENT = '019a9f00-0000-7000-8000-000000000020'
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 2, 9, 0, seconds))

const payload = { subject: 'Your order is ready', body: 'You can pick it up from 10:00.' }

const accepted = {
  id: NOTIFICATION,
  status: 'accepted',
  duplicate: false,
  messages: [
    { id: EMAIL, channel: 'email', status: 'queued' },
    { id: SMS, channel: 'sms', status: 'suppressed', reason: 'opted_out' },
  ],
} as const

export const notification = {
  body: {
    type: 'message.custom',
    to: { email: 'client@example.org', phone: '+33639980001', name: 'Sample Client', locale: 'en' },
    payload,
    channels: ['email', 'sms'],
    dedupeKey: 'order-42-ready',
  },
  response: accepted,
}

export const testSend = {
  body: { to: { contactId: ORGANIZATION_CONTACT } },
  response: {
    id: NOTIFICATION,
    status: 'accepted',
    duplicate: false,
    messages: [{ id: EMAIL, channel: 'email', status: 'queued' }],
    templateVersionId: '019a9f00-0000-7000-8000-000000000050',
  },
} as const

export const batch = {
  body: { notifications: [{ type: 'message.custom', to: { contactId: ORGANIZATION_CONTACT }, payload }] },
  response: { results: [{ index: 0, ...accepted }] },
}

export const messageItem = {
  id: EMAIL,
  notificationId: NOTIFICATION,
  contactId: ORGANIZATION_CONTACT,
  contactName: 'Sample Client',
  type: 'message.custom',
  channel: 'email',
  lane: 'immediate',
  status: 'delivered',
  reason: null,
  address: 'client@example.org',
  provider: 'smtp',
  providerAccountId: '00000000-0000-7000-8000-000000000001',
  attemptCount: 1,
  resendOf: null,
  digestId: null,
  dueAt: at(0),
  settledAt: at(1),
  createdAt: at(0),
} as const

const timeline = [
  { id: EMAIL, at: at(0), kind: 'accepted', detail: null },
  { id: '019a9f00-0000-7000-8000-000000000030', at: at(1), kind: 'sent', detail: null },
  { id: '019a9f00-0000-7000-8000-000000000031', at: at(3), kind: 'delivered', detail: null },
]

const reasons = [{ channel: 'email', decision: 'chosen', reason: 'requested' }] as const

export const messageDetail = {
  ...messageItem,
  locale: 'en',
  templateVersionId: '019a9f00-0000-7000-8000-000000000040',
  content: { subject: payload.subject, html: '<p>You can pick it up from 10:00.</p>', text: payload.body },
  reasons,
  attachments: [],
  attempts: [
    {
      n: 1,
      provider: 'smtp',
      providerAccountId: '019a9f00-0000-7000-8000-000000000021',
      outcome: 'sent',
      errorClass: null,
      code: null,
      detail: null,
      providerMessageId: `<${EMAIL}@example.org>`,
      startedAt: at(0),
      settledAt: at(1),
    },
  ],
  timeline,
  cost: null,
}

export const notificationDetail = {
  id: NOTIFICATION,
  type: 'message.custom',
  category: 'tx',
  lane: 'immediate',
  locale: 'en',
  contactId: ORGANIZATION_CONTACT,
  contactName: 'Sample Client',
  eventId: null,
  payload,
  metadata: null,
  by: { kind: 'api_key', id: API_KEY },
  reasons,
  status: 'delivered',
  createdAt: at(0),
  messages: [{ ...messageItem, timeline }],
}

export const cancel = {
  response: { id: NOTIFICATION, messages: [{ id: EMAIL, channel: 'email', status: 'cancelled', cancelled: true }] },
}

export const reschedule = {
  body: { sendAt: '2026-11-03T09:00:00Z' },
  response: {
    id: NOTIFICATION,
    sendAt: new Date('2026-11-03T09:00:00Z'),
    hadPassed: false,
    messages: [
      { id: EMAIL, channel: 'email', status: 'scheduled', rescheduled: true },
      { id: SMS, channel: 'sms', status: 'suppressed', rescheduled: false, reason: 'suppressed' },
    ],
  },
}

export const resend = {
  response: {
    id: NOTIFICATION,
    status: 'accepted',
    messages: [{ id: AGAIN, channel: 'email', status: 'queued' }],
    skipped: [{ channel: 'sms', reason: 'opted_out' }],
  },
}

export const event = {
  body: {
    type: 'order.confirmed',
    payload: { orderNumber: '42', total: { amount: 4200, currency: 'EUR' } },
    audience: { customer: { email: 'client@example.org', name: 'Sample Client' } },
    dedupeKey: 'order-42',
  },
  response: { id: EVENT, status: 'accepted', notifications: [{ ...accepted, audience: 'customer' }], skipped: [] },
}
