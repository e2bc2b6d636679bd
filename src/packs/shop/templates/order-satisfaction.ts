import { approvable, builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import type { BuiltInLocale } from '../../../engine/templates/source.ts'

const asked = (locale: BuiltInLocale, text: string, titles: readonly [string, string, string]) =>
  approvable(locale, {
    name: 'order_satisfaction',
    category: 'marketing',
    text,
    replies: (['satisfied', 'neutral', 'unsatisfied'] as const).map((id, index) => ({ id, title: titles[index]! })),
  })

export const orderSatisfaction = builtIn({
  fr: {
    ...letter({
      subject: 'Tout s’est bien passé avec votre commande ?',
      preheader: 'Une question, dix secondes.',
      title: 'Merci pour votre commande',
      says: `${HELLO.fr}vous avez retiré votre commande <strong>{{reference}}</strong>. Tout vous convient-il ?`,
      button: { label: 'Répondre en un clic', field: 'ratingUrl' },
      inApp: { title: 'Tout vous convient-il ?', body: 'Votre commande {{reference}} : une question, dix secondes.' },
    }),
    whatsapp: asked(
      'fr',
      'Merci d’avoir retiré votre commande {{reference}} chez {{organization.name}} ! Tout vous convient-il ?',
      ['Oui, très bien', 'Moyennement', 'Non'],
    ),
  },
  en: {
    ...letter({
      subject: 'Was everything right with your order?',
      preheader: 'One question, ten seconds.',
      title: 'Thank you for your order',
      says: `${HELLO.en}you have picked up your order <strong>{{reference}}</strong>. Is everything as you wished?`,
      button: { label: 'Answer with one click', field: 'ratingUrl' },
      inApp: { title: 'Is everything as you wished?', body: 'Your order {{reference}}: one question, ten seconds.' },
    }),
    whatsapp: asked(
      'en',
      'Thank you for picking up your order {{reference}} at {{organization.name}}! Is everything as you wished?',
      ['Yes, very good', 'So-so', 'No'],
    ),
  },
})
