import { cancelled, confirmed, document, moved, quote, reminder1h, reminder7d, reminder24h } from './booking-events.ts'
import { accepted, dayOf, expired, proposed, taken, unassigned } from './mission-events.ts'
import { mismatch, orphaned, unpaid } from './payment-events.ts'

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
  proposed,
  accepted,
  taken,
  expired,
  unassigned,
  dayOf,
]
