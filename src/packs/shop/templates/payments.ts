import { approvable, builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import type { BuiltInLocale } from '../../../engine/templates/source.ts'

export const paymentRetry = builtIn({
  fr: letter({
    subject: 'Paiement refusé : commande {{reference}}',
    preheader: 'Rien n’a été débité. Votre commande vous attend.',
    title: 'Votre paiement n’est pas passé',
    says: `${HELLO.fr}votre commande est enregistrée, mais le paiement a été refusé. Rien n’a été débité.`,
    facts: [
      fact('Commande', '{{reference}}'),
      fact('Montant', '<strong>{{money amount currency}}</strong>'),
      factIf('Raison', 'reason'),
      factIf('À payer', 'payBefore', 'avant le <strong>{{dateTime payBefore}}</strong>'),
    ],
    button: { label: 'Payer ma commande', field: 'payUrl' },
    note: 'Le plus souvent, une autre carte ou un nouvel essai suffit.',
    inApp: {
      title: 'Paiement refusé : commande {{reference}}',
      body: 'Rien n’a été débité. {{money amount currency}} restent à payer.',
    },
  }),
  en: letter({
    subject: 'Payment declined: order {{reference}}',
    preheader: 'You have not been charged. Your order is waiting.',
    title: 'Your payment did not go through',
    says: `${HELLO.en}we have your order, but the payment was declined. You have not been charged.`,
    facts: [
      fact('Order', '{{reference}}'),
      fact('Amount', '<strong>{{money amount currency}}</strong>'),
      factIf('Reason', 'reason'),
      factIf('To be paid', 'payBefore', 'before <strong>{{dateTime payBefore}}</strong>'),
    ],
    button: { label: 'Pay for my order', field: 'payUrl' },
    note: 'Most of the time another card, or a second try, is enough.',
    inApp: {
      title: 'Payment declined: order {{reference}}',
      body: 'You have not been charged. {{money amount currency}} is still due.',
    },
  }),
})

const reminding = (locale: BuiltInLocale, text: string) =>
  approvable(locale, { name: 'payment_reminder', category: 'utility', text })

export const paymentReminder = builtIn({
  fr: {
    ...letter({
      subject: 'Votre commande {{reference}} attend son paiement',
      preheader: '{{money amount currency}} à régler.',
      title: 'Il ne manque que le paiement',
      says: `${HELLO.fr}nous préparerons votre commande <strong>{{reference}}</strong> dès qu’elle sera réglée.`,
      facts: [
        fact('Montant', '<strong>{{money amount currency}}</strong>'),
        factIf('À payer', 'payBefore', 'avant le {{dateTime payBefore}}'),
      ],
      button: { label: 'Payer ma commande', field: 'payUrl' },
      note: 'Vous venez de payer ? Ne tenez pas compte de ce message.',
      inApp: {
        title: 'Commande {{reference}} : {{money amount currency}} à régler',
        body: 'Nous la préparons dès qu’elle est payée.',
      },
    }),
    sms: {
      text: '{{organization.name}} : {{money amount currency}} à régler pour la commande {{reference}} : {{url payUrl}}',
    },
    whatsapp: reminding(
      'fr',
      'Votre commande {{reference}} attend son paiement de {{money amount currency}}. Vous pouvez la régler sur {{url payUrl}} dès maintenant. Déjà payé ? Ne tenez pas compte de ce message.',
    ),
  },
  en: {
    ...letter({
      subject: 'Your order {{reference}} is waiting for payment',
      preheader: '{{money amount currency}} due.',
      title: 'Only the payment is missing',
      says: `${HELLO.en}we will prepare your order <strong>{{reference}}</strong> as soon as it is paid.`,
      facts: [
        fact('Amount', '<strong>{{money amount currency}}</strong>'),
        factIf('To be paid', 'payBefore', 'before {{dateTime payBefore}}'),
      ],
      button: { label: 'Pay for my order', field: 'payUrl' },
      note: 'Have you just paid? Please ignore this message.',
      inApp: {
        title: 'Order {{reference}}: {{money amount currency}} due',
        body: 'We prepare it as soon as it is paid.',
      },
    }),
    sms: { text: '{{organization.name}}: {{money amount currency}} due for order {{reference}}: {{url payUrl}}' },
    whatsapp: reminding(
      'en',
      'Your order {{reference}} is waiting for its payment of {{money amount currency}}. You can pay at {{url payUrl}} right now. Already paid? Please ignore this message.',
    ),
  },
})
