import { approvable, builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import type { BuiltInLocale } from '../../../engine/templates/source.ts'

const asked = (locale: BuiltInLocale, text: string) =>
  approvable(locale, { name: 'review_requested', category: 'marketing', text })

export const reviewRequested = builtIn({
  fr: {
    ...letter({
      subject: 'Comment était-ce chez {{organization.name}} ?',
      preheader: 'Votre avis en une minute.',
      title: 'Votre avis compte',
      says: `${HELLO.fr}merci de votre visite{{#if about}} ({{about}}){{/if}}. Dites-nous ce qui vous a plu et ce que nous pouvons mieux faire.`,
      button: { label: 'Donner mon avis', field: 'reviewUrl' },
      inApp: {
        title: 'Votre avis en une minute',
        body: 'Dites-nous ce que vous en avez pensé{{#if about}} : {{about}}{{/if}}.',
      },
    }),
    sms: { text: '{{organization.name}} : merci de votre visite ! Votre avis en une minute : {{url reviewUrl}}' },
    whatsapp: asked(
      'fr',
      'Merci de votre visite chez {{organization.name}} ! De 1 à 5, quelle note nous donnez-vous ? Répondez ici, ou donnez votre avis sur {{url reviewUrl}} en une minute.',
    ),
  },
  en: {
    ...letter({
      subject: 'How was it at {{organization.name}}?',
      preheader: 'Your opinion, in one minute.',
      title: 'Your opinion counts',
      says: `${HELLO.en}thank you for your visit{{#if about}} ({{about}}){{/if}}. Tell us what you liked and what we could do better.`,
      button: { label: 'Leave a review', field: 'reviewUrl' },
      inApp: {
        title: 'Your opinion, in one minute',
        body: 'Tell us what you thought of it{{#if about}}: {{about}}{{/if}}.',
      },
    }),
    sms: { text: '{{organization.name}}: thank you for your visit! Your opinion, in one minute: {{url reviewUrl}}' },
    whatsapp: asked(
      'en',
      'Thank you for your visit to {{organization.name}}! From 1 to 5, how did we do? Reply here, or leave a review at {{url reviewUrl}} in one minute.',
    ),
  },
})
