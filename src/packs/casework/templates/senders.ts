import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'

export const senderUnknownForFirm = builtIn({
  fr: news({
    title: 'Numéro inconnu : {{senderPhone}}',
    says: 'Quelqu’un vous a écrit depuis un numéro qui n’appartient à aucun client. Nous lui avons expliqué comment se faire connaître.',
    facts: [
      fact('Numéro', '<strong>{{senderPhone}}</strong>'),
      factIf('Nom affiché', 'senderName'),
      factIf('Message', 'excerpt'),
      factIf('Documents', 'documents'),
      fact('Reçu', '{{dateTime receivedAt}}'),
    ],
    button: { label: 'Rattacher à un client', field: 'conversationUrl' },
    inApp:
      '{{#if excerpt}}{{excerpt}}{{else if documents}}{{documents}} {{plural documents "document" "documents"}} à rattacher.{{else}}À rattacher à un client.{{/if}}',
  }),
  en: news({
    title: 'Unknown number: {{senderPhone}}',
    says: 'Somebody has written to you from a number that belongs to no client. We have told them how to introduce themselves.',
    facts: [
      fact('Number', '<strong>{{senderPhone}}</strong>'),
      factIf('Shown name', 'senderName'),
      factIf('Message', 'excerpt'),
      factIf('Documents', 'documents'),
      fact('Received', '{{dateTime receivedAt}}'),
    ],
    button: { label: 'Link to a client', field: 'conversationUrl' },
    inApp:
      '{{#if excerpt}}{{excerpt}}{{else if documents}}{{documents}} {{plural documents "document" "documents"}} to link.{{else}}To be linked to a client.{{/if}}',
  }),
})

/** An automatic answer, within the 24 hours of what it answers: WhatsApp has nothing to approve. */
export const senderUnknownForSender = builtIn({
  fr: {
    whatsapp: {
      text: `Bonjour, ici {{organization.name}} (réponse automatique). Nous ne connaissons pas encore ce numéro.
{{#if registerUrl}}
Pour que vos messages et documents arrivent au bon endroit, faites-vous connaître ici : {{url registerUrl}}
{{else}}
Répondez avec votre nom et, si vous en avez une, votre référence de dossier : quelqu’un s’en occupera.
{{/if}}`,
    },
    in_app: {
      title: 'Nous ne connaissons pas encore votre numéro',
      body: 'Répondez avec votre nom et, si vous en avez une, votre référence de dossier.',
      actionUrl: '{{registerUrl}}',
    },
  },
  en: {
    whatsapp: {
      text: `Hello, this is {{organization.name}} (automatic answer). We do not know this number yet.
{{#if registerUrl}}
For your messages and documents to reach the right place, please introduce yourself here: {{url registerUrl}}
{{else}}
Please reply with your name and, if you have one, your case reference: somebody will see to it.
{{/if}}`,
    },
    in_app: {
      title: 'We do not know your number yet',
      body: 'Please reply with your name and, if you have one, your case reference.',
      actionUrl: '{{registerUrl}}',
    },
  },
})

export const messageOutsideHours = builtIn({
  fr: {
    whatsapp: {
      text: `Bonjour, ici {{organization.name}} (réponse automatique). Nous sommes fermés pour le moment et vous répondrons à partir du {{dateTime opensAt timeZone=placeTimeZone}}. Votre message est bien arrivé.
{{#if openingHours}}
Nos horaires : {{openingHours}}
{{/if}}
{{#if urgentPhone}}
Une urgence ? Appelez le {{urgentPhone}}.
{{/if}}`,
    },
    in_app: {
      title: 'Nous sommes fermés pour le moment',
      body: 'Votre message est bien arrivé. Nous vous répondrons à partir du {{dateTime opensAt timeZone=placeTimeZone}}.',
    },
  },
  en: {
    whatsapp: {
      text: `Hello, this is {{organization.name}} (automatic answer). We are closed at the moment and will answer from {{dateTime opensAt timeZone=placeTimeZone}} on. Your message has arrived.
{{#if openingHours}}
Our hours: {{openingHours}}
{{/if}}
{{#if urgentPhone}}
An emergency? Call {{urgentPhone}}.
{{/if}}`,
    },
    in_app: {
      title: 'We are closed at the moment',
      body: 'Your message has arrived. We will answer from {{dateTime opensAt timeZone=placeTimeZone}} on.',
    },
  },
})

export const conversationAssigned = builtIn({
  fr: news({
    title: 'Une conversation pour vous : {{contactName}}',
    says: '{{#if assignedBy}}{{assignedBy}} vous a confié cette conversation.{{else}}Cette conversation vous revient.{{/if}}',
    facts: [
      fact('Avec', '{{contactName}}'),
      factIf('Dernier message', 'excerpt'),
      factIf('Note', 'note'),
      factIf('À répondre', 'answerBy', 'avant le <strong>{{dateTime answerBy}}</strong>'),
    ],
    button: { label: 'Ouvrir la conversation', field: 'conversationUrl' },
    inApp:
      '{{#if excerpt}}{{excerpt}}{{else if assignedBy}}{{assignedBy}} vous l’a confiée.{{else}}Elle vous revient.{{/if}}',
  }),
  en: news({
    title: 'A conversation for you: {{contactName}}',
    says: '{{#if assignedBy}}{{assignedBy}} has given you this conversation.{{else}}This conversation is yours.{{/if}}',
    facts: [
      fact('With', '{{contactName}}'),
      factIf('Last message', 'excerpt'),
      factIf('Note', 'note'),
      factIf('Answer', 'answerBy', 'before <strong>{{dateTime answerBy}}</strong>'),
    ],
    button: { label: 'Open the conversation', field: 'conversationUrl' },
    inApp:
      '{{#if excerpt}}{{excerpt}}{{else if assignedBy}}{{assignedBy}} has given it to you.{{else}}It is yours.{{/if}}',
  }),
})
