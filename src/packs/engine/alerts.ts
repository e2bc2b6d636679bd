import { builtIn, news } from '../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../engine/templates/blocks.ts'

const CHANNEL_FR =
  '{{#if (eq channel "email")}}e-mail{{else if (eq channel "sms")}}SMS{{else if (eq channel "whatsapp")}}WhatsApp{{else}}application{{/if}}'
const CHANNEL_EN =
  '{{#if (eq channel "email")}}e-mail{{else if (eq channel "sms")}}SMS{{else if (eq channel "whatsapp")}}WhatsApp{{else}}in-app{{/if}}'

export const providerDown = builtIn({
  fr: news({
    title: `{{provider}} ne répond plus (${CHANNEL_FR})`,
    says: '{{#if fallback}}Vos messages passent par {{fallback}} en attendant.{{else}}Vos messages attendent et partiront à son retour.{{/if}}',
    facts: [
      fact('Fournisseur', '{{provider}}'),
      fact('Canal', CHANNEL_FR),
      fact('Depuis', '{{dateTime since}}'),
      factIf('Raison', 'reason'),
      factIf('En attente', 'waiting', '{{number waiting}} {{plural waiting "message" "messages"}}'),
    ],
    button: { label: 'Voir les fournisseurs', field: 'providersUrl' },
  }),
  en: news({
    title: `{{provider}} no longer answers (${CHANNEL_EN})`,
    says: '{{#if fallback}}Your messages go through {{fallback}} in the meantime.{{else}}Your messages wait and leave when it is back.{{/if}}',
    facts: [
      fact('Provider', '{{provider}}'),
      fact('Channel', CHANNEL_EN),
      fact('Since', '{{dateTime since}}'),
      factIf('Reason', 'reason'),
      factIf('Waiting', 'waiting', '{{number waiting}} {{plural waiting "message" "messages"}}'),
    ],
    button: { label: 'See the providers', field: 'providersUrl' },
  }),
})

export const providerRecovered = builtIn({
  fr: news({
    title: `{{provider}} répond de nouveau (${CHANNEL_FR})`,
    says: '{{#if waiting}}{{number waiting}} {{plural waiting "message en attente part" "messages en attente partent"}} maintenant.{{else}}Aucun message n’est en attente.{{/if}}',
    facts: [
      fact('Fournisseur', '{{provider}}'),
      fact('Canal', CHANNEL_FR),
      fact('En panne', 'du {{dateTime downSince}} au {{dateTime recoveredAt}}'),
    ],
    button: { label: 'Voir les fournisseurs', field: 'providersUrl' },
  }),
  en: news({
    title: `{{provider}} answers again (${CHANNEL_EN})`,
    says: '{{#if waiting}}{{number waiting}} waiting {{plural waiting "message leaves" "messages leave"}} now.{{else}}No message is waiting.{{/if}}',
    facts: [
      fact('Provider', '{{provider}}'),
      fact('Channel', CHANNEL_EN),
      fact('Down', 'from {{dateTime downSince}} to {{dateTime recoveredAt}}'),
    ],
    button: { label: 'See the providers', field: 'providersUrl' },
  }),
})

export const smsBudget80 = builtIn({
  fr: news({
    title: 'SMS : 80 % du budget du mois sont dépensés',
    says: '{{money spent currency}} sur {{money budget currency}}. Rien ne change pour l’instant.',
    facts: [
      fact('Dépensé', '<strong>{{money spent currency}}</strong>'),
      fact('Budget', '{{money budget currency}}'),
      fact('Reste', '{{money left currency}}'),
      factIf('Repart à zéro', 'resetsOn', '{{date resetsOn}}'),
    ],
    button: { label: 'Revoir le budget', field: 'budgetUrl' },
  }),
  en: news({
    title: 'SMS: 80% of this month’s budget is spent',
    says: '{{money spent currency}} of {{money budget currency}}. Nothing changes for now.',
    facts: [
      fact('Spent', '<strong>{{money spent currency}}</strong>'),
      fact('Budget', '{{money budget currency}}'),
      fact('Left', '{{money left currency}}'),
      factIf('Starts again', 'resetsOn', '{{date resetsOn}}'),
    ],
    button: { label: 'Review the budget', field: 'budgetUrl' },
  }),
})

