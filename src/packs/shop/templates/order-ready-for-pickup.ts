import { approvable, builtIn } from '../../../engine/catalogue/wording.ts'
import type { BuiltInLocale } from '../../../engine/templates/source.ts'

const ready = (locale: BuiltInLocale, text: string, more: string) =>
  approvable(locale, { name: 'order_ready_for_pickup', category: 'utility', text, more })

export const orderReadyForPickup = builtIn({
  fr: {
    whatsapp: ready(
      'fr',
      'Bonne nouvelle : votre commande {{reference}} est prête. Vous pouvez la retirer à cette adresse : {{pickupPlace}}. Donnez le code {{default pickupCode reference}} en arrivant.',
      '{{#if openingHours}}Ouvert : {{openingHours}}\n{{/if}}{{#if keptUntil}}Nous la gardons jusqu’au {{date keptUntil "day"}}.{{/if}}',
    ),
    sms: {
      text: '{{organization.name}} : votre commande {{reference}} vous attend, {{pickupPlace}}.{{#if pickupCode}} Code {{pickupCode}}.{{/if}}{{#if keptUntil}} Avant le {{date keptUntil "day"}}.{{/if}}',
    },
    in_app: {
      title: 'Commande {{reference}} prête',
      body: 'À retirer : {{pickupPlace}}{{#if pickupCode}}, code {{pickupCode}}{{/if}}.{{#if keptUntil}} Avant le {{date keptUntil "day"}}.{{/if}}',
    },
  },
  en: {
    whatsapp: ready(
      'en',
      'Good news: your order {{reference}} is ready. You can pick it up at this address: {{pickupPlace}}. Give the code {{default pickupCode reference}} when you arrive.',
      '{{#if openingHours}}Open: {{openingHours}}\n{{/if}}{{#if keptUntil}}We keep it until {{date keptUntil "day"}}.{{/if}}',
    ),
    sms: {
      text: '{{organization.name}}: your order {{reference}} is ready, {{pickupPlace}}.{{#if pickupCode}} Code {{pickupCode}}.{{/if}}{{#if keptUntil}} Until {{date keptUntil "day"}}.{{/if}}',
    },
    in_app: {
      title: 'Order {{reference}} is ready',
      body: 'Pickup: {{pickupPlace}}{{#if pickupCode}}, code {{pickupCode}}{{/if}}.{{#if keptUntil}} Until {{date keptUntil "day"}}.{{/if}}',
    },
  },
})
