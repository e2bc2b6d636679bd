import { builtIn, STOP } from '../../engine/catalogue/wording.ts'
import type { ChannelSources } from '../../engine/templates/source.ts'

const sources = (seeMore: string, stopBySms: string, stop: string): ChannelSources => ({
  email: {
    subject: '{{subject}}',
    preheader: '{{preheader}}',
    body: `<mj-text>{{paragraphs body}}</mj-text>
{{#if actionUrl}}
<mj-button href="{{url actionUrl}}">{{default actionLabel "${seeMore}"}}</mj-button>
{{/if}}`,
    text: `{{body}}
{{#if actionUrl}}

{{default actionLabel "${seeMore}"}}
{{url actionUrl}}
{{/if}}`,
  },
  sms: { text: `{{body}}{{#if actionUrl}} {{url actionUrl}}{{/if}}\n${stopBySms}` },
  whatsapp: {
    text: `{{body}}
{{#if actionUrl}}

{{default actionLabel "${seeMore}"}}
{{url actionUrl}}
{{/if}}

${stop}`,
  },
  in_app: { title: '{{subject}}', body: '{{body}}', actionUrl: '{{actionUrl}}' },
})

/** An offer says in every channel how to hear of no more; e-mail does below all that is marketing. */
export const campaignMessage = builtIn({
  fr: sources('En savoir plus', 'STOP pour refuser', STOP.fr),
  en: sources('Learn more', 'Reply STOP to opt out', STOP.en),
})
