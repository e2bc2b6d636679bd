import { approvable, builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import type { BuiltInLocale } from '../../../engine/templates/source.ts'

const reminding = (locale: BuiltInLocale, text: string, more: string) =>
  approvable(locale, { name: 'order_pickup_reminder', category: 'utility', text, more })

export const orderPickupReminder = builtIn({
  fr: {
    ...letter({
      subject: 'Votre commande {{reference}} vous attend toujours',
      preheader: '{{pickupPlace}}',
      title: 'N’oubliez pas votre commande',
      says: `${HELLO.fr}votre commande est prête et vous attend.`,
      facts: [
        fact('Commande', '{{reference}}'),
        fact('Où', '{{pickupPlace}}'),
        factIf('Ouvert', 'openingHours'),
        factIf('Code', 'pickupCode', '<strong>{{pickupCode}}</strong>'),
        factIf('Gardée', 'keptUntil', 'jusqu’au <strong>{{date keptUntil "day"}}</strong>'),
      ],
      note: 'Vous ne pouvez pas venir ? Répondez à ce message.',
      inApp: {
        title: 'Commande {{reference}} à retirer',
        body: '{{pickupPlace}}{{#if pickupCode}}, code {{pickupCode}}{{/if}}.{{#if keptUntil}} Avant le {{date keptUntil "day"}}.{{/if}}',
      },
    }),
    sms: {
      text: '{{organization.name}} : commande {{reference}} à retirer, {{pickupPlace}}.{{#if pickupCode}} Code {{pickupCode}}.{{/if}}{{#if keptUntil}} Avant le {{date keptUntil "day"}}.{{/if}}',
    },
    whatsapp: reminding(
      'fr',
      'Votre commande {{reference}} est toujours prête et vous attend à cette adresse : {{pickupPlace}}. Donnez le code {{default pickupCode reference}} en arrivant. Vous ne pouvez pas venir ? Répondez à ce message.',
      '{{#if openingHours}}Ouvert : {{openingHours}}\n{{/if}}{{#if keptUntil}}Nous la gardons jusqu’au {{date keptUntil "day"}}.{{/if}}',
    ),
  },
  en: {
    ...letter({
      subject: 'Your order {{reference}} is still waiting',
      preheader: '{{pickupPlace}}',
      title: 'Do not forget your order',
      says: `${HELLO.en}your order is ready and waiting for you.`,
      facts: [
        fact('Order', '{{reference}}'),
        fact('Where', '{{pickupPlace}}'),
        factIf('Open', 'openingHours'),
        factIf('Code', 'pickupCode', '<strong>{{pickupCode}}</strong>'),
        factIf('Kept', 'keptUntil', 'until <strong>{{date keptUntil "day"}}</strong>'),
      ],
      note: 'If you cannot come, reply to this message.',
      inApp: {
        title: 'Order {{reference}} to pick up',
        body: '{{pickupPlace}}{{#if pickupCode}}, code {{pickupCode}}{{/if}}.{{#if keptUntil}} Until {{date keptUntil "day"}}.{{/if}}',
      },
    }),
    sms: {
      text: '{{organization.name}}: order {{reference}} is waiting, {{pickupPlace}}.{{#if pickupCode}} Code {{pickupCode}}.{{/if}}{{#if keptUntil}} Until {{date keptUntil "day"}}.{{/if}}',
    },
    whatsapp: reminding(
      'en',
      'Your order {{reference}} is still ready and waiting for you at this address: {{pickupPlace}}. Give the code {{default pickupCode reference}} when you arrive. You cannot come? Reply to this message.',
      '{{#if openingHours}}Open: {{openingHours}}\n{{/if}}{{#if keptUntil}}We keep it until {{date keptUntil "day"}}.{{/if}}',
    ),
  },
})
