import { definePack } from '../../engine/packs/pack.ts'
import {
  cancelledByBusiness,
  confirmed,
  otherPractitioner,
  otherService,
  paid,
  reminder1h,
  reminder24h,
  rescheduled,
  review,
} from './client-events.ts'
import { availabilityChanged, booked, cancelledByClient, daily, received, renewalDue, weekly } from './owner-events.ts'
import { assigned, clientWrote, noShow, schedule, shift, startingSoon } from './practitioner-events.ts'
import { problem, question, toCancel, toConfirm } from './support-events.ts'

export const appointmentsPack = definePack({
  name: 'appointments',
  events: [
    // To the owner
    booked,
    cancelledByClient,
    rescheduled,
    received,
    daily,
    weekly,
    renewalDue,
    availabilityChanged,
    // To the practitioner
    assigned,
    startingSoon,
    noShow,
    schedule,
    clientWrote,
    shift,
    // To the front desk
    toConfirm,
    toCancel,
    problem,
    question,
    // To the client
    confirmed,
    reminder24h,
    reminder1h,
    cancelledByBusiness,
    paid,
    review,
    otherService,
    otherPractitioner,
  ],
})
