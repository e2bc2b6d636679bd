import { builtIn } from '../../../engine/catalogue/wording.ts'
import { fact, facts, note } from '../../../engine/templates/blocks.ts'
import { DAY, DAY_AND_TIME, TIME } from './times.ts'

export const appointmentConfirmed = builtIn({
  fr: {
    email: {
      subject: `Rendez-vous confirmé, ${DAY_AND_TIME}`,
      preheader: '{{service}}{{#if practitioner}} avec {{practitioner}}{{/if}}',
      body: `<mj-text><h1>C’est noté&nbsp;!</h1>
Bonjour{{#if contact.name}} {{contact.name}}{{/if}}, votre rendez-vous est confirmé.</mj-text>
${facts(
  fact('Quand', `<strong>${DAY}, ${TIME}</strong>{{#if durationMinutes}} ({{durationMinutes}} min){{/if}}`),
  fact('Quoi', '{{service}}'),
  `{{#if practitioner}}${fact('Avec', '{{practitioner}}')}{{/if}}`,
  `{{#if place}}${fact('Où', '{{place}}')}{{/if}}`,
)}
{{#if manageUrl}}
<mj-button href="{{url manageUrl}}">Gérer mon rendez-vous</mj-button>
${note('Un empêchement&nbsp;? Déplacez ou annulez avec ce lien.')}
{{/if}}`,
    },
    sms: {
      text: `{{organization.name}} : RDV confirmé ${DAY_AND_TIME}, {{service}}.{{#if manageUrl}} {{url manageUrl}}{{/if}}`,
    },
    in_app: {
      title: 'Rendez-vous confirmé',
      body: `Le ${DAY_AND_TIME} : {{service}}{{#if practitioner}} avec {{practitioner}}{{/if}}.`,
      actionUrl: '{{manageUrl}}',
    },
  },
  en: {
    email: {
      subject: `Appointment confirmed, ${DAY_AND_TIME}`,
      preheader: '{{service}}{{#if practitioner}} with {{practitioner}}{{/if}}',
      body: `<mj-text><h1>You are booked!</h1>
Hello{{#if contact.name}} {{contact.name}}{{/if}}, your appointment is confirmed.</mj-text>
${facts(
  fact('When', `<strong>${DAY}, ${TIME}</strong>{{#if durationMinutes}} ({{durationMinutes}} min){{/if}}`),
  fact('What', '{{service}}'),
  `{{#if practitioner}}${fact('With', '{{practitioner}}')}{{/if}}`,
  `{{#if place}}${fact('Where', '{{place}}')}{{/if}}`,
)}
{{#if manageUrl}}
<mj-button href="{{url manageUrl}}">Manage my appointment</mj-button>
${note('Something came up? Move or cancel it with this link.')}
{{/if}}`,
    },
    sms: {
      text: `{{organization.name}}: appointment confirmed, ${DAY_AND_TIME}, {{service}}.{{#if manageUrl}} {{url manageUrl}}{{/if}}`,
    },
    in_app: {
      title: 'Appointment confirmed',
      body: `${DAY_AND_TIME}: {{service}}{{#if practitioner}} with {{practitioner}}{{/if}}.`,
      actionUrl: '{{manageUrl}}',
    },
  },
})
