import type { Channel } from '../channels/channel.ts'
import type { OptionalCategory } from '../links/message-links.ts'

/** What the pages behind the links of a message say. */
export interface Words {
  readonly title: string
  readonly intro: (organization: string) => string
  readonly kinds: Readonly<Record<OptionalCategory, { readonly name: string; readonly about: string }>>
  readonly channels: Readonly<Record<Channel, string>>
  readonly always: { readonly name: string; readonly about: string }
  readonly measured: { readonly name: string; readonly about: string; readonly label: string }
  readonly stop: (kind: string, channel: string) => string
  readonly save: string
  readonly none: string
  readonly saved: string
  readonly stopped: string
  readonly gone: readonly [title: string, words: string]
  readonly notOptional: readonly [title: string, words: string]
  readonly unread: readonly [title: string, words: string]
  /** The page that asks whether it was really they who agreed. */
  readonly confirm: {
    readonly title: string
    readonly ask: (organization: string, channel: string) => string
    readonly button: string
    readonly ignore: string
    readonly done: string
    readonly choices: string
    readonly expired: readonly [title: string, words: string]
    readonly void: readonly [title: string, words: string]
  }
}

export const WORDS: Readonly<Record<'fr' | 'en', Words>> = {
  fr: {
    title: 'Mes messages',
    intro: (organization) => `Choisissez ce que ${organization} vous envoie, et comment.`,
    kinds: {
      mkt: { name: 'Offres et actualités', about: 'Nouveautés, promotions, demandes d’avis.' },
      rem: { name: 'Rappels', about: 'Avant un rendez-vous, un retrait ou une échéance.' },
    },
    channels: { email: 'E-mail', sms: 'SMS', whatsapp: 'WhatsApp', in_app: 'Dans l’application' },
    always: {
      name: 'Toujours envoyés',
      about: 'Ce que vos démarches entraînent : confirmations, paiements, changements, sécurité.',
    },
    measured: {
      name: 'Mesure',
      about: 'Savoir quels e-mails sont ouverts et quels liens sont suivis.',
      label: 'J’accepte que ce soit compté',
    },
    stop: (kind, channel) => `Ne plus recevoir : ${kind} (${channel})`,
    save: 'Enregistrer',
    none: 'Me désabonner de tout',
    saved: 'Vos choix sont enregistrés.',
    stopped: 'C’est fait : vous êtes désabonné de tout ce qui n’est pas indispensable.',
    gone: ['Plus rien ici', 'Vos coordonnées ont été effacées. Vous ne recevrez plus de message de ce fichier.'],
    notOptional: [
      'On ne peut pas s’en désabonner',
      'Ce message fait suite à une démarche de votre part, ou sert à un travail.',
    ],
    unread: ['Rien n’a été changé', 'La demande n’a pas pu être lue. Ouvrez de nouveau le lien du message.'],
    confirm: {
      title: 'Confirmer mon inscription',
      ask: (organization, channel) =>
        `Voulez-vous recevoir les offres et actualités de <strong>${organization}</strong> (${channel}) ?`,
      button: 'Oui, je confirme',
      ignore: 'Vous n’avez rien demandé ? Fermez cette page : vous ne recevrez rien.',
      done: 'C’est confirmé. Merci !',
      choices: 'Choisir ce que je reçois, ou changer d’avis',
      expired: [
        'Ce lien a expiré',
        'Il était valable sept jours. Inscrivez-vous de nouveau pour en recevoir un autre.',
      ],
      void: ['Ce lien n’est plus valable', 'La demande a été retirée, ou vos coordonnées ont changé depuis.'],
    },
  },
  en: {
    title: 'My messages',
    intro: (organization) => `Choose what ${organization} sends you, and how.`,
    kinds: {
      mkt: { name: 'Offers and news', about: 'New things, promotions, requests for a review.' },
      rem: { name: 'Reminders', about: 'Before an appointment, a pick-up or a due date.' },
    },
    channels: { email: 'E-mail', sms: 'SMS', whatsapp: 'WhatsApp', in_app: 'In the app' },
    always: {
      name: 'Always sent',
      about: 'What your own dealings bring about: confirmations, payments, changes, security.',
    },
    measured: {
      name: 'Measuring',
      about: 'Knowing which e-mails are opened and which links are followed.',
      label: 'This may be counted',
    },
    stop: (kind, channel) => `Stop receiving: ${kind} (${channel})`,
    save: 'Save',
    none: 'Unsubscribe from everything',
    saved: 'Your choices are saved.',
    stopped: 'Done: you are unsubscribed from everything that is not essential.',
    gone: ['Nothing here any more', 'Your details were erased. You will receive no more messages from this list.'],
    notOptional: [
      'This cannot be unsubscribed from',
      'This message follows from something you did, or serves somebody’s work.',
    ],
    unread: ['Nothing was changed', 'The request could not be read. Open the link in the message again.'],
    confirm: {
      title: 'Confirm my subscription',
      ask: (organization, channel) =>
        `Would you like to receive offers and news from <strong>${organization}</strong> (${channel})?`,
      button: 'Yes, I confirm',
      ignore: 'You asked for nothing? Close this page: you will receive nothing.',
      done: 'Confirmed. Thank you!',
      choices: 'Choose what I receive, or change my mind',
      expired: ['This link has expired', 'It was valid for seven days. Subscribe again to get another one.'],
      void: ['This link is no longer valid', 'The request was withdrawn, or your details have changed since.'],
    },
  },
}

export const languageFor = (locale: string): 'fr' | 'en' => (locale.split('-')[0] === 'fr' ? 'fr' : 'en')
