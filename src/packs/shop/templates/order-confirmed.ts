import type { BuiltInTemplates, ChannelSources } from '../../../engine/templates/source.ts'

const ITEMS = `<mj-table>{{#each items}}<tr><td style="padding:10px 12px 10px 0;border-bottom:1px solid #e5e7eb">{{quantity}} × {{name}}</td><td align="right" style="padding:10px 0;border-bottom:1px solid #e5e7eb;white-space:nowrap">{{money amount ../currency}}</td></tr>{{/each}}<tr><td style="padding:12px 12px 4px 0;font-weight:700">Total</td><td align="right" style="padding:12px 0 4px;font-weight:700;white-space:nowrap">{{money total currency}}</td></tr></mj-table>`

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
  whatsapp: {
    text: `Merci{{#if contact.name}} {{contact.name}}{{/if}} ! Votre commande {{reference}} ({{money total currency}}) est confirmée.
{{#if pickupPlace}}
Retrait : {{pickupPlace}}{{#if pickupAt}}, {{dateTime pickupAt}}{{/if}}
{{/if}}
{{#if orderUrl}}
{{url orderUrl}}
{{/if}}`,
  },
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
  whatsapp: {
    text: `Thank you{{#if contact.name}}, {{contact.name}}{{/if}}! Your order {{reference}} ({{money total currency}}) is confirmed.
{{#if pickupPlace}}
Pickup: {{pickupPlace}}{{#if pickupAt}}, {{dateTime pickupAt}}{{/if}}
{{/if}}
{{#if orderUrl}}
{{url orderUrl}}
{{/if}}`,
  },
  in_app: {
    title: 'Order {{reference}} confirmed',
    body: '{{#if pickupPlace}}Pickup: {{pickupPlace}}{{#if pickupAt}}, {{dateTime pickupAt}}{{/if}}. {{/if}}Total: {{money total currency}}.',
    actionUrl: '{{orderUrl}}',
  },
}

export const orderConfirmed: BuiltInTemplates = { fr, en }
