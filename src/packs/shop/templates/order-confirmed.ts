import { approvable, builtIn } from '../../../engine/catalogue/wording.ts'
import { bill } from '../../../engine/templates/blocks.ts'
import type { BuiltInLocale, ChannelSources } from '../../../engine/templates/source.ts'

const ITEMS = bill('items', '{{quantity}} × {{name}}', '{{money amount ../currency}}', {
  label: 'Total',
  amount: '{{money total currency}}',
})

const confirmed = (locale: BuiltInLocale, text: string, more: string) =>
  approvable(locale, { name: 'order_confirmed', category: 'utility', text, more })

const fr: ChannelSources = {
  email: {
    subject: 'Commande {{reference}} confirmée',
    preheader: 'Merci ! Voici le détail de votre commande, {{money total currency}}.',
    body: `<mj-text><h1>Merci pour votre commande{{#if contact.name}}, {{contact.name}}{{/if}}&nbsp;!</h1>
Votre commande <strong>{{reference}}</strong> est enregistrée. Nous vous écrirons dès qu’elle sera prête.</mj-text>
${ITEMS}
{{#if pickupPlace}}
<mj-text><strong>Retrait</strong><br>{{pickupPlace}}{{#if pickupAt}}<br>{{dateTime pickupAt}}{{/if}}</mj-text>
{{/if}}
{{#if orderUrl}}
<mj-button href="{{url orderUrl}}">Suivre ma commande</mj-button>
{{/if}}`,
  },
  whatsapp: confirmed(
    'fr',
    'Merci pour votre commande ! La commande {{reference}} de {{money total currency}} est confirmée. Nous vous écrirons dès qu’elle sera prête.',
    '{{#if pickupPlace}}Retrait : {{pickupPlace}}{{#if pickupAt}}, {{dateTime pickupAt}}{{/if}}\n{{/if}}{{#if orderUrl}}{{url orderUrl}}{{/if}}',
  ),
  in_app: {
    title: 'Commande {{reference}} confirmée',
    body: '{{#if pickupPlace}}Retrait : {{pickupPlace}}{{#if pickupAt}}, {{dateTime pickupAt}}{{/if}}. {{/if}}Total : {{money total currency}}.',
    actionUrl: '{{orderUrl}}',
  },
}

const en: ChannelSources = {
  email: {
    subject: 'Order {{reference}} confirmed',
    preheader: 'Thank you! Here is your order, {{money total currency}}.',
    body: `<mj-text><h1>Thank you for your order{{#if contact.name}}, {{contact.name}}{{/if}}!</h1>
We have your order <strong>{{reference}}</strong> and will write as soon as it is ready.</mj-text>
${ITEMS}
{{#if pickupPlace}}
<mj-text><strong>Pickup</strong><br>{{pickupPlace}}{{#if pickupAt}}<br>{{dateTime pickupAt}}{{/if}}</mj-text>
{{/if}}
{{#if orderUrl}}
<mj-button href="{{url orderUrl}}">View my order</mj-button>
{{/if}}`,
  },
  whatsapp: confirmed(
    'en',
    'Thank you for your order! Order {{reference}} of {{money total currency}} is confirmed. We will write as soon as it is ready.',
    '{{#if pickupPlace}}Pickup: {{pickupPlace}}{{#if pickupAt}}, {{dateTime pickupAt}}{{/if}}\n{{/if}}{{#if orderUrl}}{{url orderUrl}}{{/if}}',
  ),
  in_app: {
    title: 'Order {{reference}} confirmed',
    body: '{{#if pickupPlace}}Pickup: {{pickupPlace}}{{#if pickupAt}}, {{dateTime pickupAt}}{{/if}}. {{/if}}Total: {{money total currency}}.',
    actionUrl: '{{orderUrl}}',
  },
}

export const orderConfirmed = builtIn({ fr, en })
