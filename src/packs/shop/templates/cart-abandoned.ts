import { approvable, builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import { bill } from '../../../engine/templates/blocks.ts'
import type { BuiltInLocale } from '../../../engine/templates/source.ts'

const CART = bill('items', '{{quantity}} × {{name}}', '{{money amount ../currency}}', {
  label: 'Total',
  amount: '{{money total currency}}',
})

const reminding = (locale: BuiltInLocale, text: string) =>
  approvable(locale, { name: 'cart_abandoned', category: 'marketing', text })

export const cartAbandoned = builtIn({
  fr: {
    ...letter({
      subject: 'Votre panier vous attend',
      preheader: '{{money total currency}}{{#if keptUntil}}, gardé jusqu’au {{dateTime keptUntil}}{{/if}}.',
      title: 'Vous avez laissé quelque chose',
      says: `${HELLO.fr}nous avons gardé votre panier{{#if keptUntil}} jusqu’au {{dateTime keptUntil}}{{/if}}.`,
      before: CART,
      button: { label: 'Reprendre mon panier', field: 'cartUrl' },
      inApp: {
        title: 'Votre panier vous attend',
        body: '{{money total currency}}{{#if keptUntil}}, gardé jusqu’au {{dateTime keptUntil}}{{/if}}.',
      },
    }),
    whatsapp: reminding(
      'fr',
      'Votre panier de {{money total currency}} vous attend chez {{organization.name}}. Vous pouvez le reprendre sur {{url cartUrl}} quand vous voulez.',
    ),
  },
  en: {
    ...letter({
      subject: 'Your cart is waiting',
      preheader: '{{money total currency}}{{#if keptUntil}}, kept until {{dateTime keptUntil}}{{/if}}.',
      title: 'You left something behind',
      says: `${HELLO.en}we have kept your cart{{#if keptUntil}} until {{dateTime keptUntil}}{{/if}}.`,
      before: CART,
      button: { label: 'Go back to my cart', field: 'cartUrl' },
      inApp: {
        title: 'Your cart is waiting',
        body: '{{money total currency}}{{#if keptUntil}}, kept until {{dateTime keptUntil}}{{/if}}.',
      },
    }),
    whatsapp: reminding(
      'en',
      'Your cart of {{money total currency}} is waiting at {{organization.name}}. You can go back to it at {{url cartUrl}} whenever you like.',
    ),
  },
})
