import { z } from 'zod'
import { brevoSettings } from '../engine/providers/brevo/settings.ts'
import { freeMobileSettings } from '../engine/providers/free-mobile/settings.ts'
import { ovhSettings } from '../engine/providers/ovh/settings.ts'
import { twilioSettings } from '../engine/providers/twilio/settings.ts'
import { vonageSettings } from '../engine/providers/vonage/settings.ts'
import type { Setting } from './checks.ts'

/** One setting of the environment, and what of the provider's own settings it is. */
interface Variable {
  readonly check: z.ZodType<string>
  /** What a right value is: the end of "NAME must be …". */
  readonly expected: string
  /** A field of the provider's settings, or which ones a value comes to. */
  readonly sets: string | ((value: string) => Readonly<Record<string, string>>)
  readonly needed?: true
  readonly secret?: true
}

/** A carrier that the platform may send its SMS by. */
interface SmsCarrierEntry {
  /** As people know it. */
  readonly title: string
  /** The provider's own check, which the whole must pass too. */
  readonly settings: z.ZodType
  /** Their names begin with the provider's, in capitals. */
  readonly variables: Readonly<Record<string, Variable>>
}

/** What `smsSender` takes. */
const SENDER =
  'a name of up to 11 letters and digits, a short code, or a number of up to 15 digits that is not a French mobile one'

const twilio = twilioSettings.shape
const vonage = vonageSettings.shape
const brevo = brevoSettings.shape
const ovh = ovhSettings.shape
const freeMobile = freeMobileSettings.shape

/** By the provider's name, which is what `SMS_PROVIDER` chooses. One entry per carrier, and one line in `src/carriers.ts`. */
const SMS_CARRIERS = {
  twilio: {
    title: 'Twilio',
    settings: twilioSettings,
    variables: {
      TWILIO_ACCOUNT_SID: {
        check: twilio.accountSid,
        expected: 'AC and 32 hexadecimal digits',
        sets: 'accountSid',
        needed: true,
        secret: true,
      },
      /** The primary token: Twilio signs its reports with it. */
      TWILIO_AUTH_TOKEN: {
        check: twilio.authToken,
        expected: 'the auth token as Twilio shows it',
        sets: 'authToken',
        needed: true,
        secret: true,
      },
      /** A number of the account, a short code or a name; or the SID of a Messaging Service. */
      TWILIO_FROM: {
        check: z.union([twilio.from.unwrap(), twilio.messagingServiceSid.unwrap()]),
        expected: 'a number as +33…, a short code, a name of up to 11 letters, or MG and 32 hexadecimal digits',
        sets: (value) =>
          twilio.messagingServiceSid.safeParse(value).success ? { messagingServiceSid: value } : { from: value },
        needed: true,
      },
      /** Another region of Twilio, or a test server. */
      TWILIO_BASE_URL: baseUrl(twilio.baseUrl.unwrap()),
    },
  },
  vonage: {
    title: 'Vonage',
    settings: vonageSettings,
    variables: {
      VONAGE_API_KEY: {
        check: vonage.apiKey,
        expected: '8 letters and digits',
        sets: 'apiKey',
        needed: true,
        secret: true,
      },
      VONAGE_API_SECRET: {
        check: vonage.apiSecret,
        expected: 'the API secret as Vonage shows it',
        sets: 'apiSecret',
        needed: true,
        secret: true,
      },
      VONAGE_FROM: { check: vonage.from, expected: SENDER, sets: 'from', needed: true },
      /** Of the account's API settings: reports are signed with it. */
      VONAGE_SIGNATURE_SECRET: {
        check: vonage.signatureSecret.unwrap(),
        expected: 'the signature secret as Vonage shows it',
        sets: 'signatureSecret',
        secret: true,
      },
      /** Without a signature secret: the token in webhook addresses that are set up at Vonage by hand. */
      VONAGE_WEBHOOK_TOKEN: webhookToken(vonage.webhookToken.unwrap()),
      VONAGE_BASE_URL: baseUrl(vonage.baseUrl.unwrap()),
    },
  },
  brevo: {
    title: 'Brevo',
    settings: brevoSettings,
    variables: {
      BREVO_API_KEY: {
        check: brevo.apiKey,
        expected: 'the API key as Brevo shows it',
        sets: 'apiKey',
        needed: true,
        secret: true,
      },
      BREVO_FROM: { check: brevo.from, expected: SENDER, sets: 'from', needed: true },
      /** The token in webhook addresses that are set up at Brevo by hand. */
      BREVO_WEBHOOK_TOKEN: webhookToken(brevo.webhookToken.unwrap()),
      BREVO_BASE_URL: baseUrl(brevo.baseUrl.unwrap()),
    },
  },
  ovh: {
    title: 'OVHcloud',
    settings: ovhSettings,
    variables: {
      OVH_APPLICATION_KEY: {
        check: ovh.applicationKey,
        expected: 'the application key: letters and digits',
        sets: 'applicationKey',
        needed: true,
        secret: true,
      },
      OVH_APPLICATION_SECRET: {
        check: ovh.applicationSecret,
        expected: 'the application secret: letters and digits',
        sets: 'applicationSecret',
        needed: true,
        secret: true,
      },
      OVH_CONSUMER_KEY: {
        check: ovh.consumerKey,
        expected: 'the consumer key: letters and digits',
        sets: 'consumerKey',
        needed: true,
        secret: true,
      },
      /** The SMS account. */
      OVH_SERVICE: {
        check: ovh.serviceName,
        expected: 'the SMS account as sms-ab12345-1',
        sets: 'serviceName',
        needed: true,
      },
      OVH_FROM: { check: ovh.from, expected: SENDER, sets: 'from', needed: true },
      /** The token in the address that is set up at OVHcloud for delivery reports. */
      OVH_WEBHOOK_TOKEN: webhookToken(ovh.webhookToken.unwrap()),
      OVH_BASE_URL: baseUrl(ovh.baseUrl.unwrap()),
    },
  },
  free_mobile: {
    title: 'Free Mobile',
    settings: freeMobileSettings,
    variables: {
      FREE_MOBILE_USER: {
        check: freeMobile.user,
        expected: 'the login of the subscriber area: digits',
        sets: 'user',
        needed: true,
        secret: true,
      },
      FREE_MOBILE_PASS: {
        check: freeMobile.pass,
        expected: 'the key that the subscriber area shows for this service',
        sets: 'pass',
        needed: true,
        secret: true,
      },
      /** The subscriber's own number: SMS go to no other. */
      FREE_MOBILE_NUMBER: {
        check: freeMobile.number,
        expected: 'the subscriber’s own number as +336… or +337…',
        sets: 'number',
        needed: true,
      },
      FREE_MOBILE_BASE_URL: baseUrl(freeMobile.baseUrl.unwrap()),
    },
  },
} as const satisfies Record<string, SmsCarrierEntry>

