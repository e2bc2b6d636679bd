import { builtIn } from '../../../engine/catalogue/wording.ts'
import { note } from '../../../engine/templates/blocks.ts'

export const accountCreated = builtIn({
  fr: {
    email: {
      subject: 'Votre compte {{organization.name}} est créé',
      preheader: 'Choisissez votre mot de passe avant le {{dateTime expiresAt}}.',
      body: `<mj-text><h1>Bienvenue{{#if contact.name}}, {{contact.name}}{{/if}}&nbsp;!</h1>
Votre compte est créé. Choisissez votre mot de passe pour retrouver vos commandes et commander plus vite.</mj-text>
<mj-button href="{{url setPasswordUrl}}" data-track="off">Choisir mon mot de passe</mj-button>
${note('Ce lien sert une seule fois et expire le {{dateTime expiresAt}}. Vous n’attendiez pas ce message&nbsp;? Ignorez-le&nbsp;: rien ne se passera sans vous.')}`,
    },
    in_app: {
      title: 'Votre compte est créé',
      body: 'Choisissez votre mot de passe avant le {{dateTime expiresAt}}.',
      actionUrl: '{{setPasswordUrl}}',
    },
  },
  en: {
    email: {
      subject: 'Your {{organization.name}} account is ready',
      preheader: 'Choose your password before {{dateTime expiresAt}}.',
      body: `<mj-text><h1>Welcome{{#if contact.name}}, {{contact.name}}{{/if}}!</h1>
Your account is ready. Choose a password to see your orders and check out faster.</mj-text>
<mj-button href="{{url setPasswordUrl}}" data-track="off">Choose my password</mj-button>
${note('This link works once and expires on {{dateTime expiresAt}}. Not expecting this message? Ignore it: nothing happens without you.')}`,
    },
    in_app: {
      title: 'Your account is ready',
      body: 'Choose your password before {{dateTime expiresAt}}.',
      actionUrl: '{{setPasswordUrl}}',
    },
  },
})
