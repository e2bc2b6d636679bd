import { builtIn } from '../../engine/catalogue/wording.ts'
import type { ChannelSources } from '../../engine/templates/source.ts'

interface Wording {
  readonly subject: string
  readonly intro: string
  readonly see: string
  readonly more: string
  readonly colon: string
}

const sources = ({ subject, intro, see, more, colon }: Wording): ChannelSources => ({
  email: {
    subject,
    body: `<mj-text font-size="20px" font-weight="700">{{contact.name}}</mj-text>
<mj-text>${intro}</mj-text>
<mj-table>{{#each items}}<tr><td style="padding:14px 0;border-bottom:1px solid #e5e7eb"><strong>{{title}}</strong>{{#if body}}<br>{{paragraphs body}}{{/if}}{{#if (url url)}}<br><a href="{{url url}}">${see}</a>{{/if}}</td></tr>{{/each}}</mj-table>
{{#if left}}
<mj-text>${more}</mj-text>
{{/if}}`,
    text: `${intro}
{{#each items}}

• {{title}}
{{#if body}}{{body}}
{{/if}}{{#if (url url)}}{{url url}}
{{/if}}{{/each}}{{#if left}}

${more}
{{/if}}`,
  },
  sms: {
    text: `${subject}${colon} {{#each items}}{{#if @index}}, {{/if}}{{title}}{{/each}}{{#if left}}, ${more}{{/if}}`,
  },
  whatsapp: {
    text: `*${subject}*
{{#each items}}

• {{title}}{{#if (url url)}}
{{url url}}{{/if}}{{/each}}{{#if left}}

${more}
{{/if}}`,
  },
  in_app: { title: subject, body: '{{#each items}}{{#if @index}}\n{{/if}}{{title}}{{/each}}' },
})

export const digestReady = builtIn({
  fr: sources({
    subject: '{{count}} {{plural count "nouvelle" "nouvelles"}} de {{organization.name}}',
    intro: 'Voici ce qui s’est passé depuis votre dernier résumé.',
    see: 'Voir',
    more: 'et {{left}} de plus',
    colon: ' :',
  }),
  en: sources({
    subject: '{{count}} {{plural count "update" "updates"}} from {{organization.name}}',
    intro: 'Here is what has happened since your last summary.',
    see: 'View',
    more: 'and {{left}} more',
    colon: ':',
  }),
})
