import { builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import { fact } from '../../../engine/templates/blocks.ts'
import { DAY_AND_TIME, SHORT, TIME, WHEN } from './times.ts'

const URL = '{{#if bookingUrl}} {{url bookingUrl}}{{/if}}'

export const bookingReminder7d = builtIn({
  fr: {
    sms: { text: `{{organization.name}} : {{service}} le ${SHORT.fr}.${URL}` },
    in_app: {
      title: 'Dans 7 jours : {{service}}',
      body: `Le ${DAY_AND_TIME}, {{address}}.`,
      actionUrl: '{{bookingUrl}}',
    },
  },
  en: {
    sms: { text: `{{organization.name}}: {{service}} on ${SHORT.en}.${URL}` },
    in_app: {
      title: 'In 7 days: {{service}}',
      body: `${DAY_AND_TIME}, {{address}}.`,
      actionUrl: '{{bookingUrl}}',
    },
  },
})

export const bookingReminder24h = builtIn({
  fr: {
    ...letter({
      subject: `Demain à ${TIME} : {{service}}`,
      preheader: 'Réservation {{reference}}, {{address}}',
      title: 'À demain !',
      says: `${HELLO.fr}nous serons là demain à <strong>${TIME}</strong>.`,
      facts: [
        fact('Quand', WHEN),
        fact('Prestation', '{{service}}'),
        fact('Adresse', '{{address}}'),
        fact('Référence', '{{reference}}'),
      ],
      button: { label: 'Voir ma réservation', field: 'bookingUrl' },
      note: 'Un empêchement ? Prévenez-nous dès maintenant en répondant à ce message.',
      inApp: { title: `Demain à ${TIME} : {{service}}`, body: 'Réservation {{reference}}, {{address}}.' },
    }),
    sms: { text: `{{organization.name}} : demain à ${TIME}, {{service}}.${URL}` },
  },
  en: {
    ...letter({
      subject: `Tomorrow at ${TIME}: {{service}}`,
      preheader: 'Booking {{reference}}, {{address}}',
      title: 'See you tomorrow',
      says: `${HELLO.en}we will be there tomorrow at <strong>${TIME}</strong>.`,
      facts: [
        fact('When', WHEN),
        fact('Service', '{{service}}'),
        fact('Address', '{{address}}'),
        fact('Reference', '{{reference}}'),
      ],
      button: { label: 'See my booking', field: 'bookingUrl' },
      note: 'Something came up? Tell us now by replying to this message.',
      inApp: { title: `Tomorrow at ${TIME}: {{service}}`, body: 'Booking {{reference}}, {{address}}.' },
    }),
    sms: { text: `{{organization.name}}: tomorrow at ${TIME}, {{service}}.${URL}` },
  },
})

export const bookingReminder1h = builtIn({
  fr: {
    sms: { text: `{{organization.name}} : {{service}} à ${TIME}. À tout de suite !` },
    in_app: { title: `À ${TIME} : {{service}}`, body: '{{address}}', actionUrl: '{{bookingUrl}}' },
  },
  en: {
    sms: { text: `{{organization.name}}: {{service}} at ${TIME}. See you soon!` },
    in_app: { title: `At ${TIME}: {{service}}`, body: '{{address}}', actionUrl: '{{bookingUrl}}' },
  },
})
