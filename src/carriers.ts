import type { SendgridSettings, SesSettings } from './config/mail-carriers.ts'
import type { SmsCarrier, SmsProviderName } from './config/sms-carriers.ts'
import type { WhatsappCarrier } from './config/whatsapp-carrier.ts'
import type { SmtpSettings } from './config.ts'
import type { BuiltIn } from './engine/accounts/account.ts'
import type { Feed } from './engine/in-app/feed.ts'
import { createBrevoProvider } from './engine/providers/brevo/brevo.ts'
import { createFreeMobileProvider } from './engine/providers/free-mobile/free-mobile.ts'
import { createInAppProvider } from './engine/providers/in-app/in-app.ts'
import { createOvhProvider } from './engine/providers/ovh/ovh.ts'
import { type AnyProvider, asAny } from './engine/providers/provider.ts'
import { createSandboxCarrier, type SandboxOptions } from './engine/providers/sandbox/sandbox.ts'
import { createSendgridProvider } from './engine/providers/sendgrid/sendgrid.ts'
import { createSesProvider } from './engine/providers/ses/ses.ts'
import type { FetchFromSns } from './engine/providers/ses/sns.ts'
import { fetchFromAmazon } from './engine/providers/ses/sns-fetch.ts'
import { createSmtpProvider, type SmtpDeps } from './engine/providers/smtp/smtp.ts'
import { createTwilioProvider } from './engine/providers/twilio/twilio.ts'
import { createTwilioWhatsappProvider } from './engine/providers/twilio/whatsapp.ts'
import { createVonageProvider } from './engine/providers/vonage/vonage.ts'
import { createWhatsappProvider } from './engine/providers/whatsapp/whatsapp.ts'

/** The platform's own carriers, used by organizations without accounts of their own. */
export interface CarrierSettings {
  /** The platform's mail server. Where no carrier at all is set, messages go to the sandbox. */
  readonly smtp: SmtpSettings | undefined
  /** Mails a second that it and the second one take; as many as there are unless set. */
  readonly smtpPerSecond?: number | undefined
  /** For when the first one fails. */
  readonly smtpBackup?: SmtpSettings | undefined
  /** Each of these for when those before it fail, or alone. */
  readonly sendgrid?: SendgridSettings | undefined
  readonly ses?: SesSettings | undefined
  /** How SNS's certificates and confirmations are fetched, where that is not from Amazon. */
  readonly fetchFromSns?: FetchFromSns | undefined
  /** The platform's SMS carrier. */
  readonly sms?: SmsCarrier | undefined
  /** The platform's WhatsApp number. */
  readonly whatsapp?: WhatsappCarrier | undefined
  /** People try it out here: on channels without a carrier messages go to the sandbox, also where others have one. */
  readonly isSandbox?: boolean | undefined
  /** How the sandbox carriers behave, where that differs from the usual. */
  readonly sandbox?: Pick<SandboxOptions, 'latencyMs' | 'send' | 'post' | 'get'>
}

type Deps = Pick<SandboxOptions, 'db' | 'clock' | 'publicUrl' | 'secret' | 'onError'> &
  SmtpDeps & {
    readonly feed: Pick<Feed, 'put'>
  }

/** Fixed, because they are in the addresses of webhooks and on every try that was ever made. */
const ACCOUNT_IDS = {
  smtp: '00000000-0000-7000-8000-000000000001',
  in_app: '00000000-0000-7000-8000-000000000002',
  smtpBackup: '00000000-0000-7000-8000-000000000003',
  sendgrid: '00000000-0000-7000-8000-000000000021',
  ses: '00000000-0000-7000-8000-000000000022',
  sms: {
    twilio: '00000000-0000-7000-8000-000000000004',
    vonage: '00000000-0000-7000-8000-000000000031',
    brevo: '00000000-0000-7000-8000-000000000032',
    ovh: '00000000-0000-7000-8000-000000000033',
    free_mobile: '00000000-0000-7000-8000-000000000034',
  } satisfies Record<SmsProviderName, string>,
  whatsapp: '00000000-0000-7000-8000-000000000020',
  sandbox: {
    email: '00000000-0000-7000-8000-000000000011',
    sms: '00000000-0000-7000-8000-000000000012',
    whatsapp: '00000000-0000-7000-8000-000000000013',
  },
} as const

