import { builtIn } from '../../../engine/catalogue/wording.ts'
import { fact, facts } from '../../../engine/templates/blocks.ts'
import { DAY, DAY_AND_TIME, TIME } from './times.ts'

export const appointmentReminder24h = builtIn({
  fr: {
    email: {
      subject: `Rappel : votre rendez-vous de demain, ${TIME}`,
      preheader: `${DAY_AND_TIME} : {{service}}`,
      body: `<mj-text><h1>À demain{{#if contact.name}}, {{contact.name}}{{/if}}&nbsp;!</h1>
Nous vous attendons demain à <strong>${TIME}</strong>.</mj-text>
${facts(
  fact('Quand', `<strong>${DAY}, ${TIME}</strong>`),
  fact('Quoi', '{{service}}'),
  `{{#if practitioner}}${fact('Avec', '{{practitioner}}')}{{/if}}`,
  `{{#if place}}${fact('Où', '{{place}}')}{{/if}}`,
)}
{{#if confirmUrl}}
<mj-button href="{{url confirmUrl}}">Je confirme</mj-button>
{{/if}}
{{#if manageUrl}}
<mj-text>Un empêchement&nbsp;? <a href="{{url manageUrl}}">Déplacer ou annuler</a></mj-text>
{{/if}}`,
    },
    in_app: {
      title: `Rendez-vous demain, ${TIME}`,
      body: '{{service}}{{#if practitioner}} avec {{practitioner}}{{/if}}{{#if place}}, {{place}}{{/if}}.',
      actionUrl: '{{manageUrl}}',
    },
  },
  en: {
    email: {
      subject: `Reminder: your appointment tomorrow, ${TIME}`,
      preheader: `${DAY_AND_TIME}: {{service}}`,
      body: `<mj-text><h1>See you tomorrow{{#if contact.name}}, {{contact.name}}{{/if}}!</h1>
We look forward to seeing you tomorrow at <strong>${TIME}</strong>.</mj-text>
${facts(
  fact('When', `<strong>${DAY}, ${TIME}</strong>`),
  fact('What', '{{service}}'),
  `{{#if practitioner}}${fact('With', '{{practitioner}}')}{{/if}}`,
  `{{#if place}}${fact('Where', '{{place}}')}{{/if}}`,
)}
{{#if confirmUrl}}
<mj-button href="{{url confirmUrl}}">I will be there</mj-button>
{{/if}}
{{#if manageUrl}}
<mj-text>Something came up? <a href="{{url manageUrl}}">Move or cancel</a></mj-text>
{{/if}}`,
    },
    in_app: {
      title: `Appointment tomorrow, ${TIME}`,
      body: '{{service}}{{#if practitioner}} with {{practitioner}}{{/if}}{{#if place}}, {{place}}{{/if}}.',
      actionUrl: '{{manageUrl}}',
    },
  },
})
