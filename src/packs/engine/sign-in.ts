import { note } from '../../engine/templates/blocks.ts'
import type { BuiltInTemplates } from '../../engine/templates/source.ts'

interface Wording {
  readonly subject: string
  readonly title: string
  readonly intro: string
  readonly button: string
  readonly until: string
  readonly ignore: string
}

const sources = ({ subject, title, intro, button, until, ignore }: Wording, url: string) => ({
  email: {
    subject,
    preheader: until,
    body: `<mj-text><h1>${title}</h1>
${intro}</mj-text>
<mj-button href="{{url ${url}}}" data-track="off">${button}</mj-button>
${note(`${until} ${ignore}`)}`,
  },
  in_app: { title: subject, body: intro },
})

export const passwordReset: BuiltInTemplates = {
  fr: sources(
    {
      subject: 'Choisissez un nouveau mot de passe',
      title: 'Un nouveau mot de passe',
      intro: 'Quelqu’un, sans doute vous, a demandé à changer le mot de passe de votre compte Carillon.',
      button: 'Choisir un mot de passe',
      until: 'Ce lien sert une seule fois, jusqu’au {{dateTime expiresAt}}.',
      ignore: 'Vous n’avez rien demandé&nbsp;? Ne faites rien&nbsp;: votre mot de passe reste le même.',
    },
    'resetUrl',
  ),
  en: sources(
    {
      subject: 'Choose a new password',
      title: 'A new password',
      intro: 'Somebody, most likely you, asked to change the password of your Carillon account.',
      button: 'Choose a password',
      until: 'This link works once, until {{dateTime expiresAt}}.',
      ignore: 'You asked for nothing? Do nothing: your password stays as it is.',
    },
    'resetUrl',
  ),
}

export const signInLink: BuiltInTemplates = {
  fr: sources(
    {
      subject: 'Votre lien de connexion',
      title: 'Connectez-vous',
      intro: 'Quelqu’un, sans doute vous, a demandé un lien pour se connecter à Carillon.',
      button: 'Se connecter',
      until: 'Ce lien sert une seule fois, jusqu’au {{dateTime expiresAt}}.',
      ignore: 'Vous n’avez rien demandé&nbsp;? Ne cliquez pas, et ne transmettez ce lien à personne.',
    },
    'signInUrl',
  ),
  en: sources(
    {
      subject: 'Your sign-in link',
      title: 'Sign in',
      intro: 'Somebody, most likely you, asked for a link to sign in to Carillon.',
      button: 'Sign in',
      until: 'This link works once, until {{dateTime expiresAt}}.',
      ignore: 'You asked for nothing? Do not click, and pass this link on to nobody.',
    },
    'signInUrl',
  ),
}
