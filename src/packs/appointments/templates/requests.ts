import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import { DAY_AND_TIME, WHEN } from './times.ts'

/** What clients ask of the front desk, and say to their practitioner. */
export const confirmationRequested = builtIn({
  fr: news({
    title: `À confirmer : {{clientName}}, ${DAY_AND_TIME}`,
    says: '{{clientName}} demande un rendez-vous et attend votre réponse.',
    facts: [
      fact('Quand', WHEN),
      fact('Quoi', '{{service}}'),
      factIf('Avec', 'practitioner'),
      factIf('Téléphone', 'clientPhone'),
      factIf('Message', 'note'),
    ],
    button: { label: 'Confirmer ou refuser', field: 'appointmentUrl' },
    inApp: '{{service}}{{#if practitioner}} avec {{practitioner}}{{/if}} : la réponse est attendue.',
  }),
  en: news({
    title: `To confirm: {{clientName}}, ${DAY_AND_TIME}`,
    says: '{{clientName}} asks for an appointment and waits for your answer.',
    facts: [
      fact('When', WHEN),
      fact('What', '{{service}}'),
      factIf('With', 'practitioner'),
      factIf('Phone', 'clientPhone'),
      factIf('Message', 'note'),
    ],
    button: { label: 'Confirm or decline', field: 'appointmentUrl' },
    inApp: '{{service}}{{#if practitioner}} with {{practitioner}}{{/if}}: an answer is expected.',
  }),
})

export const cancellationRequested = builtIn({
  fr: {
    in_app: {
      title: `Annulation demandée : {{clientName}}, ${DAY_AND_TIME}`,
      body: '{{service}}.{{#if reason}} Raison : {{reason}}{{/if}}',
      actionUrl: '{{appointmentUrl}}',
    },
  },
  en: {
    in_app: {
      title: `Cancellation requested: {{clientName}}, ${DAY_AND_TIME}`,
      body: '{{service}}.{{#if reason}} Reason: {{reason}}{{/if}}',
      actionUrl: '{{appointmentUrl}}',
    },
  },
})

export const questionAsked = builtIn({
  fr: {
    in_app: {
      title: '{{clientName}} pose une question',
      body: '{{question}}',
      actionUrl: '{{conversationUrl}}',
    },
  },
  en: {
    in_app: {
      title: '{{clientName}} asks a question',
      body: '{{question}}',
      actionUrl: '{{conversationUrl}}',
    },
  },
})

export const messageReceived = builtIn({
  fr: {
    in_app: {
      title: '{{clientName}} vous a écrit',
      body: '{{excerpt}}',
      actionUrl: '{{conversationUrl}}',
    },
  },
  en: {
    in_app: {
      title: '{{clientName}} has written to you',
      body: '{{excerpt}}',
      actionUrl: '{{conversationUrl}}',
    },
  },
})
