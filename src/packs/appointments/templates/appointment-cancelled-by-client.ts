import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import { DAY_AND_TIME, WHEN } from './times.ts'

export const appointmentCancelledByClient = builtIn({
  fr: {
    ...news({
      title: `Annulé par {{clientName}} : ${DAY_AND_TIME}`,
      says: '{{clientName}} a annulé son rendez-vous. Le créneau est de nouveau libre.',
      facts: [
        fact('Quand', WHEN),
        fact('Quoi', '{{service}}'),
        factIf('Avec', 'practitioner'),
        factIf('Raison', 'reason'),
      ],
      button: { label: 'Ouvrir l’agenda', field: 'appointmentUrl' },
      inApp: '{{service}}{{#if practitioner}} avec {{practitioner}}{{/if}}. Le créneau est de nouveau libre.',
    }),
    sms: { text: `{{organization.name}} : {{clientName}} a annulé son RDV du ${DAY_AND_TIME}.` },
  },
  en: {
    ...news({
      title: `Cancelled by {{clientName}}: ${DAY_AND_TIME}`,
      says: '{{clientName}} has cancelled their appointment. The slot is free again.',
      facts: [
        fact('When', WHEN),
        fact('What', '{{service}}'),
        factIf('With', 'practitioner'),
        factIf('Reason', 'reason'),
      ],
      button: { label: 'Open the calendar', field: 'appointmentUrl' },
      inApp: '{{service}}{{#if practitioner}} with {{practitioner}}{{/if}}. The slot is free again.',
    }),
    sms: { text: `{{organization.name}}: {{clientName}} cancelled their appointment, ${DAY_AND_TIME}.` },
  },
})
