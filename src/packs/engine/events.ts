import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import { definePack } from '../../engine/packs/pack.ts'
import { alertEvents } from './alert-events.ts'
import { campaignMessage } from './campaign-message.ts'
import { consentConfirm } from './consent-confirm.ts'
import { digestReady } from './digest-ready.ts'
import { memberInvited } from './member-invited.ts'
import { messageCustom } from './message-custom.ts'
import { passwordReset, signInChanged, signInLink } from './sign-in.ts'
import { webhookDisabled } from './webhook-disabled.ts'

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

/** What a campaign says, unless it says something of a pack's. */
const campaign = defineEvent({
  type: 'campaign.message',
  payload: z.strictObject({
    subject: z.string().trim().min(1).max(500).describe('One line; the title in the app'),
    preheader: z.string().trim().max(200).optional().describe('Shown behind the subject in a list of mails'),
    body: z.string().trim().min(1).max(20_000).describe('Plain text; an empty line starts a new paragraph'),
    actionLabel: z.string().trim().min(1).max(80).optional(),
    actionUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .describe('A button in the e-mail, a link elsewhere'),
  }),
  sample: {
    subject: 'Le marché de printemps ouvre samedi',
    preheader: 'Trois jours, vingt artisans, et une surprise pour nos clients.',
    body: 'Bonjour,\n\nNotre marché de printemps ouvre ce samedi à 9 h.\n\nÀ bientôt !',
    actionLabel: 'Voir le programme',
    actionUrl: 'https://example.com/marche',
  },
  entries: [
    {
      audience: 'contact',
      channels: { firstOf: ['email', 'whatsapp', 'sms', 'in_app'] },
      lane: 'bulk',
      category: 'mkt',
      templateKey: 'campaign.message',
      templates: campaignMessage,
    },
  ],
})

/** What a contact asked to hear of together: made by the engine when its time has come. */
const digest = defineEvent({
  type: 'digest.ready',
  payload: z.strictObject({
    count: z.int().min(1),
    items: z
      .array(
        z.strictObject({
          title: z.string().min(1).max(500),
          body: z.string().max(2_000).optional(),
          url: z.string().max(2_000).optional(),
        }),
      )
      .min(1)
      .max(100),
    left: z.int().min(1).optional().describe('How many more there were than are listed'),
  }),
  sample: {
    count: 2,
    items: [
      {
        title: 'Commande EX-1042 confirmée',
        body: 'Retrait le 4 mars à 14 h 30.',
        url: 'https://example.com/commande',
      },
      { title: 'Paiement reçu' },
    ],
  },
  entries: [
    {
      audience: 'contact',
      channels: { firstOf: ['email', 'whatsapp', 'sms', 'in_app'] },
      lane: 'scheduled',
      category: 'tx',
      templateKey: 'digest.ready',
      templates: digestReady,
    },
  ],
})

/** Somebody agreed to marketing where the organization asks for that to be confirmed (double opt-in). */
const consent = defineEvent({
  type: 'consent.confirm',
  payload: z.strictObject({
    confirmUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .describe('A page that asks; looking at it confirms nothing'),
    expiresAt: z.iso.datetime({ offset: true }),
    wording: z.string().max(2_000).optional().describe('What was agreed to, as it was read'),
  }),
  sample: {
    confirmUrl: 'https://example.com/u/c/exemple',
    expiresAt: '2027-03-06T09:00:00Z',
    wording: 'J’accepte de recevoir les offres de la boutique par e-mail.',
  },
  entries: [
    {
      audience: 'contact',
      channels: { firstOf: ['email', 'whatsapp', 'sms', 'in_app'] },
      lane: 'immediate',
      category: 'tx',
      required: true,
      templates: consentConfirm,
    },
  ],
})

/** An endpoint of the host application that was told nothing more: its owner is told. */
const webhookOff = defineEvent({
  type: 'webhook.disabled',
  payload: z.strictObject({
    url: z.string().min(1).max(2_000),
    gone: z.boolean().describe('It answered 410; else nothing was taken for five days'),
  }),
  sample: { url: 'https://shop.example.com/carillon', gone: false },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['email', 'in_app'] },
      lane: 'immediate',
      category: 'ops',
      templates: webhookDisabled,
    },
  ],
})

/** Somebody is asked to join an organization's team. The link lets them in: nobody else may see it. */
const invited = defineEvent({
  type: 'member.invited',
  payload: z.strictObject({
    invitedBy: z.string().trim().min(1).max(200),
    acceptUrl: z.url({ protocol: /^https?$/ }).max(2_000),
    expiresAt: z.iso.datetime({ offset: true }),
  }),
  secrets: ['acceptUrl'],
  sample: {
    invitedBy: 'Camille Exemple',
    acceptUrl: 'https://example.com/invitation#exemple',
    expiresAt: '2027-03-06T09:00:00Z',
  },
  entries: [
    {
      audience: 'member',
      channels: { all: ['email'] },
      lane: 'critical',
      category: 'ops',
      required: true,
      templates: memberInvited,
    },
  ],
})

const toMember = {
  audience: 'member',
  channels: { all: ['email'] },
  lane: 'critical',
  category: 'ops',
  required: true,
} as const

/** Somebody forgot their password. */
const reset = defineEvent({
  type: 'member.password_reset',
  payload: z.strictObject({
    resetUrl: z.url({ protocol: /^https?$/ }).max(2_000),
    expiresAt: z.iso.datetime({ offset: true }),
  }),
  secrets: ['resetUrl'],
  sample: { resetUrl: 'https://example.com/reset-password#exemple', expiresAt: '2027-03-06T09:00:00Z' },
  entries: [{ ...toMember, templates: passwordReset }],
  platformOnly: true,
})

/** What somebody signs in with has become another: they hear of it, in case it was not them (OWASP ASVS 5.0, 6.3.7). */
const changed = defineEvent({
  type: 'member.sign_in_changed',
  payload: z.strictObject({
    change: z.enum(['password', 'second_factor_on', 'second_factor_off', 'backup_codes']),
    at: z.iso.datetime({ offset: true }),
    resetUrl: z.url({ protocol: /^https?$/ }).max(2_000),
  }),
  sample: { change: 'password', at: '2027-03-06T08:00:00Z', resetUrl: 'https://example.com/forgot-password' },
  entries: [{ ...toMember, templates: signInChanged }],
  platformOnly: true,
})

/** Somebody signs in without a password. */
const link = defineEvent({
  type: 'member.sign_in_link',
  payload: z.strictObject({
    signInUrl: z.url({ protocol: /^https?$/ }).max(2_000),
    expiresAt: z.iso.datetime({ offset: true }),
  }),
  secrets: ['signInUrl'],
  sample: { signInUrl: 'https://example.com/sign-in-link#exemple', expiresAt: '2027-03-06T09:00:00Z' },
  entries: [{ ...toMember, templates: signInLink }],
  platformOnly: true,
})

export const enginePack = definePack({
  name: 'engine',
  events: [custom, campaign, digest, consent, webhookOff, invited, reset, changed, link, ...alertEvents],
})
