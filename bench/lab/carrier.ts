import { join } from 'node:path'
import { request } from 'undici'
import type { CarrierReport, TakenMessage } from '../carrier.ts'
import { firstLine, type Lab, type Running } from './processes.ts'
import { NODE, ROOT } from './servers.ts'

const TWILIO_SID = `AC${'0123456789abcdef'.repeat(2)}`
export const TWILIO_TOKEN = 'a-token-of-the-bench'
const SENDGRID_KEY = 'SG.a-key-of-the-bench'
const TWILIO_BASIC = `Basic ${Buffer.from(`${TWILIO_SID}:${TWILIO_TOKEN}`).toString('base64')}`

/** Twilio and SendGrid of a bench, in a process of their own. */
export interface Carrier {
  readonly process: Running
  readonly origin: string
  /** The settings of a product whose SMS go this way. */
  readonly smsSettings: Readonly<Record<string, string>>
  /** The settings of a product whose mail goes this way; reports are signed with the key of this pair. */
  mailSettings(webhookKey: string): Readonly<Record<string, string>>
  /** One SMS as a bare client would send it. */
  readonly bareSms: { readonly path: string; readonly headers: Record<string, string>; readonly item: string }
  /** Waits until it has taken so many since the last reset, at most so long; then says how many there are. */
  wait(count: number, timeLimitMs: number): Promise<CarrierReport>
  /** Every message taken since the last reset, each once. */
  taken(): Promise<TakenMessage[]>
  reset(): Promise<void>
}

export async function startCarrier(lab: Lab): Promise<Carrier> {
  const authorizations = [TWILIO_BASIC, `Bearer ${SENDGRID_KEY}`].flatMap((text) => ['--authorization', text])
  const carrier = lab.start('carrier', NODE, [join(ROOT, 'bench/carrier.ts'), ...authorizations], { holdStdin: true })
  const { port, control } = await firstLine<{ port: number; control: number }>(carrier)
  const origin = `http://127.0.0.1:${port}`
  const ask = async <T>(method: 'GET' | 'POST', path: string) => {
    const answer = await request(`http://127.0.0.1:${control}${path}`, { method, headersTimeout: 0 })
    return (await answer.body.json()) as T
  }
  return {
    process: carrier,
    origin,
    smsSettings: {
      SMS_PROVIDER: 'twilio',
      TWILIO_ACCOUNT_SID: TWILIO_SID,
      TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
      TWILIO_FROM: 'Bench',
      TWILIO_BASE_URL: origin,
    },
    mailSettings: (webhookKey) => ({
      SENDGRID_API_KEY: SENDGRID_KEY,
      SENDGRID_FROM: 'Bench <bench@sender.test>',
      SENDGRID_WEBHOOK_KEY: webhookKey,
      SENDGRID_BASE_URL: origin,
    }),
    bareSms: {
      path: `/2010-04-01/Accounts/${TWILIO_SID}/Messages.json`,
      headers: { authorization: TWILIO_BASIC, 'content-type': 'application/x-www-form-urlencoded' },
      item: 'To=%2B33639980000&From=Bench&Body=Votre%20commande%20n%C2%B0%20{{seq}}%20est%20pr%C3%AAte%20%C3%A0%20l%E2%80%99atelier.',
    },
    wait: (count, timeLimitMs) => ask('GET', `/wait?count=${count}&timeoutMs=${timeLimitMs}`),
    taken: () => ask('GET', '/taken'),
    reset: async () => void (await ask('POST', '/reset')),
  }
}