export type SmsProviderName = keyof typeof SMS_CARRIERS
type VariableName = { [P in SmsProviderName]: keyof (typeof SMS_CARRIERS)[P]['variables'] }[SmsProviderName]

/** The platform's own SMS carrier, as its provider has checked it. */
export interface SmsCarrier {
  readonly provider: SmsProviderName
  readonly title: string
  readonly settings: unknown
}

const NAMES = Object.keys(SMS_CARRIERS) as [SmsProviderName, ...SmsProviderName[]]
const entry = (provider: SmsProviderName): SmsCarrierEntry => SMS_CARRIERS[provider]
const variables = NAMES.flatMap((provider) => Object.entries(entry(provider).variables) as [VariableName, Variable][])

export const SMS_SETTINGS = {
  /** An SMS carrier for organizations without their own; its settings follow. */
  SMS_PROVIDER: [z.enum(NAMES).optional(), `${new Intl.ListFormat('en', { type: 'disjunction' }).format(NAMES)}`],
  ...(Object.fromEntries(
    variables.map(([name, { check, expected }]) => [name, [check.optional(), expected]]),
  ) as unknown as Readonly<Record<VariableName, readonly [z.ZodOptional<z.ZodType<string>>, string]>>),
} as const satisfies Record<string, Setting>

type Settings = { [N in keyof typeof SMS_SETTINGS]: z.output<(typeof SMS_SETTINGS)[N][0]> }

export const SMS_SECRETS: readonly VariableName[] = variables.filter(([, { secret }]) => secret).map(([name]) => name)

/** What the names of these settings begin with. */
export const SMS_PREFIXES: readonly string[] = ['SMS_', ...NAMES.map(prefixOf)]

export function smsCarrier(s: Settings, faults: string[]): SmsCarrier | undefined {
  const provider = s.SMS_PROVIDER
  if (!provider) return undefined
  const { title, settings: schema, variables } = entry(provider)
  const settings: Record<string, string> = {}
  let isWhole = true
  for (const [name, { sets, needed }] of Object.entries(variables)) {
    const value = s[name as VariableName]
    if (value !== undefined) Object.assign(settings, typeof sets === 'string' ? { [sets]: value } : sets(value))
    else if (needed) {
      isWhole = false
      faults.push(`${name} is needed with SMS_PROVIDER=${provider}`)
    }
  }
  if (!isWhole) return undefined
  // What only shows when all of them are seen together.
  const checked = schema.safeParse(settings)
  if (!checked.success)
    faults.push(...checked.error.issues.map(({ message }) => `SMS_PROVIDER=${provider} cannot be used: ${message}`))
  return { provider, title, settings }
}

/** The carriers' own tools read the same names: where they are set for those alone, nothing is sent with them. */
export function unusedSms(env: NodeJS.ProcessEnv): string[] {
  return NAMES.filter((provider) => provider !== env.SMS_PROVIDER).flatMap((provider) =>
    Object.keys(entry(provider).variables)
      .filter((name) => env[name] || env[`${name}_FILE`])
      .map((name) => `${name} is set without SMS_PROVIDER=${provider}: it is ignored`),
  )
}

function prefixOf(provider: string): string {
  return `${provider.toUpperCase()}_`
}

function webhookToken(check: z.ZodType<string>) {
  return { check, expected: '12 to 64 letters, digits, - or _', sets: 'webhookToken', secret: true } as const
}

function baseUrl(check: z.ZodType<string>) {
  return {
    check,
    expected: 'an http:// or https:// address without a user, query or fragment',
    sets: 'baseUrl',
  } as const
}
