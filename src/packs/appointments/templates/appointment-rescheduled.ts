import { builtIn, HELLO, letter, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import { BEFORE, DAY_AND_TIME, WHEN } from './times.ts'

export const appointmentRescheduledForOwner = builtIn({
  fr: news({
    title: `Rendez-vous déplacé : {{clientName}}, ${DAY_AND_TIME}`,
    says: 'Le rendez-vous de {{clientName}} change d’heure.',
    facts: [
      fact('Avant', BEFORE),
      fact('Maintenant', WHEN),
      fact('Quoi', '{{service}}'),
      factIf('Avec', 'practitioner'),
    ],
    button: { label: 'Ouvrir dans l’agenda', field: 'appointmentUrl' },
    inApp: `{{service}}{{#if practitioner}} avec {{practitioner}}{{/if}}, au lieu du ${BEFORE}.`,
  }),
  en: news({
    title: `Appointment moved: {{clientName}}, ${DAY_AND_TIME}`,
    says: 'The appointment of {{clientName}} has a new time.',
    facts: [fact('Before', BEFORE), fact('Now', WHEN), fact('What', '{{service}}'), factIf('With', 'practitioner')],
    button: { label: 'Open in the calendar', field: 'appointmentUrl' },
    inApp: `{{service}}{{#if practitioner}} with {{practitioner}}{{/if}}, instead of ${BEFORE}.`,
  }),
})

export const appointmentRescheduledForClient = builtIn({
  fr: {
    ...letter({
      subject: `Votre rendez-vous est déplacé au ${DAY_AND_TIME}`,
      preheader: '{{service}}{{#if practitioner}} avec {{practitioner}}{{/if}}',
      title: 'Votre rendez-vous change d’heure',
      says: `${HELLO.fr}votre rendez-vous du ${BEFORE} est déplacé.`,
      facts: [
        fact('Maintenant', WHEN),
        fact('Quoi', '{{service}}'),
        factIf('Avec', 'practitioner'),
        factIf('Où', 'place'),
      ],
      button: { label: 'Gérer mon rendez-vous', field: 'manageUrl' },
      note: 'Ce nouveau moment ne vous convient pas ? Répondez-nous : nous en trouverons un autre.',
      inApp: {
        title: 'Rendez-vous déplacé',
        body: `Le ${DAY_AND_TIME}, au lieu du ${BEFORE} : {{service}}.`,
      },
    }),
    sms: {
      text: `{{organization.name}} : votre RDV est déplacé au ${DAY_AND_TIME}.{{#if manageUrl}} {{url manageUrl}}{{/if}}`,
    },
  },
  en: {
    ...letter({
      subject: `Your appointment has moved to ${DAY_AND_TIME}`,
      preheader: '{{service}}{{#if practitioner}} with {{practitioner}}{{/if}}',
      title: 'Your appointment has a new time',
      says: `${HELLO.en}your appointment on ${BEFORE} has been moved.`,
      facts: [fact('Now', WHEN), fact('What', '{{service}}'), factIf('With', 'practitioner'), factIf('Where', 'place')],
      button: { label: 'Manage my appointment', field: 'manageUrl' },
      note: 'Does the new time not suit you? Reply to us and we will find another.',
      inApp: {
        title: 'Appointment moved',
        body: `${DAY_AND_TIME}, instead of ${BEFORE}: {{service}}.`,
      },
    }),
    sms: {
      text: `{{organization.name}}: your appointment has moved to ${DAY_AND_TIME}.{{#if manageUrl}} {{url manageUrl}}{{/if}}`,
    },
  },
})
