import { z } from 'zod'

/** How one setting is checked, and what a right value is (the end of "NAME must be …"). */
export type Setting = readonly [z.ZodType, string]

export const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(65_535))
export const flag = z.enum(['1', '0', 'true', 'false']).transform((value) => value === '1' || value === 'true')
export const hostName = z.string().regex(/^[\w.:-]+$/)
export const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol))
