import { z } from 'zod'
import { CHANNELS } from '../channels/channel.ts'

export const Ref = z.object({
  key: z.string().min(1).max(200),
  channel: z.enum(CHANNELS),
  locale: z.string().min(1).max(35).describe('A language tag: fr, fr-CA'),
})
export const VersionRef = Ref.extend({ versionId: z.uuid() })

export const source = z
  .record(z.string(), z.unknown())
  .describe(
    'E-mail: subject, preheader, body (MJML), text, layout. SMS: text. WhatsApp: text, template, buttons. In-app: title, body, actionUrl. Every text may hold {{values}}',
  )
export const payload = z
  .record(z.string(), z.unknown())
  .describe('Instead of the sample payload; it must fit the event')

const at = z.date()
const about = {
  ...Ref.shape,
  type: z.string().describe('The event of the catalogue it is for'),
  pack: z.string(),
  audiences: z.array(z.string()),
  category: z.enum(['tx', 'rem', 'mkt', 'ops']),
  required: z.boolean(),
  state: z
    .enum(['own', 'built_in', 'none'])
    .describe('Whose words are live in this language; none: other languages stand in'),
  builtInChanged: z.boolean().describe('The built-in words have changed since the live ones were made from them'),
}

export const TemplateItem = z
  .object({
    ...about,
    live: z.object({ id: z.uuid(), number: z.int(), publishedAt: at }).nullable(),
    draft: z.object({ revision: z.int(), updatedAt: at }).nullable(),
  })
  .meta({ id: 'TemplateItem' })

const version = {
  id: z.uuid(),
  number: z.int().describe('Counts from 1, in each language; never given twice'),
  publishedAt: at,
  builtIn: z.boolean(),
  live: z.boolean(),
  liveUntil: at.nullable().describe('When another one took its place'),
  restores: z.uuid().nullable().describe('The earlier version whose words it brought back'),
  builtInVersionId: z.uuid().nullable().describe('The built-in version that was live when it was published'),
}
export const TemplateVersion = z.object({ ...version, source }).meta({ id: 'TemplateVersion' })

export const Template = z
  .object({
    ...about,
    live: TemplateVersion.nullable(),
    builtIn: TemplateVersion.nullable().describe('The built-in words as they are now'),
    draft: z.object({ source, updatedAt: at }).nullable(),
    draftRevision: z.int().describe('What a draft is saved over; goes on when one was published or thrown away'),
    used: z
      .object({ versionId: z.uuid(), locale: z.string() })
      .nullable()
      .describe('What a contact with this language is sent now'),
    variables: z.array(z.string()).describe('What the words may name; inside a list as items[].label'),
    sample: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Template' })

const count = z.int()
const rate = z.number().min(0).nullable()
const Numbers = z
  .object({
    accepted: count,
    sent: count,
    delivered: count,
    opened: count,
    clicked: count,
    bounced: count,
    failed: count,
    rates: z.object({ delivered: rate, opened: rate, clicked: rate, bounced: rate, failed: rate }),
  })
  .meta({ id: 'TemplateVersionNumbers' })
export const VersionItem = z
  .object({
    ...version,
    statistics: Numbers.nullable().describe(
      'Of this organization, of 25 months, without tests. Null for those who may not see numbers',
    ),
  })
  .meta({ id: 'TemplateVersionItem' })

/** What goes with a WhatsApp text, as it is shown. */
export const whatsappParts = {
  template: z
    .object({
      name: z.string(),
      language: z.string(),
      category: z.string().optional(),
      header: z.looseObject({ kind: z.string() }).optional(),
      body: z.array(z.string()).readonly(),
      buttons: z
        .array(z.object({ kind: z.string(), index: z.int(), value: z.string() }))
        .readonly()
        .optional(),
      contentSid: z.string().optional(),
    })
    .optional()
    .describe('WhatsApp: what goes instead of the text when the person has not written in the last 24 hours'),
  buttons: z.looseObject({ kind: z.string() }).optional(),
}
const Content = z.union([
  z.object({ channel: z.literal('email'), subject: z.string(), html: z.string(), text: z.string() }),
  z.object({ channel: z.literal('sms'), text: z.string() }),
  z.object({
    channel: z.literal('whatsapp'),
    text: z.string(),
    ...whatsappParts,
  }),
  z.object({
    channel: z.literal('in_app'),
    title: z.string(),
    body: z.string(),
    actionUrl: z.string().optional(),
  }),
])
const Fault = z.object({ path: z.string(), message: z.string(), line: z.int().optional(), column: z.int().optional() })
export const TemplatePreview = z
  .object({
    content: Content.nullable().describe('Null while there are faults'),
    preheader: z.string().nullable(),
    sms: z
      .object({
        encoding: z.enum(['GSM-7', 'UCS-2']),
        segments: count,
        units: count,
        costClass: z.enum(['one_part', 'several_parts']),
      })
      .nullable()
      .describe('What the text comes to, as it would be sent'),
    faults: z.array(Fault).readonly().describe('What keeps it from being published'),
  })
  .meta({ id: 'TemplatePreview' })

export const TemplateDiff = z
  .object({
    fields: z.array(
      z.object({
        field: z.string(),
        changed: z.boolean(),
        lines: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })).readonly(),
      }),
    ),
  })
  .meta({ id: 'TemplateDiff' })

