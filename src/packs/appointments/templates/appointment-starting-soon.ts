import { builtIn } from '../../../engine/catalogue/wording.ts'
import { TIME } from './times.ts'

export const appointmentStartingSoon = builtIn({
  fr: {
    sms: { text: `{{organization.name}} : à ${TIME}, {{clientName}}, {{service}}.` },
    in_app: {
      title: `À ${TIME} : {{clientName}}`,
      body: '{{service}}{{#if place}}, {{place}}{{/if}}.',
      actionUrl: '{{appointmentUrl}}',
    },
  },
  en: {
    sms: { text: `{{organization.name}}: at ${TIME}, {{clientName}}, {{service}}.` },
    in_app: {
      title: `At ${TIME}: {{clientName}}`,
      body: '{{service}}{{#if place}}, {{place}}{{/if}}.',
      actionUrl: '{{appointmentUrl}}',
    },
  },
})
