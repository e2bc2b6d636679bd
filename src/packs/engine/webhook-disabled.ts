import { builtIn } from '../../engine/catalogue/wording.ts'
import type { ChannelSources } from '../../engine/templates/source.ts'

interface Wording {
  readonly subject: string
  readonly body: string
  readonly gone: string
  readonly failing: string
  readonly remedy: string
}

const sources = ({ subject, body, gone, failing, remedy }: Wording): ChannelSources => ({
  email: {
    subject,
    body: `<mj-text>${body}</mj-text>
<mj-text><strong>{{url}}</strong></mj-text>
<mj-text>{{#if gone}}${gone}{{/if}}{{#unless gone}}${failing}{{/unless}}</mj-text>
<mj-text>${remedy}</mj-text>`,
    text: `${body}

{{url}}

{{#if gone}}${gone}{{/if}}{{#unless gone}}${failing}{{/unless}}

${remedy}`,
  },
  in_app: { title: subject, body: `{{url}}\n{{#if gone}}${gone}{{/if}}{{#unless gone}}${failing}{{/unless}}` },
})

export const webhookDisabled = builtIn({
  fr: sources({
    subject: 'Un webhook a été désactivé',
    body: 'Carillon ne prévient plus cette adresse de ce qui se passe :',
    gone: 'Elle a répondu qu’elle n’existe plus (410).',
    failing: 'Elle n’a rien accepté depuis cinq jours.',
    remedy: 'Quand elle répondra de nouveau, réactivez-la puis renvoyez ce qu’elle a manqué.',
  }),
  en: sources({
    subject: 'A webhook has been switched off',
    body: 'Carillon no longer tells this address what happens:',
    gone: 'It answered that it is gone (410).',
    failing: 'It has taken nothing for five days.',
    remedy: 'Once it answers again, switch it on and replay what it has missed.',
  }),
})
