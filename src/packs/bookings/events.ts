import { cancelled, confirmed, document, moved, quote, reminder1h, reminder7d, reminder24h } from './booking-events.ts'
import { accepted, dayOf, expired, proposed, reopened, taken, unassigned } from './mission-events.ts'
import { disputed, mismatch, notRefunded, orphaned, unpaid } from './payment-events.ts'

export const bookingEvents = [
  quote,
  confirmed,
  mismatch,
  reminder7d,
  reminder24h,
  reminder1h,
  cancelled,
  moved,
  document,
  unpaid,
  orphaned,
  notRefunded,
  disputed,
  proposed,
  accepted,
  taken,
  expired,
  unassigned,
  reopened,
  dayOf,
]
