import type { BuiltInTemplates } from '../../../engine/templates/source.ts'

export const orderReadyForPickup: BuiltInTemplates = {
  fr: {
    whatsapp: {
      text: `Bonne nouvelle{{#if contact.name}} {{contact.name}}{{/if}} : votre commande {{reference}} est prête.
À retirer : {{pickupPlace}}{{#if openingHours}} ({{openingHours}}){{/if}}
{{#if pickupCode}}
Code de retrait : {{pickupCode}}
{{/if}}
{{#if keptUntil}}
Nous la gardons jusqu’au {{date keptUntil "day"}}.
{{/if}}`,
    },
    sms: {
      text: '{{organization.name}} : votre commande {{reference}} vous attend, {{pickupPlace}}.{{#if pickupCode}} Code {{pickupCode}}.{{/if}}{{#if keptUntil}} Avant le {{date keptUntil "day"}}.{{/if}}',
    },
    in_app: {
      title: 'Commande {{reference}} prête',
      body: 'À retirer : {{pickupPlace}}{{#if pickupCode}}, code {{pickupCode}}{{/if}}.{{#if keptUntil}} Avant le {{date keptUntil "day"}}.{{/if}}',
    },
  },
  en: {
    whatsapp: {
      text: `Good news{{#if contact.name}}, {{contact.name}}{{/if}}: your order {{reference}} is ready.
Pickup: {{pickupPlace}}{{#if openingHours}} ({{openingHours}}){{/if}}
{{#if pickupCode}}
Pickup code: {{pickupCode}}
{{/if}}
{{#if keptUntil}}
We keep it until {{date keptUntil "day"}}.
{{/if}}`,
    },
    sms: {
      text: '{{organization.name}}: your order {{reference}} is ready, {{pickupPlace}}.{{#if pickupCode}} Code {{pickupCode}}.{{/if}}{{#if keptUntil}} Until {{date keptUntil "day"}}.{{/if}}',
    },
    in_app: {
      title: 'Order {{reference}} is ready',
      body: 'Pickup: {{pickupPlace}}{{#if pickupCode}}, code {{pickupCode}}{{/if}}.{{#if keptUntil}} Until {{date keptUntil "day"}}.{{/if}}',
    },
  },
}
