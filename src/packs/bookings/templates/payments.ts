import { builtIn, HELLO, letter, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'

export const priceMismatch = builtIn({
  fr: news({
    title: 'Prix à vérifier : réservation {{reference}}',
    says: 'Le montant payé n’est pas celui que nous recalculons. La réservation est faite ; à vous de décider de la suite.',
    facts: [
      fact('Client', '{{clientName}}'),
      fact('Calculé', '{{money expected currency}}'),
      fact('Payé', '<strong>{{money paid currency}}</strong>'),
      factIf('Paiement', 'paymentReference'),
    ],
    button: { label: 'Vérifier la réservation', field: 'bookingUrl' },
    inApp: '{{money paid currency}} payés, {{money expected currency}} calculés ({{clientName}}).',
  }),
  en: news({
    title: 'Price to check: booking {{reference}}',
    says: 'What was paid is not what we work out. The booking stands; what follows is for you to decide.',
    facts: [
      fact('Client', '{{clientName}}'),
      fact('Worked out', '{{money expected currency}}'),
      fact('Paid', '<strong>{{money paid currency}}</strong>'),
      factIf('Payment', 'paymentReference'),
    ],
    button: { label: 'Check the booking', field: 'bookingUrl' },
    inApp: '{{money paid currency}} paid, {{money expected currency}} worked out ({{clientName}}).',
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
