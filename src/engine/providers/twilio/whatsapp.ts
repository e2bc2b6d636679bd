import { z } from 'zod'
import type { Clock } from '../../../platform/clock.ts'
import type { OutboundWhatsapp, WhatsappButtons, WhatsappTemplate } from '../../channels/outbound.ts'
import type { WebhookCall, WebhookResult } from '../../channels/report.ts'
import { defineProvider, type Provider } from '../provider.ts'
import { receiveTwilio } from './receive.ts'
import { twilioSettings } from './settings.ts'
import { connectTwilio, type Speech } from './twilio.ts'
import { whatsappInboundOf } from './whatsapp-inbound.ts'

/** What a WhatsApp sender at Twilio needs: what SMS need, but for a sender that is a number. */
export const twilioWhatsappSettings = z
  .strictObject({
    ...twilioSettings.shape,
    from: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'Write the WhatsApp sender’s number as +33…')
      .optional(),
    portfolioId: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'Write the ID of the business portfolio')
      .optional(),
    /** To how many a portfolio may write first in any 24 hours. */
    messagingLimit: z.union([z.literal([250, 2_000, 10_000, 100_000]), z.literal('unlimited')]).default('unlimited'),
  })
  .refine((settings) => settings.from ?? settings.messagingServiceSid, 'Give a sender: from, or messagingServiceSid')
export type TwilioWhatsappSettings = z.infer<typeof twilioWhatsappSettings>

/** WhatsApp by the same API as Twilio's SMS; addresses begin with `whatsapp:`, templates go by their `ContentSid`. */
export const createTwilioWhatsappProvider = ({
  clock,
}: {
  clock: Clock
}): Provider<'whatsapp', TwilioWhatsappSettings> =>
  defineProvider({
    name: 'twilio',
    channel: 'whatsapp',
    settings: twilioWhatsappSettings,
    limits: { perSecond: 80, secondsBetweenToOneAddress: 6 },
    hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
    whenUncertain: 'ask',
    replyWindow: true,
    firstContacts: ({ portfolioId, from, messagingServiceSid, messagingLimit }) =>
      messagingLimit === 'unlimited'
        ? undefined
        : { key: portfolioId ?? from ?? messagingServiceSid ?? '', perDay: messagingLimit },
    connect: (settings, network) => connectTwilio(settings, network, clock, WHATSAPP),
    receive: (call: WebhookCall, settings, webhookUrl): WebhookResult =>
      receiveTwilio(call, settings, webhookUrl, whatsappInboundOf),
  })

const WHATSAPP: Speech<OutboundWhatsapp> = {
  prefix: 'whatsapp:',
  fieldsOf(message) {
    const files = (message.attachments ?? []).filter(({ contentId }) => contentId === undefined)
    const template = templateOf(message)
    if (template) {
      if (files.length > 0) return refused('EFILES', 'A file cannot go beside a template at Twilio')
      if (!template.contentSid)
        return refused('ETEMPLATE', `The template ${template.name} has no contentSid, which Twilio knows it by`)
      return { ContentSid: template.contentSid, ContentVariables: JSON.stringify(variablesOf(template)) }
    }
    if (files.length > 1) return refused('EFILES', 'WhatsApp carries one file a message, and this one has more')
    const [file] = files
    if (file && !file.link)
      return refused('EFILES', 'Twilio fetches files by their address, and this one has none that anybody may fetch')
    return { Body: textOf(message), ...(file?.link ? { MediaUrl: file.link } : {}) }
  },
  // The words of a template are at Twilio: only a text can be told by them.
  textOf: (message) => (templateOf(message) ? undefined : textOf(message)),
}

/** Outside the person's 24 hours the template goes where there is one. */
const templateOf = ({ content, windowOpen }: OutboundWhatsapp): WhatsappTemplate | undefined =>
  windowOpen ? undefined : content.template

/** Buttons are templates at Twilio: below a free text their words stand as lines. */
function textOf({ content: { text, buttons } }: OutboundWhatsapp): string {
  return buttons ? `${text}\n\n${linesOf(buttons).join('\n')}` : text
}

function linesOf(buttons: WhatsappButtons): string[] {
  if (buttons.kind === 'link') return [`${buttons.title}: ${buttons.url}`]
  return (buttons.kind === 'list' ? buttons.rows : buttons.buttons).map(({ title }) => `– ${title}`)
}

/** Twilio numbers the gaps of a whole template: those of the header first, then the body's, then the buttons'. */
function variablesOf({ header, body, buttons = [] }: WhatsappTemplate): Record<string, string> {
  const first = header?.kind === 'text' ? [header.text] : header && 'link' in header ? [header.link] : []
  const values = [...first, ...body, ...buttons.map(({ value }) => value)]
  return Object.fromEntries(values.map((value, n) => [`${n + 1}`, value]))
}

const refused = (code: string, detail: string) => ({ outcome: 'refused', class: 'permanent', code, detail }) as const
