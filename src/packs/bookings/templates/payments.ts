import { builtIn, HELLO, letter, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'

const EXPECTED = '{{#if expectedCurrency}}{{money expected expectedCurrency}}{{else}}{{money expected currency}}{{/if}}'

export const priceMismatch = builtIn({
  fr: news({
    title: 'Prix à vérifier : réservation {{reference}}',
    says: 'Le montant payé n’est pas celui que nous recalculons. La réservation est faite ; à vous de décider de la suite.',
    facts: [
      fact('Client', '{{clientName}}'),
      fact('Calculé', EXPECTED),
      fact('Payé', '<strong>{{money paid currency}}</strong>'),
      factIf('Paiement', 'paymentReference'),
      factIf('Pourquoi', 'why'),
    ],
    button: { label: 'Vérifier la réservation', field: 'bookingUrl' },
    inApp: `{{money paid currency}} payés, ${EXPECTED} calculés ({{clientName}}).`,
  }),
  en: news({
    title: 'Price to check: booking {{reference}}',
    says: 'What was paid is not what we work out. The booking stands; what follows is for you to decide.',
    facts: [
      fact('Client', '{{clientName}}'),
      fact('Worked out', EXPECTED),
      fact('Paid', '<strong>{{money paid currency}}</strong>'),
      factIf('Payment', 'paymentReference'),
      factIf('Why', 'why'),
    ],
    button: { label: 'Check the booking', field: 'bookingUrl' },
    inApp: `{{money paid currency}} paid, ${EXPECTED} worked out ({{clientName}}).`,
  }),
})

export const checkoutFailed = builtIn({
  fr: letter({
    subject: 'Votre paiement n’a pas abouti : {{service}}',
    preheader: 'Rien n’a été débité. Vous pouvez recommencer.',
    title: 'Votre paiement n’a pas abouti',
    says: `${HELLO.fr}rien n’a été débité, et votre créneau n’est pas encore réservé.`,
    facts: [
      fact('Prestation', '{{service}}'),
      fact('Montant', '<strong>{{money amount currency}}</strong>'),
      factIf('Raison', 'reason'),
      factIf('Devis valable', 'validUntil', 'jusqu’au {{dateTime validUntil}}'),
    ],
    button: { label: 'Réessayer le paiement', field: 'checkoutUrl' },
    inApp: {
      title: 'Paiement non abouti : {{service}}',
      body: 'Rien n’a été débité. Vous pouvez réessayer : {{money amount currency}}.',
    },
  }),
  en: letter({
    subject: 'Your payment did not go through: {{service}}',
    preheader: 'You have not been charged. You may try again.',
    title: 'Your payment did not go through',
    says: `${HELLO.en}you have not been charged, and your slot is not reserved yet.`,
    facts: [
      fact('Service', '{{service}}'),
      fact('Amount', '<strong>{{money amount currency}}</strong>'),
      factIf('Reason', 'reason'),
      factIf('Quote valid', 'validUntil', 'until {{dateTime validUntil}}'),
    ],
    button: { label: 'Try the payment again', field: 'checkoutUrl' },
    inApp: {
      title: 'Payment not completed: {{service}}',
      body: 'You have not been charged. You may try again: {{money amount currency}}.',
    },
  }),
})

export const paymentOrphaned = builtIn({
  fr: {
    ...news({
      title: 'Paiement sans réservation : {{money amount currency}}',
      says: 'Nous avons reçu un paiement qui ne correspond à aucun devis. Le client attend : retrouvez sa demande ou remboursez-le.',
      facts: [
        fact('Montant', '<strong>{{money amount currency}}</strong>'),
        fact('Paiement', '{{paymentReference}}'),
        factIf('Payé par', 'payerEmail'),
        fact('Reçu', '{{dateTime receivedAt}}'),
        factIf('Pourquoi', 'why'),
      ],
      button: { label: 'Ouvrir le paiement', field: 'paymentUrl' },
      inApp:
        'Paiement {{paymentReference}}{{#if payerEmail}} de {{payerEmail}}{{/if}} : retrouvez la demande ou remboursez.',
    }),
    sms: {
      text: '{{organization.name}}, URGENT : {{money amount currency}} reçus sans réservation, paiement {{paymentReference}}.',
    },
  },
  en: {
    ...news({
      title: 'Payment without a booking: {{money amount currency}}',
      says: 'We have received a payment that belongs to no quote. The client is waiting: find their request, or refund them.',
      facts: [
        fact('Amount', '<strong>{{money amount currency}}</strong>'),
        fact('Payment', '{{paymentReference}}'),
        factIf('Paid by', 'payerEmail'),
        fact('Received', '{{dateTime receivedAt}}'),
        factIf('Why', 'why'),
      ],
      button: { label: 'Open the payment', field: 'paymentUrl' },
      inApp:
        'Payment {{paymentReference}}{{#if payerEmail}} from {{payerEmail}}{{/if}}: find the request, or refund it.',
    }),
    sms: {
      text: '{{organization.name}}, URGENT: {{money amount currency}} received without a booking, payment {{paymentReference}}.',
    },
  },
})

export const refundFailed = builtIn({
  fr: {
    ...news({
      title: 'Remboursement échoué : {{money amount currency}}',
      says: 'Un remboursement n’est pas parti : le client n’a pas reçu cet argent.{{#if credited}} Un avoir avait déjà été émis : il reste, et un nouveau remboursement n’en donnera pas d’autre.{{/if}}',
      facts: [
        fact('Montant', '<strong>{{money amount currency}}</strong>'),
        factIf('Réservation', 'bookingReference'),
        fact('Paiement', '{{paymentReference}}'),
        factIf('Raison', 'reason'),
      ],
      button: { label: 'Ouvrir le remboursement', field: 'paymentUrl' },
      inApp:
        '{{#if bookingReference}}Réservation {{bookingReference}}{{else}}Paiement {{paymentReference}}{{/if}} : le client n’a rien reçu.',
    }),
    sms: {
      text: '{{organization.name}} : remboursement de {{money amount currency}} échoué, paiement {{paymentReference}}.',
    },
  },
  en: {
    ...news({
      title: 'Refund failed: {{money amount currency}}',
      says: 'A refund did not leave: the client has not received this money.{{#if credited}} A credit note had been issued already: it stands, and another refund brings no second one.{{/if}}',
      facts: [
        fact('Amount', '<strong>{{money amount currency}}</strong>'),
        factIf('Booking', 'bookingReference'),
        fact('Payment', '{{paymentReference}}'),
        factIf('Reason', 'reason'),
      ],
      button: { label: 'Open the refund', field: 'paymentUrl' },
      inApp:
        '{{#if bookingReference}}Booking {{bookingReference}}{{else}}Payment {{paymentReference}}{{/if}}: the client has received nothing.',
    }),
    sms: {
      text: '{{organization.name}}: refund of {{money amount currency}} failed, payment {{paymentReference}}.',
    },
  },
})

export const paymentDisputed = builtIn({
  fr: {
    ...news({
      title:
        '{{#if lost}}Contestation perdue{{else}}{{#if won}}Contestation close{{else}}Paiement contesté{{/if}}{{/if}} : {{money amount currency}}',
      says: '{{#if lost}}La banque du client a tranché contre vous : l’argent est repris.{{else}}{{#if won}}La contestation est close en votre faveur : l’argent vous reste.{{else}}La banque du client conteste ce paiement. Envoyez vos preuves au prestataire de paiement ; sans réponse, l’argent est perdu.{{/if}}{{/if}}',
      facts: [
        fact('Montant', '<strong>{{money amount currency}}</strong>'),
        factIf('Réservation', 'bookingReference'),
        fact('Paiement', '{{paymentReference}}'),
        factIf('Raison', 'reason'),
        factIf('Répondre', 'answerBy', 'avant le <strong>{{dateTime answerBy}}</strong>'),
      ],
      button: { label: 'Ouvrir le paiement', field: 'paymentUrl' },
      inApp:
        '{{#if bookingReference}}Réservation {{bookingReference}}{{else}}Paiement {{paymentReference}}{{/if}}{{#if answerBy}} : répondez avant le {{dateTime answerBy}}{{/if}}.',
    }),
    sms: {
      text: '{{organization.name}} : {{#if lost}}contestation perdue{{else}}{{#if won}}contestation close{{else}}paiement contesté{{/if}}{{/if}}, {{money amount currency}}, {{paymentReference}}.',
    },
  },
  en: {
    ...news({
      title:
        '{{#if lost}}Dispute lost{{else}}{{#if won}}Dispute closed{{else}}Payment disputed{{/if}}{{/if}}: {{money amount currency}}',
      says: '{{#if lost}}The client’s bank has decided against you: the money is taken back.{{else}}{{#if won}}The dispute is closed in your favour: the money stays yours.{{else}}The client’s bank disputes this payment. Send your evidence to the payment provider; without an answer the money is lost.{{/if}}{{/if}}',
      facts: [
        fact('Amount', '<strong>{{money amount currency}}</strong>'),
        factIf('Booking', 'bookingReference'),
        fact('Payment', '{{paymentReference}}'),
        factIf('Reason', 'reason'),
        factIf('Answer', 'answerBy', 'before <strong>{{dateTime answerBy}}</strong>'),
      ],
      button: { label: 'Open the payment', field: 'paymentUrl' },
      inApp:
        '{{#if bookingReference}}Booking {{bookingReference}}{{else}}Payment {{paymentReference}}{{/if}}{{#if answerBy}}: answer before {{dateTime answerBy}}{{/if}}.',
    }),
    sms: {
      text: '{{organization.name}}: {{#if lost}}dispute lost{{else}}{{#if won}}dispute closed{{else}}payment disputed{{/if}}{{/if}}, {{money amount currency}}, {{paymentReference}}.',
    },
  },
})
