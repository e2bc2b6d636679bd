import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import { count, day, link, moment, personId, placeTimeZone, word, words } from '../../engine/catalogue/fields.ts'
import { appointment, sample } from './appointment.ts'
import { appointmentAssigned } from './templates/appointment-assigned.ts'
import { appointmentNoShow } from './templates/appointment-no-show.ts'
import { appointmentStartingSoon } from './templates/appointment-starting-soon.ts'
import { messageReceived } from './templates/requests.ts'
import { scheduleChanged, shiftStarting } from './templates/schedule.ts'

/** Whose appointment it is hears of it, not every practitioner. */
export const assigned = defineEvent({
  type: 'appointment.assigned',
  payload: z.strictObject({
    ...appointment,
    practitionerId: personId.optional(),
    clientName: word,
    appointmentUrl: link.optional(),
  }),
  sample: { ...sample, clientName: 'Camille Exemple', appointmentUrl: 'https://example.com/agenda/exemple' },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: appointmentAssigned,
    },
  ],
})

export const startingSoon = defineEvent({
  type: 'appointment.starting_soon',
  payload: z.strictObject({
    ...appointment,
    practitionerId: personId.optional(),
    clientName: word,
    place: word.optional(),
    appointmentUrl: link.optional(),
  }),
  sample: {
    ...sample,
    clientName: 'Camille Exemple',
    place: 'Salle 2',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app', 'sms'] },
      lane: 'scheduled',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: appointmentStartingSoon,
    },
  ],
})

export const noShow = defineEvent({
  type: 'appointment.no_show',
  payload: z.strictObject({
    ...appointment,
    practitionerId: personId.optional(),
    clientName: word,
    appointmentUrl: link.optional(),
  }),
  sample: { ...sample, clientName: 'Camille Exemple', appointmentUrl: 'https://example.com/agenda/exemple' },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: appointmentNoShow,
    },
  ],
})

export const schedule = defineEvent({
  type: 'schedule.changed',
  payload: z.strictObject({
    practitionerId: personId.optional(),
    changes: z
      .array(z.strictObject({ day, hours: word.optional().describe('Left out: a day off') }))
      .min(1)
      .max(62),
    changedBy: word.optional(),
    scheduleUrl: link.optional(),
  }),
  sample: {
    changes: [
      { day: '2027-03-08', hours: '9 h – 13 h' },
      { day: '2027-03-09', hours: '14 h – 19 h' },
      { day: '2027-03-10' },
    ],
    changedBy: 'Camille Exemple',
    scheduleUrl: 'https://example.com/planning',
  },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: scheduleChanged,
    },
  ],
})

export const clientWrote = defineEvent({
  type: 'client.message_received',
  payload: z.strictObject({
    practitionerId: personId.optional(),
    clientName: word,
    excerpt: words.describe('The first words of the message'),
    conversationUrl: link.optional(),
  }),
  sample: {
    clientName: 'Camille Exemple',
    excerpt: 'Bonjour, dois-je apporter mes anciens comptes rendus ?',
    conversationUrl: 'https://example.com/messages/exemple',
  },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: messageReceived,
    },
  ],
})

export const shift = defineEvent({
  type: 'shift.starting',
  payload: z.strictObject({
    practitionerId: personId.optional(),
    startsAt: moment,
    endsAt: moment,
    placeTimeZone,
    place: word.optional(),
    appointments: count.default(0),
    scheduleUrl: link.optional(),
  }),
  sample: {
    startsAt: '2027-03-04T08:00:00Z',
    endsAt: '2027-03-04T12:00:00Z',
    placeTimeZone: 'Europe/Paris',
    place: 'cabinet de l’Exemple',
    appointments: 6,
    scheduleUrl: 'https://example.com/planning',
  },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app'] },
      lane: 'scheduled',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: shiftStarting,
    },
  ],
})
