import { builtIn } from '../../engine/catalogue/wording.ts'
import { note } from '../../engine/templates/blocks.ts'
import type { ChannelSources } from '../../engine/templates/source.ts'

interface Wording {
  readonly subject: string
  readonly title: string
  readonly body: string
  readonly asked: string
  readonly button: string
  readonly until: string
  readonly ignore: string
  readonly short: string
  /** Between who writes and what. */
  readonly colon: string
}

const sources = (words: Wording): ChannelSources => ({
  email: {
    subject: words.subject,
    preheader: words.until,
    body: `<mj-text><h1>${words.title}</h1>
${words.body}</mj-text>
{{#if wording}}<mj-text>${words.asked} <em>{{wording}}</em></mj-text>{{/if}}
<mj-button href="{{url confirmUrl}}" data-track="off">${words.button}</mj-button>
${note(`${words.until} ${words.ignore}`)}`,
  },
  sms: { text: `{{organization.name}}${words.colon} ${words.short} {{confirmUrl}}` },
  whatsapp: { text: `{{organization.name}}${words.colon} ${words.short} {{confirmUrl}}\n${words.ignore}` },
  in_app: { title: words.subject, body: words.body, actionUrl: '{{confirmUrl}}' },
})

/** Says nothing of what is offered: it is sent before there is a consent to send that. */
export const consentConfirm = builtIn({
  fr: sources({
    subject: 'Confirmez votre inscription',
    title: 'Encore un clic',
    body: 'Vous avez demandé à recevoir les offres et actualités de {{organization.name}}. Confirmez que c’est bien vous.',
    asked: 'Vous avez accepté :',
    button: 'Voir et confirmer',
    until: 'Ce lien est valable jusqu’au {{date expiresAt "day"}}.',
    ignore: 'Vous n’avez rien demandé ? Ne faites rien : vous ne recevrez rien.',
    short: 'confirmez que vous voulez recevoir nos offres :',
    colon: ' :',
  }),
  en: sources({
    subject: 'Confirm your subscription',
    title: 'One more click',
    body: 'You asked to receive offers and news from {{organization.name}}. Please confirm that it was you.',
    asked: 'You agreed to:',
    button: 'Look and confirm',
    until: 'This link is valid until {{date expiresAt "day"}}.',
    ignore: 'You did not ask for this? Do nothing: you will receive nothing.',
    short: 'please confirm that you want to receive our offers:',
    colon: ':',
  }),
})
