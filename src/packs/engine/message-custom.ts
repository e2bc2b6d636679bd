import { builtIn } from '../../engine/catalogue/wording.ts'
import type { ChannelSources } from '../../engine/templates/source.ts'

const sources = (seeMore: string): ChannelSources => ({
  email: {
    subject: '{{subject}}',
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
  sms: { text: '{{body}}{{#if actionUrl}} {{url actionUrl}}{{/if}}' },
  whatsapp: {
    text: `{{body}}
{{#if actionUrl}}

{{default actionLabel "${seeMore}"}}
{{url actionUrl}}
{{/if}}`,
  },
  in_app: { title: '{{subject}}', body: '{{body}}', actionUrl: '{{actionUrl}}' },
})

export const messageCustom = builtIn({ fr: sources('En savoir plus'), en: sources('Learn more') })
