import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'

export const inboundErrors = builtIn({
  fr: news({
    title:
      '{{errors}} {{plural errors "message reçu n’a pas pu être traité" "messages reçus n’ont pas pu être traités"}}',
    says: 'Depuis le {{dateTime since}}. Rien n’est perdu : chaque message est gardé et peut être repris.',
    facts: [factIf('Dernière erreur', 'lastError'), factIf('Numéro', 'channelNumber')],
    button: { label: 'Voir et reprendre', field: 'inboxUrl' },
    inApp: 'Depuis le {{dateTime since}}{{#if lastError}} : {{lastError}}{{/if}}.',
  }),
  en: news({
    title: '{{errors}} received {{plural errors "message" "messages"}} could not be processed',
    says: 'Since {{dateTime since}}. Nothing is lost: every message is kept and can be tried again.',
    facts: [factIf('Last error', 'lastError'), factIf('Number', 'channelNumber')],
    button: { label: 'Review and try again', field: 'inboxUrl' },
    inApp: 'Since {{dateTime since}}{{#if lastError}}: {{lastError}}{{/if}}.',
  }),
})

export const quotaReached = builtIn({
  fr: news({
    title: 'Quota atteint : {{quota}}',
    says: '{{number used}} sur {{number limit}}. {{#if resetsAt}}Il se libère le {{dateTime resetsAt}}.{{else}}Il se libère peu à peu.{{/if}}',
    facts: [
      fact('Utilisé', '<strong>{{number used}}</strong> sur {{number limit}}'),
      factIf('En attente', 'waiting', '{{number waiting}} {{plural waiting "message" "messages"}}'),
      factIf('Se libère', 'resetsAt', '{{dateTime resetsAt}}'),
    ],
    button: { label: 'Voir les quotas', field: 'settingsUrl' },
  }),
  en: news({
    title: 'Quota reached: {{quota}}',
    says: '{{number used}} of {{number limit}}. {{#if resetsAt}}It frees up on {{dateTime resetsAt}}.{{else}}It frees up little by little.{{/if}}',
    facts: [
      fact('Used', '<strong>{{number used}}</strong> of {{number limit}}'),
      factIf('Waiting', 'waiting', '{{number waiting}} {{plural waiting "message" "messages"}}'),
      factIf('Frees up', 'resetsAt', '{{dateTime resetsAt}}'),
    ],
    button: { label: 'See the quotas', field: 'settingsUrl' },
  }),
})

export const inboundDown = builtIn({
  fr: {
    ...news({
      title: 'Les messages reçus ne sont plus traités',
      says: 'Depuis le {{dateTime since}}, plus aucun message de vos clients n’est traité. Ils sont gardés et le seront dès la reprise.',
      facts: [
        factIf('En attente', 'waiting', '{{number waiting}} {{plural waiting "message" "messages"}}'),
        factIf('Dernière erreur', 'lastError'),
      ],
      button: { label: 'Voir l’état du service', field: 'statusUrl' },
    }),
    sms: {
      text: '{{organization.name}}, PANNE : messages reçus non traités depuis le {{dateTime since}}.{{#if waiting}} En attente : {{waiting}}.{{/if}}',
    },
  },
  en: {
    ...news({
      title: 'Received messages are no longer processed',
      says: 'Since {{dateTime since}}, no message from your clients has been processed. They are kept, and will be as soon as it runs again.',
      facts: [
        factIf('Waiting', 'waiting', '{{number waiting}} {{plural waiting "message" "messages"}}'),
        factIf('Last error', 'lastError'),
      ],
      button: { label: 'See the service status', field: 'statusUrl' },
    }),
    sms: {
      text: '{{organization.name}}, OUTAGE: received messages not processed since {{dateTime since}}.{{#if waiting}} Waiting: {{waiting}}.{{/if}}',
    },
  },
})
