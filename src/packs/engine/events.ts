import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import { definePack } from '../../engine/catalogue/pack.ts'
import { messageCustom } from './message-custom.ts'

/** Words of the caller's own, in the organization's layout. */
const custom = defineEvent({
  type: 'message.custom',
  payload: z.strictObject({
    subject: z.string().trim().min(1).max(500).describe('One line; the title in the app'),
    body: z.string().trim().min(1).max(20_000).describe('Plain text; an empty line starts a new paragraph'),
    html: z
      .string()
      .max(1_000_000)
      .optional()
      .describe('Replaces the whole HTML part of the e-mail; the text part is still made from body'),
    actionLabel: z.string().trim().min(1).max(80).optional(),
    actionUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .describe('A button in the e-mail, a link elsewhere'),
  }),
  htmlField: 'html',
  sample: {
    subject: 'Nos horaires changent',
    body: 'Bonjour,\n\nÀ partir du 1er mars, nous ouvrons aussi le samedi, de 9 h à 13 h.\n\nÀ bientôt !',
    actionLabel: 'Voir nos horaires',
    actionUrl: 'https://example.com/horaires',
  },
  entries: [
    {
      audience: 'contact',
      channels: { firstOf: ['email', 'whatsapp', 'sms', 'in_app'] },
      lane: 'immediate',
      category: 'tx',
      templateKey: 'message.custom',
      templates: messageCustom,
    },
  ],
})

export const enginePack = definePack({ name: 'engine', events: [custom] })
