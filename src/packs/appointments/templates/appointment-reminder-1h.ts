import { builtIn } from '../../../engine/catalogue/wording.ts'
import { TIME } from './times.ts'

export const appointmentReminder1h = builtIn({
  fr: {
    sms: { text: `{{organization.name}} : RDV à ${TIME}{{#if place}}, {{place}}{{/if}}. À tout à l’heure !` },
    in_app: {
      title: `Rendez-vous à ${TIME}`,
      body: '{{service}}{{#if practitioner}} avec {{practitioner}}{{/if}}{{#if place}}, {{place}}{{/if}}.',
      actionUrl: '{{manageUrl}}',
    },
  },
  en: {
    sms: {
      text: `{{organization.name}}: your appointment is at ${TIME}{{#if place}}, {{place}}{{/if}}. See you soon!`,
    },
    in_app: {
      title: `Appointment at ${TIME}`,
      body: '{{service}}{{#if practitioner}} with {{practitioner}}{{/if}}{{#if place}}, {{place}}{{/if}}.',
      actionUrl: '{{manageUrl}}',
    },
  },
})
