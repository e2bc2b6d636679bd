import { builtIn, news } from '../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../engine/templates/blocks.ts'

const CHANNEL_FR =
  '{{#if (eq channel "email")}}e-mail{{else if (eq channel "sms")}}SMS{{else if (eq channel "whatsapp")}}WhatsApp{{else}}application{{/if}}'
const CHANNEL_EN =
  '{{#if (eq channel "email")}}e-mail{{else if (eq channel "sms")}}SMS{{else if (eq channel "whatsapp")}}WhatsApp{{else}}in-app{{/if}}'

export const providerDown = builtIn({
  fr: {
    ...news({
      title: `{{provider}} ne répond plus (${CHANNEL_FR})`,
      says: '{{#if fallback}}Les messages passent par {{fallback}} en attendant.{{else}}Les messages attendent et partiront à son retour.{{/if}}',
      facts: [
        fact('Fournisseur', '{{provider}}'),
        fact('Canal', CHANNEL_FR),
        fact('Depuis', '{{dateTime since}}'),
        factIf('Raison', 'reason'),
        factIf('En attente', 'waiting', '{{number waiting}} {{plural waiting "message" "messages"}}'),
      ],
      button: { label: 'Voir les fournisseurs', field: 'providersUrl' },
    }),
    sms: { text: `{{organization.name}} : {{provider}} ne répond plus (${CHANNEL_FR}), depuis {{time since}}.` },
  },
  en: {
    ...news({
      title: `{{provider}} no longer answers (${CHANNEL_EN})`,
      says: '{{#if fallback}}Messages go through {{fallback}} in the meantime.{{else}}Messages wait and leave when it is back.{{/if}}',
      facts: [
        fact('Provider', '{{provider}}'),
        fact('Channel', CHANNEL_EN),
        fact('Since', '{{dateTime since}}'),
        factIf('Reason', 'reason'),
        factIf('Waiting', 'waiting', '{{number waiting}} {{plural waiting "message" "messages"}}'),
      ],
      button: { label: 'See the providers', field: 'providersUrl' },
    }),
    sms: { text: `{{organization.name}}: {{provider}} no longer answers (${CHANNEL_EN}), since {{time since}}.` },
  },
})

export const providerRecovered = builtIn({
  fr: {
    ...news({
      title: `{{provider}} répond de nouveau (${CHANNEL_FR})`,
      says: '{{#if waiting}}{{number waiting}} {{plural waiting "message en attente part" "messages en attente partent"}} maintenant.{{else}}Aucun message n’est en attente.{{/if}}',
      facts: [
        fact('Fournisseur', '{{provider}}'),
        fact('Canal', CHANNEL_FR),
        fact('En panne', 'du {{dateTime downSince}} au {{dateTime recoveredAt}}'),
        factIf('Durée', 'minutes', '{{number minutes}} {{plural minutes "minute" "minutes"}}'),
        factIf(
          'Par un autre compte',
          'elsewhere',
          '{{number elsewhere}} {{plural elsewhere "message" "messages"}} entre-temps',
        ),
      ],
      button: { label: 'Voir les fournisseurs', field: 'providersUrl' },
    }),
    sms: {
      text: `{{organization.name}} : {{provider}} répond de nouveau (${CHANNEL_FR}), depuis {{time recoveredAt}}.`,
    },
  },
  en: {
    ...news({
      title: `{{provider}} answers again (${CHANNEL_EN})`,
      says: '{{#if waiting}}{{number waiting}} waiting {{plural waiting "message leaves" "messages leave"}} now.{{else}}No message is waiting.{{/if}}',
      facts: [
        fact('Provider', '{{provider}}'),
        fact('Channel', CHANNEL_EN),
        fact('Down', 'from {{dateTime downSince}} to {{dateTime recoveredAt}}'),
        factIf('For', 'minutes', '{{number minutes}} {{plural minutes "minute" "minutes"}}'),
        factIf(
          'Through another account',
          'elsewhere',
          '{{number elsewhere}} {{plural elsewhere "message" "messages"}} meanwhile',
        ),
      ],
      button: { label: 'See the providers', field: 'providersUrl' },
    }),
    sms: { text: `{{organization.name}}: {{provider}} answers again (${CHANNEL_EN}), since {{time recoveredAt}}.` },
  },
})

/** The same in both languages. */
const BUDGET_FOR = '{{#if (eq channel "email")}}E-mail{{else if (eq channel "whatsapp")}}WhatsApp{{else}}SMS{{/if}}'

