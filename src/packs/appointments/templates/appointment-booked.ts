import { builtIn } from '../../../engine/catalogue/wording.ts'
import { fact, facts } from '../../../engine/templates/blocks.ts'
import { DAY, DAY_AND_TIME, TIME } from './times.ts'

export const appointmentBooked = builtIn({
  fr: {
    email: {
      layout: 'plain',
      subject: `Nouveau rendez-vous : {{clientName}}, ${DAY_AND_TIME}`,
      body: `<mj-text>{{clientName}} a pris rendez-vous{{#if isOnline}} en ligne{{/if}}.</mj-text>
${facts(
  fact('Quand', `<strong>${DAY}, ${TIME}</strong>{{#if durationMinutes}} ({{durationMinutes}} min){{/if}}`),
  fact('Quoi', '{{service}}'),
  `{{#if practitioner}}${fact('Avec', '{{practitioner}}')}{{/if}}`,
  `{{#if note}}${fact('Message', '{{note}}')}{{/if}}`,
)}
{{#if appointmentUrl}}
<mj-button href="{{url appointmentUrl}}">Ouvrir dans l’agenda</mj-button>
{{/if}}`,
    },
    in_app: {
      title: 'Nouveau rendez-vous : {{clientName}}',
      body: `Le ${DAY_AND_TIME} : {{service}}{{#if practitioner}} avec {{practitioner}}{{/if}}.`,
      actionUrl: '{{appointmentUrl}}',
    },
  },
  en: {
    email: {
      layout: 'plain',
      subject: `New appointment: {{clientName}}, ${DAY_AND_TIME}`,
      body: `<mj-text>{{clientName}} has booked an appointment{{#if isOnline}} online{{/if}}.</mj-text>
${facts(
  fact('When', `<strong>${DAY}, ${TIME}</strong>{{#if durationMinutes}} ({{durationMinutes}} min){{/if}}`),
  fact('What', '{{service}}'),
  `{{#if practitioner}}${fact('With', '{{practitioner}}')}{{/if}}`,
  `{{#if note}}${fact('Message', '{{note}}')}{{/if}}`,
)}
{{#if appointmentUrl}}
<mj-button href="{{url appointmentUrl}}">Open in the calendar</mj-button>
{{/if}}`,
    },
    in_app: {
      title: 'New appointment: {{clientName}}',
      body: `${DAY_AND_TIME}: {{service}}{{#if practitioner}} with {{practitioner}}{{/if}}.`,
      actionUrl: '{{appointmentUrl}}',
    },
  },
})
