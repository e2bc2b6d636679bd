import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'

/** What cannot wait. An SMS says what it is and nothing else: the rest is in the mail. */
export const systemAlert = builtIn({
  fr: {
    ...news({
      title: 'Alerte : {{title}}',
      says: '{{detail}}',
      facts: [factIf('Composant', 'component'), fact('Depuis', '{{dateTime since}}'), factIf('Conséquence', 'impact')],
      button: { label: 'Voir que faire', field: 'alertUrl' },
    }),
    sms: { text: '{{organization.name}}, ALERTE : {{title}}, depuis {{time since}}.' },
  },
  en: {
    ...news({
      title: 'Alert: {{title}}',
      says: '{{detail}}',
      facts: [factIf('Component', 'component'), fact('Since', '{{dateTime since}}'), factIf('Impact', 'impact')],
      button: { label: 'See what to do', field: 'alertUrl' },
    }),
    sms: { text: '{{organization.name}}, ALERT: {{title}}, since {{time since}}.' },
  },
})

export const fraudDetected = builtIn({
  fr: {
    ...news({
      title: 'Fraude présumée : {{businessName}}',
      says: '{{signal}}',
      facts: [
        fact('Entreprise', '<strong>{{businessName}}</strong>'),
        fact('Vu', '{{dateTime detectedAt}}'),
        fact('Déjà fait', '{{default actionTaken "rien : la décision vous revient"}}'),
      ],
      button: { label: 'Examiner le dossier', field: 'caseUrl' },
    }),
    sms: {
      text: '{{organization.name}}, FRAUDE présumée chez {{businessName}}, vue à {{time detectedAt}}. Détails par e-mail.',
    },
  },
  en: {
    ...news({
      title: 'Suspected fraud: {{businessName}}',
      says: '{{signal}}',
      facts: [
        fact('Business', '<strong>{{businessName}}</strong>'),
        fact('Seen', '{{dateTime detectedAt}}'),
        fact('Already done', '{{default actionTaken "nothing: the decision is yours"}}'),
      ],
      button: { label: 'Look into the case', field: 'caseUrl' },
    }),
    sms: {
      text: '{{organization.name}}, suspected FRAUD at {{businessName}}, seen at {{time detectedAt}}. Details by e-mail.',
    },
  },
})

export const healthDegraded = builtIn({
  fr: {
    ...news({
      title: '{{#if endedAt}}Rétabli{{else}}Service dégradé{{/if}} : {{component}}',
      says: '{{#if endedAt}}Tout est rentré dans l’ordre.{{else}}Dégradé depuis le {{dateTime since}}.{{/if}}',
      facts: [
        fact('Indicateur', '{{indicator}}'),
        fact('Mesuré', '<strong>{{measured}}</strong>'),
        factIf('Attendu', 'expected'),
        factIf('Conséquence', 'impact'),
        factIf('Du', 'endedAt', '{{dateTime since}}'),
        factIf('Au', 'endedAt', '{{dateTime endedAt}}'),
      ],
      button: { label: 'Ouvrir les mesures', field: 'dashboardUrl' },
      inApp:
        '{{indicator}} : {{measured}}{{#if expected}}, au lieu de {{expected}}{{/if}}{{#if endedAt}}, jusqu’à {{time endedAt}}{{/if}}.',
    }),
    sms: {
      text: '{{organization.name}}, {{#if endedAt}}RÉTABLI{{else}}DÉGRADÉ{{/if}} : {{component}}, {{measured}}, depuis {{time since}}.',
    },
  },
  en: {
    ...news({
      title: '{{#if endedAt}}Restored{{else}}Degraded{{/if}}: {{component}}',
      says: '{{#if endedAt}}All is well again.{{else}}Degraded since {{dateTime since}}.{{/if}}',
      facts: [
        fact('Indicator', '{{indicator}}'),
        fact('Measured', '<strong>{{measured}}</strong>'),
        factIf('Expected', 'expected'),
        factIf('Impact', 'impact'),
        factIf('From', 'endedAt', '{{dateTime since}}'),
        factIf('To', 'endedAt', '{{dateTime endedAt}}'),
      ],
      button: { label: 'Open the measurements', field: 'dashboardUrl' },
      inApp:
        '{{indicator}}: {{measured}}{{#if expected}}, instead of {{expected}}{{/if}}{{#if endedAt}}, until {{time endedAt}}{{/if}}.',
    }),
    sms: {
      text: '{{organization.name}}, {{#if endedAt}}RESTORED{{else}}DEGRADED{{/if}}: {{component}}, {{measured}}, since {{time since}}.',
    },
  },
})
