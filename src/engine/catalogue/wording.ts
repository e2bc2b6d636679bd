import { button, facts, note, privateButton } from '../templates/blocks.ts'
import type {
  BuiltInLocale,
  BuiltInTemplates,
  ChannelSources,
  EmailSource,
  WhatsappSource,
} from '../templates/source.ts'

/** Begins a sentence with a greeting, by name where it is known. */
export const HELLO = {
  fr: 'Bonjour{{#if contact.name}} {{contact.name}}{{/if}}, ',
  en: 'Hello{{#if contact.name}} {{contact.name}}{{/if}}, ',
} as const

interface Button {
  readonly label: string
  /** The payload field with its address; no button where it is missing. */
  readonly field: string
  /** Its address lets somebody do something. */
  readonly isPrivate?: boolean
}

/** For the business's own people: what happened, in a mail without ornament and a line in the app. */
interface News {
  /** The subject, and the title in the app. */
  readonly title: string
  /** What the mail begins with, and what stands in the app. Text and tags alone. */
  readonly says: string
  readonly facts?: readonly string[]
  readonly button?: Button
  readonly note?: string
  /** In the app instead of `says`. */
  readonly inApp?: string
}

export const news = ({
  title,
  says,
  inApp,
  button: action,
  ...more
}: News): Pick<ChannelSources, 'email' | 'in_app'> => ({
  email: {
    layout: 'plain',
    subject: title,
    body: bodyOf(`<mj-text>${says}</mj-text>`, { button: action, ...more }),
  },
  in_app: { title, body: inApp ?? says, ...(action ? { actionUrl: `{{${action.field}}}` } : {}) },
})

/** For clients: a title, words, facts, one thing to do; and how the app says it. */
interface Letter {
  readonly subject: string
  readonly preheader?: string
  readonly title: string
  readonly says: string
  readonly facts?: readonly string[]
  readonly button?: Button
  /** MJML between the facts and the button, or at the end. */
  readonly before?: string
  readonly note?: string
  readonly inApp: { readonly title: string; readonly body: string }
}

export const letter = ({
  subject,
  preheader,
  title,
  says,
  inApp,
  button: action,
  ...more
}: Letter): Pick<ChannelSources, 'email' | 'in_app'> => ({
  email: {
    subject,
    ...(preheader ? { preheader } : {}),
    body: bodyOf(`<mj-text><h1>${title}</h1>\n${says}</mj-text>`, { button: action, ...more }),
  },
  in_app: { ...inApp, ...(action ? { actionUrl: `{{${action.field}}}` } : {}) },
})

interface Rest {
  readonly facts?: readonly string[]
  readonly before?: string
  readonly button?: Button | undefined
  readonly note?: string
}

const bodyOf = (opening: string, { facts: lines, before, button: action, note: small }: Rest): string =>
  [
    opening,
    lines?.length ? facts(...lines) : undefined,
    before,
    action && (action.isPrivate ? privateButton : button)(action.label, action.field),
    small && note(small),
  ]
    .filter(Boolean)
    .join('\n')

interface Approvable {
  /** As WhatsApp is to know it: small letters, digits and _. */
  readonly name: string
  readonly category: 'utility' | 'marketing'
  /** One paragraph of text and plain tags: no blocks, as the approved words never change. Each tag is a gap, in this order. */
  readonly text: string
  /** What else is said where words are free. */
  readonly more?: string
  /** Answers one taps. */
  readonly replies?: readonly { readonly id: string; readonly title: string }[]
}

/**
 * Words that WhatsApp must have approved before they may open a conversation (`docs/whatsapp-templates.json` is ready to
 * submit). Within the person's 24 hours they go freely, with what else there is to say below them.
 */
export const approvable = (
  locale: BuiltInLocale,
  { name, category, text, more, replies }: Approvable,
): WhatsappSource => ({
  text: [text, more, ...(category === 'marketing' ? [STOP[locale]] : [])].filter(Boolean).join('\n\n'),
  template: {
    name: `carillon_${name}`,
    language: locale,
    category,
    body: gapsOf(text),
    ...(replies
      ? { buttons: replies.map(({ id }, index) => ({ kind: 'quick_reply' as const, index, value: id })) }
      : {}),
  },
  ...(replies ? { buttons: { kind: 'reply', buttons: [...replies] } } : {}),
})

/** Said below everything that sells, whatever the words above: who answers it hears no more of that. */
export const STOP = {
  fr: 'Répondez STOP pour ne plus recevoir nos offres.',
  en: 'Reply STOP to receive no more offers.',
} as const satisfies Record<BuiltInLocale, string>

/** Of the words of an {@link approvable}: those that WhatsApp is to approve. */
export const approvedWords = ({ text }: Pick<WhatsappSource, 'text'>): string => text.split('\n\n')[0] ?? ''

const gapsOf = (text: string): string[] => text.match(/\{\{[^{}]+\}\}/g) ?? []

/** The wording of an entry, with French set as French is: `!`, `?`, `:`, `;`, `»` and `%` never begin a line. */
export const builtIn = ({ fr, en }: BuiltInTemplates): BuiltInTemplates => ({ fr: typeset(fr), en })

function typeset({ email, sms, whatsapp, in_app }: ChannelSources): ChannelSources {
  return {
    ...(email && { email: typesetMail(email) }),
    // An SMS has no such space.
    ...(sms && { sms }),
    ...(whatsapp && { whatsapp: { ...whatsapp, text: spaced(whatsapp.text) } }),
    ...(in_app && { in_app: { ...in_app, title: spaced(in_app.title), body: spaced(in_app.body) } }),
  }
}

const typesetMail = (mail: EmailSource): EmailSource => ({
  ...mail,
  subject: spaced(mail.subject),
  ...(mail.preheader === undefined ? {} : { preheader: spaced(mail.preheader) }),
  body: spaced(mail.body),
})

/** In French, and in what stands around tags; addresses and attributes have no such spaces. */
const spaced = (text: string): string => text.replace(/ (?=[!?:;»%])/g, '\u00a0').replace(/« /g, '«\u00a0')
