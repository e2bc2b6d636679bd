import { builtIn, HELLO, letter, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'

export const paymentProblem = builtIn({
  fr: news({
    title: 'Paiement à régler : {{clientName}}, {{money amount currency}}',
    says: 'Le paiement de {{clientName}} n’a pas abouti.',
    facts: [
      fact('Montant', '<strong>{{money amount currency}}</strong>'),
      fact('Problème', '{{problem}}'),
      factIf('Pour', 'purpose'),
      factIf('Téléphone', 'clientPhone'),
    ],
    button: { label: 'Voir le paiement', field: 'paymentUrl' },
    inApp: '{{problem}}{{#if purpose}} ({{purpose}}){{/if}}',
  }),
  en: news({
    title: 'Payment to sort out: {{clientName}}, {{money amount currency}}',
    says: 'The payment of {{clientName}} did not go through.',
    facts: [
      fact('Amount', '<strong>{{money amount currency}}</strong>'),
      fact('Problem', '{{problem}}'),
      factIf('For', 'purpose'),
      factIf('Phone', 'clientPhone'),
    ],
    button: { label: 'See the payment', field: 'paymentUrl' },
    inApp: '{{problem}}{{#if purpose}} ({{purpose}}){{/if}}',
  }),
})

export const paymentConfirmed = builtIn({
  fr: letter({
    subject: 'Paiement reçu : {{money amount currency}}',
    preheader: '{{#if purpose}}{{purpose}}, réglé{{else}}Réglé{{/if}} le {{date paidAt "short"}}.',
    title: 'Merci, nous avons reçu votre paiement',
    says: `${HELLO.fr}voici la confirmation de votre règlement.`,
    facts: [
      fact('Montant', '<strong>{{money amount currency}}</strong>'),
      factIf('Pour', 'purpose'),
      fact('Date', '{{date paidAt}}'),
      factIf('Moyen', 'method'),
    ],
    button: { label: 'Télécharger le reçu', field: 'receiptUrl' },
    inApp: {
      title: 'Paiement reçu : {{money amount currency}}',
      body: '{{#if purpose}}{{purpose}}, réglé{{else}}Réglé{{/if}} le {{date paidAt "short"}}.',
    },
  }),
  en: letter({
    subject: 'Payment received: {{money amount currency}}',
    preheader: '{{#if purpose}}{{purpose}}, paid{{else}}Paid{{/if}} on {{date paidAt "short"}}.',
    title: 'Thank you, we have received your payment',
    says: `${HELLO.en}here is the confirmation of your payment.`,
    facts: [
      fact('Amount', '<strong>{{money amount currency}}</strong>'),
      factIf('For', 'purpose'),
      fact('Date', '{{date paidAt}}'),
      factIf('Paid by', 'method'),
    ],
    button: { label: 'Download the receipt', field: 'receiptUrl' },
    inApp: {
      title: 'Payment received: {{money amount currency}}',
      body: '{{#if purpose}}{{purpose}}, paid{{else}}Paid{{/if}} on {{date paidAt "short"}}.',
    },
  }),
})

export const subscriptionRenewalDue = builtIn({
  fr: news({
    title: 'Votre abonnement {{plan}} se renouvelle le {{date renewsOn "day"}}',
    says: '{{money amount currency}} seront prélevés{{#if cardEnding}} sur la carte qui finit par {{cardEnding}}{{/if}}.',
    facts: [
      fact('Formule', '{{plan}}'),
      fact('Montant', '<strong>{{money amount currency}}</strong>'),
      fact('Le', '{{date renewsOn}}'),
    ],
    button: { label: 'Gérer mon abonnement', field: 'manageUrl' },
    note: 'Vous pouvez changer de formule ou arrêter jusqu’à la veille.',
  }),
  en: news({
    title: 'Your {{plan}} subscription renews on {{date renewsOn "day"}}',
    says: '{{money amount currency}} will be charged{{#if cardEnding}} to the card ending in {{cardEnding}}{{/if}}.',
    facts: [
      fact('Plan', '{{plan}}'),
      fact('Amount', '<strong>{{money amount currency}}</strong>'),
      fact('On', '{{date renewsOn}}'),
    ],
    button: { label: 'Manage my subscription', field: 'manageUrl' },
    note: 'You may change plans or stop until the day before.',
  }),
})