export const PublishedVersion = z
  .object({ versionId: z.uuid(), number: count })
  .meta({ id: 'PublishedTemplateVersion' })

const VERSION = '019a9f00-0000-7000-8000-000000000050'
const EARLIER = '019a9f00-0000-7000-8000-000000000051'
const words = { text: 'Votre commande {{orderNumber}} est prête.' }
const sampleAbout = {
  key: 'order.ready_for_pickup.customer',
  channel: 'sms',
  locale: 'fr',
  type: 'order.ready_for_pickup',
  pack: 'shop',
  audiences: ['customer'],
  category: 'tx',
  required: false,
  state: 'own',
  builtInChanged: false,
} as const
const time = new Date('2026-11-02T09:00:00Z')
const sampleVersion = {
  id: VERSION,
  number: 2,
  publishedAt: time,
  builtIn: false,
  live: true,
  liveUntil: null,
  restores: null,
  builtInVersionId: EARLIER,
}

export const examples = {
  source: words,
  versionId: VERSION,
  earlier: EARLIER,
  item: {
    ...sampleAbout,
    live: { id: VERSION, number: 2, publishedAt: time },
    draft: { revision: 3, updatedAt: time },
  },
  version: { ...sampleVersion, source: words },
  template: {
    ...sampleAbout,
    live: { ...sampleVersion, source: words },
    builtIn: null,
    draft: { source: words, updatedAt: time },
    draftRevision: 3,
    used: { versionId: VERSION, locale: 'fr' },
    variables: ['orderNumber', 'contact.name', 'organization.name'],
    sample: { orderNumber: 'EX-1042' },
  },
  versionItem: {
    ...sampleVersion,
    statistics: {
      accepted: 120,
      sent: 118,
      delivered: 117,
      opened: 0,
      clicked: 0,
      bounced: 0,
      failed: 2,
      rates: { delivered: 0.975, opened: 0, clicked: 0, bounced: 0, failed: 0.0167 },
    },
  },
  preview: {
    content: { channel: 'sms', text: 'Votre commande EX-1042 est prete.' },
    preheader: null,
    sms: { encoding: 'GSM-7', segments: 1, units: 33, costClass: 'one_part' },
    faults: [],
  },
  diff: {
    fields: [
      {
        field: 'text',
        changed: true,
        lines: [
          { kind: 'removed', text: 'Commande {{orderNumber}} prête.' },
          { kind: 'added', text: words.text },
        ],
      },
    ],
  },
} as const
