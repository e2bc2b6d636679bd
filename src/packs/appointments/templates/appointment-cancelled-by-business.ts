import { builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import { DAY_AND_TIME, WHEN } from './times.ts'

export const appointmentCancelledByBusiness = builtIn({
  fr: {
    ...letter({
      subject: `Votre rendez-vous du ${DAY_AND_TIME} est annulé`,
      preheader: '{{#if rebookUrl}}Choisissez un autre moment{{else}}{{service}}{{/if}}',
      title: 'Votre rendez-vous est annulé',
      says: `${HELLO.fr}nous ne pouvons pas assurer votre rendez-vous, et nous en sommes désolés.`,
      facts: [
        fact('Prévu', WHEN),
        fact('Quoi', '{{service}}'),
        factIf('Avec', 'practitioner'),
        factIf('Raison', 'reason'),
        factIf('Remboursement', 'refundAmount', '{{money refundAmount currency}}'),
      ],
      button: { label: 'Choisir un autre moment', field: 'rebookUrl' },
      inApp: {
        title: 'Rendez-vous annulé',
        body: `Prévu le ${DAY_AND_TIME} : {{service}}.{{#if reason}} Raison : {{reason}}{{/if}}`,
      },
    }),
    sms: {
      text: `{{organization.name}} : votre RDV du ${DAY_AND_TIME} est annulé, avec nos excuses.{{#if rebookUrl}} Autre date : {{url rebookUrl}}{{/if}}`,
    },
  },
  en: {
    ...letter({
      subject: `Your appointment on ${DAY_AND_TIME} is cancelled`,
      preheader: '{{#if rebookUrl}}Choose another time{{else}}{{service}}{{/if}}',
      title: 'Your appointment is cancelled',
      says: `${HELLO.en}we have to cancel your appointment, and we are sorry.`,
      facts: [
        fact('It was', WHEN),
        fact('What', '{{service}}'),
        factIf('With', 'practitioner'),
        factIf('Reason', 'reason'),
        factIf('Refund', 'refundAmount', '{{money refundAmount currency}}'),
      ],
      button: { label: 'Choose another time', field: 'rebookUrl' },
      inApp: {
        title: 'Appointment cancelled',
        body: `It was on ${DAY_AND_TIME}: {{service}}.{{#if reason}} Reason: {{reason}}{{/if}}`,
      },
    }),
    sms: {
      text: `{{organization.name}}: your appointment on ${DAY_AND_TIME} is cancelled, sorry.{{#if rebookUrl}} Rebook: {{url rebookUrl}}{{/if}}`,
    },
  },
})
