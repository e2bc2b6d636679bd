import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { bar, fact, factIf } from '../../../engine/templates/blocks.ts'

const RATING_FR = '{{number rating}} sur 5{{#if ratings}} ({{ratings}} avis){{/if}}'
const RATING_EN = '{{number rating}} out of 5{{#if ratings}} ({{ratings}} {{plural ratings "review" "reviews"}}){{/if}}'

/** Bars by the hour or the day, where the report has them. */
const chart = (title: string, list: string, label: string): string =>
  `{{#if ${list}}}<tr><td colspan="2" style="padding:20px 0 6px;font-weight:600">${title}</td></tr>{{#each ${list}}}${bar(label, 'share', '{{appointments}}')}{{/each}}{{/if}}`

export const reportDaily = builtIn({
  fr: news({
    title: 'Votre journée du {{date day "day"}} : {{appointments}} rendez-vous',
    says: '{{#if appointments}}{{appointments}} rendez-vous et {{money revenue currency}} encaissés.{{else}}Pas de rendez-vous ce jour-là, et {{money revenue currency}} encaissés.{{/if}}',
    facts: [
      fact('Rendez-vous', '<strong>{{appointments}}</strong>'),
      fact('Annulations', '{{cancelled}}'),
      fact('Absences', '{{noShows}}'),
      fact('Encaissé', '<strong>{{money revenue currency}}</strong>'),
      factIf('Note', 'rating', RATING_FR),
      factIf('Demain', 'tomorrow', '{{tomorrow}} rendez-vous'),
      chart('Par heure', 'hours', '{{hour}} h'),
    ],
    button: { label: 'Ouvrir le tableau de bord', field: 'reportUrl' },
  }),
  en: news({
    title: 'Your day, {{date day "day"}}: {{appointments}} {{plural appointments "appointment" "appointments"}}',
    says: '{{#if appointments}}{{appointments}} {{plural appointments "appointment" "appointments"}} and {{money revenue currency}} taken.{{else}}No appointments that day, and {{money revenue currency}} taken.{{/if}}',
    facts: [
      fact('Appointments', '<strong>{{appointments}}</strong>'),
      fact('Cancelled', '{{cancelled}}'),
      fact('No-shows', '{{noShows}}'),
      fact('Taken', '<strong>{{money revenue currency}}</strong>'),
      factIf('Rating', 'rating', RATING_EN),
      factIf('Tomorrow', 'tomorrow', '{{tomorrow}} {{plural tomorrow "appointment" "appointments"}}'),
      chart('By the hour', 'hours', '{{hour}}:00'),
    ],
    button: { label: 'Open the dashboard', field: 'reportUrl' },
  }),
})

export const reportWeekly = builtIn({
  fr: news({
    title: 'Votre semaine du {{date weekFrom "day"}} : {{money revenue currency}}',
    says: '{{appointments}} rendez-vous{{#if previousAppointments}}, contre {{previousAppointments}} la semaine d’avant{{/if}}, et {{money revenue currency}} encaissés{{#if previousRevenue}}, contre {{money previousRevenue currency}}{{/if}}.',
    facts: [
      fact('Rendez-vous', '<strong>{{appointments}}</strong>'),
      fact('Annulations', '{{cancelled}}'),
      fact('Absences', '{{noShows}}'),
      fact('Encaissé', '<strong>{{money revenue currency}}</strong>'),
      factIf('Nouveaux clients', 'newClients'),
      factIf('Note', 'rating', RATING_FR),
      chart('Par jour', 'days', '{{date day "day"}}'),
    ],
    button: { label: 'Ouvrir le tableau de bord', field: 'reportUrl' },
  }),
  en: news({
    title: 'Your week from {{date weekFrom "day"}}: {{money revenue currency}}',
    says: '{{appointments}} {{plural appointments "appointment" "appointments"}}{{#if previousAppointments}}, after {{previousAppointments}} the week before{{/if}}, and {{money revenue currency}} taken{{#if previousRevenue}}, after {{money previousRevenue currency}}{{/if}}.',
    facts: [
      fact('Appointments', '<strong>{{appointments}}</strong>'),
      fact('Cancelled', '{{cancelled}}'),
      fact('No-shows', '{{noShows}}'),
      fact('Taken', '<strong>{{money revenue currency}}</strong>'),
      factIf('New clients', 'newClients'),
      factIf('Rating', 'rating', RATING_EN),
      chart('By day', 'days', '{{date day "day"}}'),
    ],
    button: { label: 'Open the dashboard', field: 'reportUrl' },
  }),
})
