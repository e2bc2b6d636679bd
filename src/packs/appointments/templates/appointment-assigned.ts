import { builtIn } from '../../../engine/catalogue/wording.ts'
import { fact, facts } from '../../../engine/templates/blocks.ts'
import { DAY, DAY_AND_TIME, TIME } from './times.ts'

export const appointmentAssigned = builtIn({
  fr: {
    email: {
      layout: 'plain',
      subject: `Un rendez-vous pour vous : {{clientName}}, ${DAY_AND_TIME}`,
      body: `<mj-text>Ce rendez-vous vous est confié.</mj-text>
${facts(
  fact('Avec', '{{clientName}}'),
  fact('Quand', `<strong>${DAY}, ${TIME}</strong>{{#if durationMinutes}} ({{durationMinutes}} min){{/if}}`),
  fact('Quoi', '{{service}}'),
)}
{{#if appointmentUrl}}
<mj-button href="{{url appointmentUrl}}">Ouvrir dans l’agenda</mj-button>
{{/if}}`,
    },
    in_app: {
      title: 'Un rendez-vous pour vous : {{clientName}}',
      body: `Le ${DAY_AND_TIME} : {{service}}.`,
      actionUrl: '{{appointmentUrl}}',
    },
  },
  en: {
    email: {
      layout: 'plain',
      subject: `An appointment for you: {{clientName}}, ${DAY_AND_TIME}`,
      body: `<mj-text>This appointment is yours.</mj-text>
${facts(
  fact('With', '{{clientName}}'),
  fact('When', `<strong>${DAY}, ${TIME}</strong>{{#if durationMinutes}} ({{durationMinutes}} min){{/if}}`),
  fact('What', '{{service}}'),
)}
{{#if appointmentUrl}}
<mj-button href="{{url appointmentUrl}}">Open in the calendar</mj-button>
{{/if}}`,
    },
    in_app: {
      title: 'An appointment for you: {{clientName}}',
      body: `${DAY_AND_TIME}: {{service}}.`,
      actionUrl: '{{appointmentUrl}}',
    },
  },
})
