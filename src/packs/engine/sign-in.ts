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
      ignore: 'You did not ask for this? Do nothing: your password stays as it is.',
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
      ignore: 'You did not ask for this? Do not click, and pass this link on to nobody.',
    },
    'signInUrl',
  ),
}

const changes = (words: Record<'password' | 'second_factor_on' | 'second_factor_off' | 'backup_codes', string>) =>
  `{{#if (eq change "password")}}${words.password}{{else if (eq change "second_factor_on")}}${words.second_factor_on}` +
  `{{else if (eq change "second_factor_off")}}${words.second_factor_off}{{else}}${words.backup_codes}{{/if}}`

const news = ({ subject, intro, button, ignore }: Omit<Wording, 'title' | 'until'>) => ({
  email: {
    subject,
    preheader: ignore,
    body: `<mj-text><h1>${subject}</h1>
${intro}</mj-text>
<mj-button href="{{url resetUrl}}" data-track="off">${button}</mj-button>
${note(ignore)}`,
  },
  in_app: { title: subject, body: intro },
})

export const signInChanged: BuiltInTemplates = {
  fr: news({
    subject: changes({
      password: 'Votre mot de passe a changé',
      second_factor_on: 'La double authentification est activée',
      second_factor_off: 'La double authentification est désactivée',
      backup_codes: 'Vos codes de secours ont changé',
    }),
    intro:
      'C’était le {{dateTime at}}, pour votre compte Carillon. Ce n’était pas vous ? Choisissez tout de suite un nouveau mot de passe : toutes les sessions seront fermées.',
    button: 'Ce n’était pas moi',
    ignore: 'C’était vous ? Il n’y a rien à faire.',
  }),
  en: news({
    subject: changes({
      password: 'Your password has changed',
      second_factor_on: 'Your second factor is on',
      second_factor_off: 'Your second factor is off',
      backup_codes: 'Your backup codes have changed',
    }),
    intro:
      'This was on {{dateTime at}}, for your Carillon account. It was not you? Choose a new password at once: every session ends.',
    button: 'It was not me',
    ignore: 'It was you? There is nothing to do.',
  }),
}