export const smsBudgetReached = builtIn({
  fr: news({
    title: 'SMS : le budget du mois est atteint',
    says: '{{#if stopped}}Les SMS sont arrêtés jusqu’au mois prochain, sauf les plus urgents.{{else}}Les SMS continuent de partir : vous n’avez pas demandé d’arrêt.{{/if}}',
    facts: [
      fact('Dépensé', '<strong>{{money spent currency}}</strong>'),
      fact('Budget', '{{money budget currency}}'),
      factIf('Repart à zéro', 'resetsOn', '{{date resetsOn}}'),
    ],
    button: { label: 'Revoir le budget', field: 'budgetUrl' },
    inApp:
      '{{money spent currency}} sur {{money budget currency}}. {{#if stopped}}Les SMS sont arrêtés, sauf les plus urgents.{{else}}Les SMS continuent de partir.{{/if}}',
  }),
  en: news({
    title: 'SMS: this month’s budget is reached',
    says: '{{#if stopped}}SMS are stopped until next month, except the most urgent.{{else}}SMS keep leaving: you asked for no stop.{{/if}}',
    facts: [
      fact('Spent', '<strong>{{money spent currency}}</strong>'),
      fact('Budget', '{{money budget currency}}'),
      factIf('Starts again', 'resetsOn', '{{date resetsOn}}'),
    ],
    button: { label: 'Review the budget', field: 'budgetUrl' },
    inApp:
      '{{money spent currency}} of {{money budget currency}}. {{#if stopped}}SMS are stopped, except the most urgent.{{else}}SMS keep leaving.{{/if}}',
  }),
})

export const campaignFinished = builtIn({
  fr: news({
    title: 'Campagne terminée : {{campaign}}',
    says: '{{number sent}} {{plural sent "message envoyé" "messages envoyés"}}, {{number delivered}} {{plural delivered "reçu" "reçus"}}.',
    facts: [
      fact('Envoyés', '<strong>{{number sent}}</strong>'),
      fact('Reçus', '<strong>{{number delivered}}</strong>'),
      fact('Échoués', '{{number failed}}'),
      factIf('Non envoyés', 'refused', '{{number refused}} (sans accord, ou adresse à ne pas utiliser)'),
      fact('Durée', 'du {{dateTime startedAt}} au {{dateTime finishedAt}}'),
      factIf('Coût', 'cost', '{{money cost currency}}'),
    ],
    button: { label: 'Voir les résultats', field: 'campaignUrl' },
  }),
  en: news({
    title: 'Campaign finished: {{campaign}}',
    says: '{{number sent}} {{plural sent "message" "messages"}} sent, {{number delivered}} delivered.',
    facts: [
      fact('Sent', '<strong>{{number sent}}</strong>'),
      fact('Delivered', '<strong>{{number delivered}}</strong>'),
      fact('Failed', '{{number failed}}'),
      factIf('Not sent', 'refused', '{{number refused}} (no consent, or an address not to be used)'),
      fact('From', '{{dateTime startedAt}} to {{dateTime finishedAt}}'),
      factIf('Cost', 'cost', '{{money cost currency}}'),
    ],
    button: { label: 'See the results', field: 'campaignUrl' },
  }),
})

export const automationFailed = builtIn({
  fr: news({
    title: 'L’automatisation {{name}} a échoué deux fois',
    says: 'Elle sera tentée de nouveau à sa prochaine heure. La page des automatisations permet de la lancer dès maintenant.',
    facts: [fact('Automatisation', '{{name}}'), fact('Raison', '{{error}}')],
    button: { label: 'Voir son historique', field: 'historyUrl' },
  }),
  en: news({
    title: 'The automation {{name}} has failed twice',
    says: 'It is tried again at its next time. The automations page lets you run it now.',
    facts: [fact('Automation', '{{name}}'), fact('Reason', '{{error}}')],
    button: { label: 'See its history', field: 'historyUrl' },
  }),
})
