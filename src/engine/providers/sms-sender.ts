import { z } from 'zod'

/** Up to eleven letters and digits with a letter among them, as GSM 03.40 carries a name. */
const NAME = /^(?=.*[A-Za-z])[A-Za-z0-9]{1,11}$/
/** A short code, or a number with its country: at most fifteen digits (E.164). */
const NUMBER = /^\+?[1-9]\d{2,14}$/
/** French operators drop what software sends from mobile numbers of France (numbering plan of 2023, ARCEP). */
const FRENCH_MOBILE = /^(\+|00)?33[67]\d{8}$/

/** For settings whose senders have further rules of their own. */
export const notFrenchMobile = [
  (text: string): boolean => !FRENCH_MOBILE.test(text),
  'French operators drop SMS that software sends from +33 6 and +33 7 numbers: write a name, a short code or another number',
] as const

/** Who an SMS comes from, by the rules that carriers and operators share. */
export const smsSender = z
  .string()
  .refine(
    (text) => NAME.test(text) || NUMBER.test(text),
    'Write a name of up to 11 letters and digits without spaces or accents, or a number of up to 15 digits',
  )
  .refine(...notFrenchMobile)

/** As APIs take it: numbers without their plus. */
export const withoutPlus = (number: string): string => number.replace(/^\+/, '')
