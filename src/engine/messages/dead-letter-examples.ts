import { messageItem } from './examples.ts'

const REQUEUE = '019a9f00-0000-7000-8000-000000000050'
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 2, 9, 0, seconds))

export const letter = {
  id: messageItem.id,
  notificationId: messageItem.notificationId,
  contactId: messageItem.contactId,
  contactName: messageItem.contactName,
  channel: 'email',
  type: messageItem.type,
  reason: 'permanent',
  code: '554',
  detail: 'The carrier refused it for good: 554 Transaction failed',
  failedAt: at(1),
  attemptCount: 1,
} as const

export const summary = {
  total: 3,
  byReason: [
    { reason: 'permanent', count: 2 },
    { reason: 'tries', count: 1 },
  ],
  byChannel: [{ channel: 'email', count: 3 }],
  byCode: [
    { reason: 'permanent', code: '554', count: 2 },
    { reason: 'tries', code: 'ECONNREFUSED', count: 1 },
  ],
} as const

const filter = { reason: 'permanent', channel: 'email', from: '2026-11-02T00:00:00Z' } as const

export const requeue = {
  body: { filter, dryRun: false },
  response: {
    id: REQUEUE,
    status: 'running',
    filter,
    total: 2,
    requeued: 0,
    skipped: { count: 0, why: {} },
    createdAt: at(60),
    finishedAt: null,
  },
} as const

export const requeueDone = {
  ...requeue.response,
  status: 'done',
  requeued: 1,
  skipped: { count: 1, why: { suppressed: 1 } },
  finishedAt: at(61),
} as const
