import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import {
  count,
  currency,
  facts,
  link,
  minorUnits,
  moment,
  personId,
  placeTimeZone,
  reference,
  word,
  words,
} from '../../engine/catalogue/fields.ts'
import { ADDRESS, told } from './booking-events.ts'
import {
  missionAcceptedForProfessional,
  missionAcceptedForStaff,
  missionDayOf,
  missionExpired,
  missionProposed,
  missionReopened,
  missionTaken,
  missionUnassigned,
} from './templates/missions.ts'

/** What everybody may know of a mission. Neither the client's name nor their street, number or price is part of it. */
const open = { mission: reference, service: word, city: word, startsAt: moment, placeTimeZone }
const openSample = {
  mission: 'BK-2027-000123',
  service: 'Déménagement, 25 m³',
  city: 'Lyon',
  startsAt: '2027-03-18T07:00:00Z',
  placeTimeZone: 'Europe/Paris',
}
const pay = minorUnits.optional().describe('What the professional earns, in minor units; never what the client pays')

/** Raised for each professional, as everyone's links are their own. A payload with anything about the client is refused. */
export const proposed = defineEvent({
  type: 'mission.proposed',
  payload: z.strictObject({
    ...open,
    size: facts.describe('How large the job is, in the words of the service'),
    distanceKm: z.number().min(0).optional(),
    durationHours: z.number().min(0).optional(),
    pay,
    currency: currency.default('EUR'),
    urgent: z.boolean().default(false),
    answerBy: moment,
    acceptUrl: link.describe('A page that asks; looking at it accepts nothing'),
    refuseUrl: link.optional(),
  }),
  sample: {
    ...openSample,
    size: [
      { label: 'Volume (m³)', value: '25' },
      { label: 'Étages sans ascenseur', value: '2' },
    ],
    distanceKm: 12,
    durationHours: 6,
    pay: 54_000,
    answerBy: '2027-03-05T17:00:00Z',
    acceptUrl: 'https://example.com/missions/exemple/accepter',
    refuseUrl: 'https://example.com/missions/exemple/refuser',
  },
  entries: [
    {
      audience: 'professional',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      criticalWhen: 'urgent',
      templates: missionProposed,
    },
  ],
})

/** What whoever accepted needs to do it. */
const own = { ...open, address: word, clientName: word, clientPhone: word.optional(), notes: words.optional() }
const ownSample = {
  ...openSample,
  address: ADDRESS,
  clientName: 'Camille Exemple',
  clientPhone: '06 39 98 00 01',
  notes: 'Interphone : Exemple. Stationnement réservé devant l’immeuble.',
}

export const accepted = defineEvent({
  type: 'mission.accepted',
  payload: z.strictObject({
    ...own,
    pay,
    currency: currency.default('EUR'),
    professionalId: personId.optional(),
    professionalName: word,
    missionUrl: link.optional().describe('The professional’s page'),
    bookingUrl: link.optional().describe('The page for the staff'),
  }),
  sample: {
    ...ownSample,
    pay: 54_000,
    professionalName: 'Transports Exemple',
    missionUrl: 'https://example.com/missions/exemple',
    bookingUrl: 'https://example.com/admin/reservations/BK-2027-000123',
  },
  entries: [
    { audience: 'professional', ...told, namedBy: 'professionalId', templates: missionAcceptedForProfessional },
    {
      audience: 'staff',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'tx',
      templates: missionAcceptedForStaff,
    },
  ],
})

const others = {
  audience: 'professional',
  channels: { all: ['email'] },
  lane: 'immediate',
  category: 'tx',
} as const satisfies Partial<EventEntry>
export const taken = defineEvent({
  type: 'mission.taken',
  payload: z.strictObject(open),
  sample: openSample,
  entries: [{ ...others, templates: missionTaken }],
})
export const expired = defineEvent({
  type: 'mission.expired',
  payload: z.strictObject(open),
  sample: openSample,
  entries: [{ ...others, templates: missionExpired }],
})

export const unassigned = defineEvent({
  type: 'mission.unassigned',
  payload: z.strictObject({
    ...open,
    bookingReference: reference,
    asked: count,
    radiusKm: z.number().min(0),
    bookingUrl: link.optional(),
  }),
  sample: {
    ...openSample,
    bookingReference: 'BK-2027-000123',
    asked: 7,
    radiusKm: 300,
    bookingUrl: 'https://example.com/admin/reservations/BK-2027-000123',
  },
  entries: [
    {
      audience: 'operations',
      channels: { all: ['in_app', 'email', 'sms'] },
      lane: 'critical',
      category: 'ops',
      required: true,
      templates: missionUnassigned,
    },
  ],
})

export const reopened = defineEvent({
  type: 'mission.reopened',
  payload: z.strictObject({ ...open, bookingReference: reference, bookingUrl: link.optional() }),
  sample: {
    ...openSample,
    bookingReference: 'BK-2027-000123',
    bookingUrl: 'https://example.com/admin/reservations/BK-2027-000123',
  },
  entries: [
    {
      audience: 'operations',
      channels: { all: ['in_app', 'email'] },
      lane: 'critical',
      category: 'ops',
      required: true,
      templates: missionReopened,
    },
  ],
})

export const dayOf = defineEvent({
  type: 'mission.day_of',
  payload: z.strictObject({ ...own, professionalId: personId.optional(), missionUrl: link.optional() }),
  sample: { ...ownSample, missionUrl: 'https://example.com/missions/exemple' },
  entries: [
    {
      audience: 'professional',
      channels: { all: ['sms', 'email'] },
      lane: 'scheduled',
      category: 'rem',
      namedBy: 'professionalId',
      templates: missionDayOf,
    },
  ],
})
