import { expect, test } from 'vitest'
import { type CarrierSettings, createCarriers } from './carriers.ts'
import { systemClock } from './platform/clock.ts'

const anything = {}

test.each(['twilio', 'vonage', 'brevo', 'ovh', 'free_mobile'])(
  'with every carrier there is and %s for SMS, no two accounts of the platform have one id',
  (provider) => {
    const settings = {
      smtp: anything,
      smtpBackup: anything,
      sendgrid: anything,
      ses: anything,
      whatsapp: anything,
      sms: { provider, title: provider, settings: anything },
    } as unknown as CarrierSettings
    const parts = { db: anything, feed: anything, clock: systemClock, publicUrl: 'http://127.0.0.1:1', secret: 's' }
    const { builtIns } = createCarriers(settings, parts as unknown as Parameters<typeof createCarriers>[1])
    expect(builtIns.length).toBeGreaterThan(8)
    expect(new Set(builtIns.map(({ id }) => id)).size).toBe(builtIns.length)
  },
)
