import { approvable, builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import type { BuiltInLocale } from '../../../engine/templates/source.ts'

const filed = (locale: BuiltInLocale, text: string) =>
  approvable(locale, { name: 'document_filed', category: 'utility', text })

export const documentFiledForClient = builtIn({
  fr: {
    whatsapp: filed(
      'fr',
      'Merci, nous avons bien reçu votre document « {{documentName}} ». Il est classé dans votre dossier {{caseReference}} et sera lu par notre équipe.',
    ),
    in_app: {
      title: 'Document reçu : {{documentName}}',
      body: 'Il est classé dans votre dossier {{caseReference}}.',
    },
  },
  en: {
    whatsapp: filed(
      'en',
      'Thank you, we have received your document “{{documentName}}”. It is filed in your case {{caseReference}} and our team will read it.',
    ),
    in_app: {
      title: 'Document received: {{documentName}}',
      body: 'It is filed in your case {{caseReference}}.',
    },
  },
})

export const documentFiledForResponsible = builtIn({
  fr: news({
    title: 'Nouveau document de {{clientName}} : {{documentName}}',
    says: 'Il est classé dans le dossier {{caseReference}}.',
    facts: [
      fact('Dossier', '{{caseReference}}{{#if caseTitle}}, {{caseTitle}}{{/if}}'),
      fact('Document', '<strong>{{documentName}}</strong>'),
      factIf('Catégorie', 'category'),
      fact('Reçu', '{{dateTime receivedAt}}'),
      factIf('Message', 'caption'),
    ],
    button: { label: 'Ouvrir le document', field: 'documentUrl' },
    inApp: 'Classé dans {{caseReference}}{{#if caseTitle}}, {{caseTitle}}{{/if}}.',
  }),
  en: news({
    title: 'New document from {{clientName}}: {{documentName}}',
    says: 'It is filed in case {{caseReference}}.',
    facts: [
      fact('Case', '{{caseReference}}{{#if caseTitle}}, {{caseTitle}}{{/if}}'),
      fact('Document', '<strong>{{documentName}}</strong>'),
      factIf('Category', 'category'),
      fact('Received', '{{dateTime receivedAt}}'),
      factIf('Message', 'caption'),
    ],
    button: { label: 'Open the document', field: 'documentUrl' },
    inApp: 'Filed in {{caseReference}}{{#if caseTitle}}, {{caseTitle}}{{/if}}.',
  }),
})

const WHY_FR =
  '{{#if (eq why "several_cases")}}{{senderName}} a plusieurs dossiers ouverts{{else if (eq why "no_case")}}{{senderName}} n’a pas de dossier ouvert{{else}}l’expéditeur est inconnu{{/if}}'
const WHY_EN =
  '{{#if (eq why "several_cases")}}{{senderName}} has several open cases{{else if (eq why "no_case")}}{{senderName}} has no open case{{else}}the sender is unknown{{/if}}'

export const documentPending = builtIn({
  fr: news({
    title: 'Document à classer : {{documentName}}',
    says: `Choisissez son dossier : ${WHY_FR}.`,
    facts: [
      fact('De', '{{senderName}}'),
      fact('Document', '<strong>{{documentName}}</strong>'),
      fact('Reçu', '{{dateTime receivedAt}}'),
      factIf('Message', 'caption'),
    ],
    button: { label: 'Choisir le dossier', field: 'chooseUrl' },
  }),
  en: news({
    title: 'Document to file: {{documentName}}',
    says: `Choose its case: ${WHY_EN}.`,
    facts: [
      fact('From', '{{senderName}}'),
      fact('Document', '<strong>{{documentName}}</strong>'),
      fact('Received', '{{dateTime receivedAt}}'),
      factIf('Message', 'caption'),
    ],
    button: { label: 'Choose the case', field: 'chooseUrl' },
  }),
})
