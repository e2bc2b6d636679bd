import { z } from 'zod'

/** A `Date` in the code, ISO 8601 on the wire, both ways. */
export const Timestamp = z.codec(z.iso.datetime({ offset: true }), z.date(), {
  decode: (text) => new Date(text),
  encode: (time) => time.toISOString(),
})
