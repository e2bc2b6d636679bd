import type { Channel } from '../vocabulary.ts'

/** One setting as it is asked for. Its name in the reader's language is `accountField.<name>`. */
export interface Field<Name extends string = string> {
  /** As the server calls it. */
  readonly name: Name
  /** Never shown again once saved; left empty, what is saved stays. */
  readonly secret?: true
  readonly optional?: true
  /** `security`: three settings of a mail server, chosen as one. */
  readonly as?: 'number' | 'security'
  /** What may be chosen; the first one unless something is. Each is called `choice.<value>`, or as it is. */
  readonly choices?: readonly string[]
  /** What is filled in at first. */
  readonly usual?: string
  /** What a right value looks like; the same in every language. */
  readonly example?: string
  /** Where it is found, or what it is for: `accountHint.<hint>`. */
  readonly hint?: string
}

export interface Form {
  /** As the server calls it. */
  readonly provider: string
  readonly channel: Channel
  readonly fields: readonly Field[]
  /** What the carrier does with our address: `accountWebhook.<webhook>`. Absent: it never calls. */
  readonly webhook?: string
}

const smsSender = { name: 'from', example: 'Atelier', hint: 'smsSender' } as const
const mailSender = { name: 'from', example: 'Atelier <hello@example.org>' } as const
const twilio = [
  { name: 'accountSid', example: 'AC…', hint: 'twilioSid' },
  { name: 'authToken', secret: true, hint: 'twilioToken' },
] as const
const messagingServiceSid = {
  name: 'messagingServiceSid',
  optional: true,
  example: 'MG…',
  hint: 'twilioService',
} as const
const whatsappLimit = [
  { name: 'portfolioId', optional: true, hint: 'portfolio' },
  {
    name: 'messagingLimit',
    as: 'number',
    choices: ['unlimited', '250', '2000', '10000', '100000'],
    optional: true,
    hint: 'messagingLimit',
  },
] as const

/**
 * The providers an account can be added for here, and what each asks for, in the order the form shows it. The server checks
 * it all again; a test compares the two. What hardly anybody changes (addresses of test servers, time limits) is left to the API.
 */
export const FORMS = {
  smtp: {
    provider: 'smtp',
    channel: 'email',
    fields: [
      { name: 'host', example: 'mail.example.org' },
      { name: 'port', as: 'number', usual: '587', optional: true },
      { name: 'security', as: 'security', choices: ['starttls', 'require', 'tls', 'none'], optional: true },
      mailSender,
      { name: 'user', optional: true },
      { name: 'password', secret: true, optional: true },
    ],
  },
  sendgrid: {
    provider: 'sendgrid',
    channel: 'email',
    webhook: 'sendgrid',
    fields: [
      { name: 'apiKey', secret: true, example: 'SG.…', hint: 'sendgridKey' },
      { ...mailSender, hint: 'verifiedSender' },
      { name: 'webhookKey', optional: true, hint: 'sendgridWebhookKey' },
    ],
  },
  ses: {
    provider: 'ses',
    channel: 'email',
    webhook: 'ses',
    fields: [
      { name: 'region', example: 'eu-west-3', hint: 'sesRegion' },
      { ...mailSender, hint: 'verifiedSender' },
      { name: 'user', example: 'AKIA…', hint: 'sesUser' },
      { name: 'password', secret: true },
      { name: 'configurationSet', optional: true, hint: 'configurationSet' },
      { name: 'topicArn', optional: true, example: 'arn:aws:sns:…', hint: 'topic' },
    ],
  },
  twilio: {
    provider: 'twilio',
    channel: 'sms',
    webhook: 'incoming',
    fields: [...twilio, { ...smsSender, optional: true, example: '+33…', hint: 'twilioSender' }, messagingServiceSid],
  },
  vonage: {
    provider: 'vonage',
    channel: 'sms',
    webhook: 'vonage',
    fields: [
      { name: 'apiKey', hint: 'vonageKey' },
      { name: 'apiSecret', secret: true },
      smsSender,
      { name: 'signatureSecret', secret: true, optional: true, hint: 'signature' },
      { name: 'webhookToken', secret: true, optional: true, hint: 'webhookToken' },
    ],
  },
  brevo: {
    provider: 'brevo',
    channel: 'sms',
    webhook: 'brevo',
    fields: [
      { name: 'apiKey', secret: true, example: 'xkeysib-…', hint: 'brevoKey' },
      smsSender,
      { name: 'webhookToken', secret: true, optional: true, hint: 'webhookToken' },
    ],
  },
  ovh: {
    provider: 'ovh',
    channel: 'sms',
    webhook: 'ovh',
    fields: [
      { name: 'applicationKey', hint: 'ovhKeys' },
      { name: 'applicationSecret', secret: true },
      { name: 'consumerKey', secret: true },
      { name: 'serviceName', example: 'sms-ab12345-1' },
      { ...smsSender, hint: 'approvedSender' },
      { name: 'webhookToken', secret: true, optional: true, hint: 'ovhToken' },
    ],
  },
  free_mobile: {
    provider: 'free_mobile',
    channel: 'sms',
    fields: [
      { name: 'user', secret: true, hint: 'freeUser' },
      { name: 'pass', secret: true, hint: 'freeKey' },
      { name: 'number', example: '+336…', hint: 'freeNumber' },
    ],
  },
  whatsapp: {
    provider: 'whatsapp',
    channel: 'whatsapp',
    webhook: 'whatsapp',
    fields: [
      { name: 'phoneNumberId', hint: 'phoneNumberId' },
      { name: 'accessToken', secret: true, hint: 'accessToken' },
      { name: 'appSecret', secret: true, hint: 'appSecret' },
      { name: 'verifyToken', secret: true, optional: true, hint: 'verifyToken' },
      { name: 'businessAccountId', optional: true, hint: 'businessAccount' },
      ...whatsappLimit,
    ],
  },
  twilio_whatsapp: {
    provider: 'twilio',
    channel: 'whatsapp',
    webhook: 'incoming',
    fields: [
      ...twilio,
      { name: 'from', optional: true, example: '+33…', hint: 'whatsappSender' },
      messagingServiceSid,
      ...whatsappLimit,
    ],
  },
} as const satisfies Record<string, Form>

export type FormName = keyof typeof FORMS
export type AccountField = (typeof FORMS)[FormName]['fields'][number]
export type FieldName = AccountField['name']
export type HintName = Extract<AccountField, { hint: string }>['hint']
export type WebhookName = Extract<(typeof FORMS)[FormName], { webhook: string }>['webhook']
export const FORM_NAMES = Object.keys(FORMS) as FormName[]

/** The form for an account that is there; undefined for those that nobody sets up here, and of providers not known here. */
export const formFor = (provider: string, channel: Channel): FormName | undefined =>
  FORM_NAMES.find((name) => FORMS[name].provider === provider && FORMS[name].channel === channel)
