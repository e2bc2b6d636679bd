import { z } from 'zod'

/** The fields that payloads of every pack are made of. */
export const word = z.string().trim().min(1).max(200)
export const words = z.string().trim().min(1).max(2_000)
export const reference = z.string().trim().min(1).max(50)
export const link = z.url({ protocol: /^https?$/ }).max(2_000)
export const moment = z.iso.datetime({ offset: true })
export const day = z.iso.date()
export const count = z.int().min(0)
export const minorUnits = z.int().describe('In minor units: 1250 is 12,50 €')
export const currency = z.string().regex(/^[A-Z]{3}$/, 'is an ISO 4217 code such as EUR')
export const rating = z.number().min(1).max(5)
export const personId = z.uuid().describe('A member or a contact')
export const placeTimeZone = z
  .string()
  .max(64)
  .optional()
  .describe('IANA zone of the place; the contact’s own when absent')
export const facts = z
  .array(z.strictObject({ label: word, value: word }))
  .max(50)
  .default([])
export const share = z.number().min(0).max(100).describe('Of the largest, in hundredths: the length of its bar')
