import { builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import { DAY_AND_TIME, WHEN } from './times.ts'

/** Same time, another service. */
export const serviceChanged = builtIn({
  fr: letter({
    subject: `Votre rendez-vous du ${DAY_AND_TIME} : {{service}}`,
    preheader:
      '{{#if previousService}}Au lieu de : {{previousService}}{{else}}Le jour et l’heure ne changent pas.{{/if}}',
    title: 'Votre rendez-vous est modifié',
    says: `${HELLO.fr}le jour et l’heure ne changent pas, la prestation si.`,
    facts: [
      fact('Prestation', '<strong>{{service}}</strong>'),
      factIf('Au lieu de', 'previousService'),
      fact('Quand', WHEN),
      factIf('Avec', 'practitioner'),
      factIf('Prix', 'price', '{{money price currency}}'),
    ],
    button: { label: 'Gérer mon rendez-vous', field: 'manageUrl' },
    inApp: {
      title: 'Rendez-vous modifié : {{service}}',
      body: `Le ${DAY_AND_TIME}{{#if previousService}}, au lieu de : {{previousService}}{{/if}}.`,
    },
  }),
  en: letter({
    subject: `Your appointment on ${DAY_AND_TIME}: {{service}}`,
    preheader: '{{#if previousService}}Instead of: {{previousService}}{{else}}Day and time stay the same.{{/if}}',
    title: 'Your appointment has changed',
    says: `${HELLO.en}the day and time stay the same, the service changes.`,
    facts: [
      fact('Service', '<strong>{{service}}</strong>'),
      factIf('Instead of', 'previousService'),
      fact('When', WHEN),
      factIf('With', 'practitioner'),
      factIf('Price', 'price', '{{money price currency}}'),
    ],
    button: { label: 'Manage my appointment', field: 'manageUrl' },
    inApp: {
      title: 'Appointment changed: {{service}}',
      body: `${DAY_AND_TIME}{{#if previousService}}, instead of: {{previousService}}{{/if}}.`,
    },
  }),
})

/** Same time, somebody else. */
export const practitionerChanged = builtIn({
  fr: {
    ...letter({
      subject: `Votre rendez-vous du ${DAY_AND_TIME} sera avec {{practitioner}}`,
      preheader:
        '{{#if previousPractitioner}}{{previousPractitioner}} ne pourra pas être là. {{/if}}L’heure ne change pas.',
      title: '{{practitioner}} vous recevra',
      says: `${HELLO.fr}le jour et l’heure de votre rendez-vous ne changent pas.{{#if previousPractitioner}} {{previousPractitioner}} ne pourra pas être là.{{/if}}`,
      facts: [
        fact('Avec', '<strong>{{practitioner}}</strong>'),
        fact('Quand', WHEN),
        fact('Quoi', '{{service}}'),
        factIf('Où', 'place'),
      ],
      button: { label: 'Gérer mon rendez-vous', field: 'manageUrl' },
      inApp: {
        title: 'Votre rendez-vous sera avec {{practitioner}}',
        body: `Le ${DAY_AND_TIME} : {{service}}.`,
      },
    }),
    sms: {
      text: `{{organization.name}} : RDV du ${DAY_AND_TIME} avec {{practitioner}}.{{#if manageUrl}} {{url manageUrl}}{{/if}}`,
    },
  },
  en: {
    ...letter({
      subject: `Your appointment on ${DAY_AND_TIME} will be with {{practitioner}}`,
      preheader:
        '{{#if previousPractitioner}}{{previousPractitioner}} cannot be there. {{/if}}The time stays the same.',
      title: 'You will be seen by {{practitioner}}',
      says: `${HELLO.en}the day and time of your appointment stay the same.{{#if previousPractitioner}} {{previousPractitioner}} cannot be there.{{/if}}`,
      facts: [
        fact('With', '<strong>{{practitioner}}</strong>'),
        fact('When', WHEN),
        fact('What', '{{service}}'),
        factIf('Where', 'place'),
      ],
      button: { label: 'Manage my appointment', field: 'manageUrl' },
      inApp: {
        title: 'Your appointment will be with {{practitioner}}',
        body: `${DAY_AND_TIME}: {{service}}.`,
      },
    }),
    sms: {
      text: `{{organization.name}}: ${DAY_AND_TIME}, you will see {{practitioner}}.{{#if manageUrl}} {{url manageUrl}}{{/if}}`,
    },
  },
})
