import { builtIn } from '../../../engine/catalogue/wording.ts'
import { fact, facts } from '../../../engine/templates/blocks.ts'

export const invoiceIssued = builtIn({
  fr: {
    email: {
      subject: 'Facture {{number}} · {{organization.name}}',
      preheader:
        '{{money total currency}}, {{#if paid}}déjà réglée{{else}}à régler{{#if dueOn}} avant le {{date dueOn "short"}}{{/if}}{{/if}}.',
      body: `<mj-text><h1>Votre facture</h1>
Bonjour{{#if contact.name}} {{contact.name}}{{/if}},<br>{{#if hasAttachment}}vous trouverez votre facture en pièce jointe.{{else}}voici votre facture.{{/if}}</mj-text>
${facts(
  fact('Numéro', '{{number}}'),
  fact('Date', '{{date issuedOn}}'),
  `{{#if orderReference}}${fact('Commande', '{{orderReference}}')}{{/if}}`,
  fact('Montant', '<strong>{{money total currency}}</strong>'),
  fact(
    'Règlement',
    '{{#if paid}}Réglée, merci{{else}}{{#if dueOn}}Avant le {{date dueOn}}{{else}}À réception{{/if}}{{/if}}',
  ),
)}
{{#if invoiceUrl}}
<mj-button href="{{url invoiceUrl}}">{{#if paid}}Voir la facture{{else}}Voir et régler{{/if}}</mj-button>
{{/if}}`,
    },
    in_app: {
      title: 'Facture {{number}}',
      body: '{{money total currency}}, {{#if paid}}réglée{{else}}à régler{{#if dueOn}} avant le {{date dueOn "short"}}{{/if}}{{/if}}.',
      actionUrl: '{{invoiceUrl}}',
    },
  },
  en: {
    email: {
      subject: 'Invoice {{number}} · {{organization.name}}',
      preheader:
        '{{money total currency}}, {{#if paid}}already paid{{else}}due{{#if dueOn}} by {{date dueOn "short"}}{{/if}}{{/if}}.',
      body: `<mj-text><h1>Your invoice</h1>
Hello{{#if contact.name}} {{contact.name}}{{/if}},<br>{{#if hasAttachment}}your invoice is attached to this message.{{else}}here is your invoice.{{/if}}</mj-text>
${facts(
  fact('Number', '{{number}}'),
  fact('Date', '{{date issuedOn}}'),
  `{{#if orderReference}}${fact('Order', '{{orderReference}}')}{{/if}}`,
  fact('Amount', '<strong>{{money total currency}}</strong>'),
  fact(
    'Payment',
    '{{#if paid}}Paid, thank you{{else}}{{#if dueOn}}Due by {{date dueOn}}{{else}}Due on receipt{{/if}}{{/if}}',
  ),
)}
{{#if invoiceUrl}}
<mj-button href="{{url invoiceUrl}}">{{#if paid}}View the invoice{{else}}View and pay{{/if}}</mj-button>
{{/if}}`,
    },
    in_app: {
      title: 'Invoice {{number}}',
      body: '{{money total currency}}, {{#if paid}}paid{{else}}due{{#if dueOn}} by {{date dueOn "short"}}{{/if}}{{/if}}.',
      actionUrl: '{{invoiceUrl}}',
    },
  },
})