export const smsBudget80 = builtIn({
  fr: news({
    title: `${BUDGET_FOR} : 80 % du budget du mois sont dépensés`,
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
    title: `${BUDGET_FOR}: 80% of this month’s budget is spent`,
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
    title: `${BUDGET_FOR} : le budget du mois est atteint`,
    says: '{{#if stopped}}Les nouveaux messages ne partent plus par ce canal avant le mois prochain, sauf les plus urgents.{{else}}Les messages continuent de partir : vous n’avez pas demandé d’arrêt.{{/if}}',
    facts: [
      fact('Dépensé', '<strong>{{money spent currency}}</strong>'),
      fact('Budget', '{{money budget currency}}'),
      factIf('Repart à zéro', 'resetsOn', '{{date resetsOn}}'),
    ],
    button: { label: 'Revoir le budget', field: 'budgetUrl' },
    inApp:
      '{{money spent currency}} sur {{money budget currency}}. {{#if stopped}}Plus rien ne part par ce canal, sauf le plus urgent.{{else}}Les messages continuent de partir.{{/if}}',
  }),
  en: news({
    title: `${BUDGET_FOR}: this month’s budget is reached`,
    says: '{{#if stopped}}New messages do not go by this channel until next month, except the most urgent.{{else}}Messages keep leaving: you asked for no stop.{{/if}}',
    facts: [
      fact('Spent', '<strong>{{money spent currency}}</strong>'),
      fact('Budget', '{{money budget currency}}'),
      factIf('Starts again', 'resetsOn', '{{date resetsOn}}'),
    ],
    button: { label: 'Review the budget', field: 'budgetUrl' },
    inApp:
      '{{money spent currency}} of {{money budget currency}}. {{#if stopped}}Nothing goes by this channel any more, except the most urgent.{{else}}Messages keep leaving.{{/if}}',
  }),
})

