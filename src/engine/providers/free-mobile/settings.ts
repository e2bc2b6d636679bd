import { z } from 'zod'
import { baseUrlSetting, connectionsSetting, timeoutsSetting } from '../http-client/settings.ts'

/** What a Free Mobile subscription needs; “Notifications par SMS” is switched on in its subscriber area, which shows the key. */
export const freeMobileSettings = z.strictObject({
  /** As for the subscriber area. */
  user: z
    .string()
    .regex(/^\d{6,12}$/, 'Write the login of the subscriber area: digits')
    .meta({ secret: true }),
  pass: z
    .string()
    .regex(/^[A-Za-z0-9]{8,64}$/, 'Write the key that the subscriber area shows for this service')
    .meta({ secret: true }),
  /** The subscriber's own number, the only one there is. */
  number: z.string().regex(/^\+33[67]\d{8}$/, 'Write the subscriber’s own number as +336… or +337…'),
  baseUrl: baseUrlSetting('https://smsapi.free-mobile.fr'),
  connections: connectionsSetting,
  timeouts: timeoutsSetting,
})

export type FreeMobileSettings = z.infer<typeof freeMobileSettings>
