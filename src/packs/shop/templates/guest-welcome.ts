import { builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'

export const guestWelcome = builtIn({
  fr: letter({
    subject: 'Bienvenue chez {{organization.name}}',
    preheader: 'Merci pour votre première commande.',
    title: 'Bienvenue !',
    says: `${HELLO.fr}merci pour votre première commande{{#if reference}}, la <strong>{{reference}}</strong>{{/if}}. Une question, une envie particulière ? Répondez simplement à ce message.`,
    button: { label: 'Découvrir la boutique', field: 'shopUrl' },
    before:
      '{{#if createAccountUrl}}<mj-text>Pour retrouver vos commandes et aller plus vite la prochaine fois, <a href="{{url createAccountUrl}}">créez votre compte</a>.</mj-text>{{/if}}',
    inApp: {
      title: 'Bienvenue chez {{organization.name}}',
      body: 'Merci pour votre première commande{{#if reference}}, la {{reference}}{{/if}}.',
    },
  }),
  en: letter({
    subject: 'Welcome to {{organization.name}}',
    preheader: 'Thank you for your first order.',
    title: 'Welcome!',
    says: `${HELLO.en}thank you for your first order{{#if reference}}, <strong>{{reference}}</strong>{{/if}}. A question, a special wish? Just reply to this message.`,
    button: { label: 'Look around the shop', field: 'shopUrl' },
    before:
      '{{#if createAccountUrl}}<mj-text>To find your orders again and check out faster next time, <a href="{{url createAccountUrl}}">create your account</a>.</mj-text>{{/if}}',
    inApp: {
      title: 'Welcome to {{organization.name}}',
      body: 'Thank you for your first order{{#if reference}}, {{reference}}{{/if}}.',
    },
  }),
})