export const smsCountryBraked = builtIn({
  fr: news({
    title: 'Envois inhabituels vers un pays : {{country}}',
    says: '{{number limit}} SMS et WhatsApp y sont partis en 24 heures, bien plus que d’habitude ; les suivants ne partent pas, codes de connexion compris. Des fraudeurs procèdent ainsi : ils se font envoyer des SMS qui leur rapportent. Si ces envois sont bien les vôtres, laissez passer ce pays ; sinon, gardez-le fermé et protégez le formulaire d’où ils viennent.',
    facts: [fact('Pays', '<strong>{{country}}</strong>'), fact('Depuis', '{{dateTime since}}')],
    button: { label: 'Décider', field: 'settingsUrl' },
  }),
  en: news({
    title: 'Unusual messages to a country: {{country}}',
    says: '{{number limit}} SMS and WhatsApp messages went there in 24 hours, far more than usual; further ones do not leave, sign-in codes included. Fraudsters do this: they have texts sent to numbers that pay them. If these messages are yours, let the country through; if not, keep it closed, and protect the form they come from.',
    facts: [fact('Country', '<strong>{{country}}</strong>'), fact('Since', '{{dateTime since}}')],
    button: { label: 'Decide', field: 'settingsUrl' },
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

/** What an alert is about, in a word or a sentence for each of its rules. */
const byRule = (words: Readonly<Record<string, string>>, otherwise?: string): string => {
  const [first, ...others] = Object.entries(words)
  if (!first) return ''
  const rest = others.map(([rule, text]) => `{{else if (eq rule "${rule}")}}${text}`).join('')
  return `{{#if (eq rule "${first[0]}")}}${first[1]}${rest}${otherwise === undefined ? '' : `{{else}}${otherwise}`}{{/if}}`
}

const LANE_FR =
  '{{#if (eq subject "critical")}} (critiques){{else if (eq subject "immediate")}} (immédiats){{else if (eq subject "scheduled")}} (programmés){{else if (eq subject "bulk")}} (en nombre){{/if}}'
const LANE_EN =
  '{{#if (eq subject "critical")}} (critical){{else if (eq subject "immediate")}} (immediate){{else if (eq subject "scheduled")}} (scheduled){{else if (eq subject "bulk")}} (bulk){{/if}}'

const BY_FR = '{{#if (eq subject "email")}}par e-mail{{else if (eq subject "sms")}}par SMS{{else}}par WhatsApp{{/if}}'
const BY_EN = '{{#if (eq subject "email")}}by e-mail{{else if (eq subject "sms")}}by SMS{{else}}by WhatsApp{{/if}}'

/** A subject has room for few words. */
const TOPIC_FR = byRule(
  {
    bounces: 'trop de retours',
    complaints: 'trop de plaintes',
    queue: 'messages en attente',
    dead_letters: 'beaucoup d’échecs',
    cost: 'coût du jour',
    webhooks: 'webhooks en attente',
    inbound: 'plus aucune réponse reçue',
    reports: 'plus de nouvelles d’un opérateur',
    reminders: 'rappels non partis',
  },
  '{{subject}}',
)
const TOPIC_EN = byRule(
  {
    bounces: 'too many bounces',
    complaints: 'too many complaints',
    queue: 'messages wait',
    dead_letters: 'many failures',
    cost: 'today’s cost',
    webhooks: 'webhooks wait',
    inbound: 'no more answers come in',
    reports: 'a carrier reports nothing',
    reminders: 'reminders did not leave',
  },
  '{{subject}}',
)

/** What is the case, and what may be behind it, which the app has no room for. */
type Said = Readonly<Record<string, readonly [string, string?]>>
const inShort = (said: Said) => byRule(Object.fromEntries(Object.entries(said).map(([rule, [first]]) => [rule, first])))
const inFull = (said: Said) =>
  byRule(
    Object.fromEntries(Object.entries(said).map(([rule, [first, more]]) => [rule, more ? `${first} ${more}` : first])),
  )

const SAID_FR: Said = {
  bounces: [
    '{{number measured}} % des messages envoyés en 24 heures sont revenus, pour une limite de {{number limit}} %.',
    'Les opérateurs de messagerie finissent par refuser un expéditeur dont les adresses n’existent pas.',
  ],
  complaints: [
    '{{number measured}} % des messages envoyés en 24 heures ont été signalés comme indésirables, pour une limite de {{number limit}} %.',
    'Vérifiez à qui vous écrivez, et avec quel accord.',
  ],
  queue: [
    `Le plus ancien${LANE_FR} attend depuis {{number measured}} {{plural measured "minute" "minutes"}}, pour une limite de {{number limit}}.`,
    'Un compte est peut-être hors service, ou sa limite par seconde trop basse.',
  ],
  dead_letters: [
    '{{number measured}} {{plural measured "message a échoué" "messages ont échoué"}} en une heure, pour une limite de {{number limit}}.',
    'La page des échecs dit pourquoi, et permet de les renvoyer.',
  ],
  automation: ['Elle a échoué deux fois de suite.'],
  automation_late: [
    'Elle était attendue il y a {{number measured}} {{plural measured "minute" "minutes"}}.',
    'Un processus de travail tourne-t-il ?',
  ],
  cost: [
    '{{money measured currency}} depuis ce matin, pour une limite de {{money limit currency}}.',
    'Rien n’est arrêté.',
  ],
  webhooks: [
    '{{number measured}} {{plural measured "événement attend" "événements attendent"}} d’être transmis à vos serveurs, pour une limite de {{number limit}}.',
  ],
  inbound: [
    `Personne n’a répondu ${BY_FR} depuis {{number measured}} heures, alors que vos messages partent et qu’on vous écrivait régulièrement.`,
    'L’adresse de retour ou le webhook chez l’opérateur a peut-être changé.',
  ],
  reports: [
    '{{number measured}} % seulement de ce que l’opérateur a pris depuis hier a un rapport{{#if subject}} ({{subject}}){{/if}}, contre la plupart la semaine précédente.',
    'Son webhook est peut-être perdu : les messages partent, mais nul ne sait s’ils arrivent.',
  ],
  reminders: [
    '{{number measured}} rendez-vous ou réservations d’hier, d’aujourd’hui ou de demain n’ont eu aucun de leurs rappels.',
    'La page des rappels dit lesquels, et pourquoi.',
  ],
}
const SAID_EN: Said = {
  bounces: [
    '{{number measured}}% of the messages sent in 24 hours came back; the limit is {{number limit}}%.',
    'Mail operators end up refusing a sender whose addresses do not exist.',
  ],
  complaints: [
    '{{number measured}}% of the messages sent in 24 hours were reported as unwanted; the limit is {{number limit}}%.',
    'Check who you write to, and with what consent.',
  ],
  queue: [
    `The oldest${LANE_EN} has waited for {{number measured}} {{plural measured "minute" "minutes"}}; the limit is {{number limit}}.`,
    'An account may be out of service, or its limit per second too low.',
  ],
  dead_letters: [
    '{{number measured}} {{plural measured "message" "messages"}} failed within an hour; the limit is {{number limit}}.',
    'The Failed page says why, and sends them again.',
  ],
  automation: ['It has failed twice in a row.'],
  automation_late: [
    'It was due {{number measured}} {{plural measured "minute" "minutes"}} ago.',
    'Does a worker process run?',
  ],
  cost: [
    '{{money measured currency}} since this morning; the limit is {{money limit currency}}.',
    'Nothing is stopped.',
  ],
  webhooks: [
    '{{number measured}} {{plural measured "event waits" "events wait"}} to be told to your servers; the limit is {{number limit}}.',
  ],
  inbound: [
    `Nobody has answered ${BY_EN} for {{number measured}} hours, while your messages leave and people used to write.`,
    'The return address or the webhook at the carrier may have changed.',
  ],
  reports: [
    'Only {{number measured}}% of what the carrier took since yesterday has a report{{#if subject}} ({{subject}}){{/if}}, when most had the week before.',
    'Its webhook may be lost: messages leave, but nobody knows whether they arrive.',
  ],
  reminders: [
    '{{number measured}} appointments or bookings of yesterday, today or tomorrow got none of their reminders.',
    'The reminders page says which, and why.',
  ],
}

export const alertRaised = builtIn({
  fr: news({
    title: `Alerte : ${TOPIC_FR}`,
    says: inFull(SAID_FR),
    inApp: inShort(SAID_FR),
    facts: [fact('Depuis', '{{dateTime since}}')],
    button: { label: 'Voir de plus près', field: 'alertUrl' },
    note: 'Vous le saurez aussi quand ce sera terminé. Les limites se règlent dans les alertes.',
  }),
  en: news({
    title: `Alert: ${TOPIC_EN}`,
    says: inFull(SAID_EN),
    inApp: inShort(SAID_EN),
    facts: [fact('Since', '{{dateTime since}}')],
    button: { label: 'Look closer', field: 'alertUrl' },
    note: 'You will also hear when it is over. The limits are set with the alerts.',
  }),
})

export const alertOver = builtIn({
  fr: news({
    title: `Terminé : ${TOPIC_FR}`,
    says: 'L’alerte est terminée. Elle a duré {{number minutes}} {{plural minutes "minute" "minutes"}}.',
    facts: [fact('Alerte', TOPIC_FR), fact('Du', '{{dateTime since}}'), fact('Au', '{{dateTime endedAt}}')],
    button: { label: 'Voir de plus près', field: 'alertUrl' },
  }),
  en: news({
    title: `Over: ${TOPIC_EN}`,
    says: 'The alert is over. It lasted {{number minutes}} {{plural minutes "minute" "minutes"}}.',
    facts: [fact('Alert', TOPIC_EN), fact('From', '{{dateTime since}}'), fact('To', '{{dateTime endedAt}}')],
    button: { label: 'Look closer', field: 'alertUrl' },
  }),
})

const byReason = (words: Readonly<Record<string, string>>): string =>
  byRule(words).replaceAll('(eq rule ', '(eq reason ')
const REASONS_FR = byReason({
  permanent: 'Refusés par l’opérateur',
  suppressed: 'Adresse inconnue de l’opérateur',
  tries: 'Tous les essais ont échoué',
  deadline: 'Trop tard pour partir',
  uncertain: 'Peut-être arrivés : l’opérateur n’a pas répondu',
  render: 'Modèle impossible à remplir',
  no_provider: 'Aucun compte pour l’envoi',
  reported: 'Pris par l’opérateur, puis échoués',
})
const REASONS_EN = byReason({
  permanent: 'Refused by the carrier',
  suppressed: 'Address unknown to the carrier',
  tries: 'Every try failed',
  deadline: 'Too late to leave',
  uncertain: 'May have arrived: the carrier did not answer',
  render: 'Template could not be filled in',
  no_provider: 'No account to send with',
  reported: 'Taken by the carrier, then failed',
})

export const deadLettersReport = builtIn({
  fr: news({
    title: '{{number total}} {{plural total "message a échoué" "messages ont échoué"}}',
    says: 'Depuis le {{dateTime since}}. Rien ne repart seul : la page des échecs permet de les renvoyer, une fois la cause réglée.',
    facts: [`{{#each reasons}}${fact(REASONS_FR, '{{number count}}')}{{/each}}`],
    button: { label: 'Voir les échecs', field: 'failedUrl' },
  }),
  en: news({
    title: '{{number total}} {{plural total "message" "messages"}} failed',
    says: 'Since {{dateTime since}}. Nothing leaves again by itself: the Failed page sends them once the cause is gone.',
    facts: [`{{#each reasons}}${fact(REASONS_EN, '{{number count}}')}{{/each}}`],
    button: { label: 'See what failed', field: 'failedUrl' },
  }),
})
