import { builtIn } from '../../../engine/catalogue/wording.ts'

export const paymentReceived = builtIn({
  fr: {
    in_app: {
      title: 'Paiement reçu : {{money amount currency}}',
      body: 'De {{payerName}}{{#if purpose}}, pour {{purpose}}{{/if}}.',
      actionUrl: '{{paymentUrl}}',
    },
  },
  en: {
    in_app: {
      title: 'Payment received: {{money amount currency}}',
      body: 'From {{payerName}}{{#if purpose}}, for {{purpose}}{{/if}}.',
      actionUrl: '{{paymentUrl}}',
    },
  },
})
