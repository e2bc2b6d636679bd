import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'

/** What becomes of the businesses on the platform. */
export const businessSignedUp = builtIn({
  fr: news({
    title: 'Nouvelle entreprise : {{businessName}}',
    says: '{{businessName}} vient de s’inscrire.',
    facts: [
      factIf('Responsable', 'ownerName'),
      factIf('Pays', 'country'),
      factIf('Formule', 'plan'),
      factIf('Essai jusqu’au', 'trialEndsOn', '{{date trialEndsOn}}'),
      factIf('Venue de', 'source'),
    ],
    button: { label: 'Voir l’entreprise', field: 'businessUrl' },
    inApp: 'Inscription{{#if plan}} à la formule {{plan}}{{/if}}{{#if ownerName}} par {{ownerName}}{{/if}}.',
  }),
  en: news({
    title: 'New business: {{businessName}}',
    says: '{{businessName}} has just signed up.',
    facts: [
      factIf('Owner', 'ownerName'),
      factIf('Country', 'country'),
      factIf('Plan', 'plan'),
      factIf('Trial until', 'trialEndsOn', '{{date trialEndsOn}}'),
      factIf('Came from', 'source'),
    ],
    button: { label: 'See the business', field: 'businessUrl' },
    inApp: 'Signed up{{#if plan}} for the {{plan}} plan{{/if}}{{#if ownerName}} by {{ownerName}}{{/if}}.',
  }),
})

const UP = '{{#if (eq direction "up")}}'

export const subscriptionChanged = builtIn({
  fr: news({
    title: `{{businessName}} passe à la formule {{toPlan}}`,
    says: `{{businessName}} ${UP}augmente son abonnement{{else}}réduit son abonnement{{/if}} à partir du {{date effectiveOn "day"}}.`,
    facts: [
      fact('Avant', '{{fromPlan}}'),
      fact('Maintenant', '<strong>{{toPlan}}</strong>'),
      fact('Par mois', `${UP}+{{/if}}{{money monthlyDifference currency}}`),
      factIf('Raison', 'reason'),
    ],
    button: { label: 'Voir l’abonnement', field: 'businessUrl' },
    inApp: `Depuis {{fromPlan}}, ${UP}+{{/if}}{{money monthlyDifference currency}} par mois, le {{date effectiveOn "day"}}.`,
  }),
  en: news({
    title: `{{businessName}} moves to the {{toPlan}} plan`,
    says: `{{businessName}} ${UP}upgrades{{else}}downgrades{{/if}} from {{date effectiveOn "day"}} on.`,
    facts: [
      fact('Before', '{{fromPlan}}'),
      fact('Now', '<strong>{{toPlan}}</strong>'),
      fact('A month', `${UP}+{{/if}}{{money monthlyDifference currency}}`),
      factIf('Reason', 'reason'),
    ],
    button: { label: 'See the subscription', field: 'businessUrl' },
    inApp: `From {{fromPlan}}, ${UP}+{{/if}}{{money monthlyDifference currency}} a month, on {{date effectiveOn "day"}}.`,
  }),
})

export const customerPaymentFailed = builtIn({
  fr: news({
    title: 'Paiement échoué : {{businessName}}, {{money amount currency}}',
    says: 'L’abonnement de {{businessName}} n’a pas pu être prélevé.',
    facts: [
      fact('Montant', '<strong>{{money amount currency}}</strong>'),
      fact('Essai', 'n°&nbsp;{{attempt}}'),
      factIf('Raison', 'reason'),
      fact(
        'Prochain essai',
        '{{#if nextAttemptOn}}{{date nextAttemptOn}}{{else}}aucun : il faut contacter l’entreprise{{/if}}',
      ),
    ],
    button: { label: 'Voir l’abonnement', field: 'businessUrl' },
    inApp:
      'Essai n° {{attempt}}{{#if reason}} : {{reason}}{{/if}}. {{#if nextAttemptOn}}Prochain le {{date nextAttemptOn "day"}}.{{else}}Il n’y en aura pas d’autre.{{/if}}',
  }),
  en: news({
    title: 'Payment failed: {{businessName}}, {{money amount currency}}',
    says: 'The subscription of {{businessName}} could not be charged.',
    facts: [
      fact('Amount', '<strong>{{money amount currency}}</strong>'),
      fact('Attempt', '{{attempt}}'),
      factIf('Reason', 'reason'),
      fact('Next attempt', '{{#if nextAttemptOn}}{{date nextAttemptOn}}{{else}}none: contact the business{{/if}}'),
    ],
    button: { label: 'See the subscription', field: 'businessUrl' },
    inApp:
      'Attempt {{attempt}}{{#if reason}}: {{reason}}{{/if}}. {{#if nextAttemptOn}}The next is on {{date nextAttemptOn "day"}}.{{else}}There will be no other.{{/if}}',
  }),
})

export const quotaExceeded = builtIn({
  fr: news({
    title: '{{businessName}} a dépassé son quota : {{quota}}',
    says: '{{number used}} sur {{number limit}}.',
    facts: [
      fact('Quota', '{{quota}}'),
      fact('Utilisé', '<strong>{{number used}}</strong> sur {{number limit}}'),
      factIf('Repart à zéro', 'resetsAt', '{{dateTime resetsAt}}'),
      factIf('Formule', 'plan'),
    ],
    button: { label: 'Voir l’entreprise', field: 'businessUrl' },
    inApp: '{{number used}} sur {{number limit}}{{#if resetsAt}}, jusqu’au {{dateTime resetsAt}}{{/if}}.',
  }),
  en: news({
    title: '{{businessName}} is over its quota: {{quota}}',
    says: '{{number used}} of {{number limit}}.',
    facts: [
      fact('Quota', '{{quota}}'),
      fact('Used', '<strong>{{number used}}</strong> of {{number limit}}'),
      factIf('Starts again', 'resetsAt', '{{dateTime resetsAt}}'),
      factIf('Plan', 'plan'),
    ],
    button: { label: 'See the business', field: 'businessUrl' },
    inApp: '{{number used}} of {{number limit}}{{#if resetsAt}}, until {{dateTime resetsAt}}{{/if}}.',
  }),
})

export const supportTicketUrgent = builtIn({
  fr: news({
    title: 'Urgent : {{subject}} ({{businessName}})',
    says: '{{businessName}} a besoin d’aide tout de suite.',
    facts: [
      fact('Sujet', '<strong>{{subject}}</strong>'),
      factIf('Message', 'excerpt'),
      factIf('De', 'openedBy'),
      fact('Ouvert', '{{dateTime openedAt}}'),
      factIf('Réponse avant', 'answerBy', '<strong>{{dateTime answerBy}}</strong>'),
    ],
    button: { label: 'Répondre', field: 'ticketUrl' },
    inApp: '{{#if excerpt}}{{excerpt}}{{else}}Demande ouverte le {{dateTime openedAt}}.{{/if}}',
  }),
  en: news({
    title: 'Urgent: {{subject}} ({{businessName}})',
    says: '{{businessName}} needs help right now.',
    facts: [
      fact('Subject', '<strong>{{subject}}</strong>'),
      factIf('Message', 'excerpt'),
      factIf('From', 'openedBy'),
      fact('Opened', '{{dateTime openedAt}}'),
      factIf('Answer by', 'answerBy', '<strong>{{dateTime answerBy}}</strong>'),
    ],
    button: { label: 'Answer', field: 'ticketUrl' },
    inApp: '{{#if excerpt}}{{excerpt}}{{else}}Opened on {{dateTime openedAt}}.{{/if}}',
  }),
})
