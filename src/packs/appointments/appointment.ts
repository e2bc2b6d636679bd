import { z } from 'zod'
import { moment, placeTimeZone, word } from '../../engine/catalogue/fields.ts'

/** What every message about an appointment tells. */
export const appointment = {
  service: word,
  practitioner: word.optional(),
  startsAt: moment,
  placeTimeZone,
  durationMinutes: z.int().min(1).max(1_440).optional(),
}

export const sample = {
  service: 'Consultation',
  practitioner: 'Dr Exemple',
  startsAt: '2027-03-04T13:30:00Z',
  placeTimeZone: 'Europe/Paris',
  durationMinutes: 30,
}