/** Every provider the product knows, and the accounts that are there without anybody adding them. Part of `app.ts`: one line per carrier. */
export function createCarriers(settings: CarrierSettings, { feed, ...deps }: Deps) {
  const sandbox = createSandboxCarrier({
    ...deps,
    accountIds: ACCOUNT_IDS.sandbox,
    ...settings.sandbox,
  })
  const smtp = asAny(createSmtpProvider(deps))
  const sendgrid = asAny(createSendgridProvider(deps))
  const ses = asAny(createSesProvider({ ...deps, fetchFromSns: settings.fetchFromSns ?? fetchFromAmazon }))
  const sms: Record<SmsProviderName, AnyProvider> = {
    twilio: asAny(createTwilioProvider(deps)),
    vonage: asAny(createVonageProvider(deps)),
    brevo: asAny(createBrevoProvider(deps)),
    ovh: asAny(createOvhProvider(deps)),
    free_mobile: asAny(createFreeMobileProvider(deps)),
  }
  const whatsapp = asAny(createWhatsappProvider(deps))
  const twilioWhatsapp = asAny(createTwilioWhatsappProvider(deps))
  const sandboxed = { email: asAny(sandbox.email), sms: asAny(sandbox.sms), whatsapp: asAny(sandbox.whatsapp) }
  const providers = [smtp, sendgrid, ses, ...Object.values(sms), whatsapp, twilioWhatsapp, ...Object.values(sandboxed)]
  const limits = settings.smtpPerSecond === undefined ? {} : { perSecond: settings.smtpPerSecond }
  // In this order: mail goes by the first one that works.
  const mail = [
    { id: ACCOUNT_IDS.smtp, provider: smtp, name: 'Mail server', settings: settings.smtp, limits },
    { id: ACCOUNT_IDS.smtpBackup, provider: smtp, name: 'Second mail server', settings: settings.smtpBackup, limits },
    { id: ACCOUNT_IDS.sendgrid, provider: sendgrid, name: 'SendGrid', settings: settings.sendgrid },
    { id: ACCOUNT_IDS.ses, provider: ses, name: 'Amazon SES', settings: settings.ses },
  ]
    .filter((account) => account.settings !== undefined)
    .map((account, position): BuiltIn => ({ ...account, position }))
  const isLive = mail.length > 0 || !!settings.sms || !!settings.whatsapp
  // It would say "delivered" of what nobody ever got, and the next channel of a chain would never begin.
  const isOver = isLive && !settings.isSandbox
  const builtIns: BuiltIn[] = [
    {
      id: ACCOUNT_IDS.in_app,
      provider: asAny(createInAppProvider({ put: feed.put })),
      name: 'In-app feed',
      settings: {},
    },
    {
      id: ACCOUNT_IDS.sandbox.email,
      provider: sandboxed.email,
      name: 'Sandbox',
      settings: {},
      retired: isOver || mail.length > 0,
    },
    {
      id: ACCOUNT_IDS.sandbox.sms,
      provider: sandboxed.sms,
      name: 'Sandbox',
      settings: {},
      retired: isOver || !!settings.sms,
    },
    {
      id: ACCOUNT_IDS.sandbox.whatsapp,
      provider: sandboxed.whatsapp,
      name: 'Sandbox',
      settings: {},
      retired: isOver || !!settings.whatsapp,
    },
  ]
  builtIns.push(...mail)
  if (settings.sms) {
    const { provider, title, settings: given } = settings.sms
    builtIns.push({ id: ACCOUNT_IDS.sms[provider], provider: sms[provider], name: title, settings: given })
  }
  if (settings.whatsapp)
    builtIns.push({
      id: ACCOUNT_IDS.whatsapp,
      provider: whatsapp,
      name: 'WhatsApp',
      settings: settings.whatsapp,
      ...(whatsapp.limits ? { limits: whatsapp.limits } : {}),
    })
  return {
    providers,
    builtIns,
    /** The sandbox's own side, to be looked at and to report. */
    sandbox,
    /** Messages really leave. */
    isLive,
  }
}
