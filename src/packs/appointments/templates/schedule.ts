import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { factIf } from '../../../engine/templates/blocks.ts'

/** Each day that changes, and its hours. */
const days = (colon: string, free: string) =>
  `{{#each changes}}<br>{{date day "day"}}${colon} <strong>{{default hours "${free}"}}</strong>{{/each}}`
const daysInApp = (colon: string, free: string) =>
  `{{#each changes}}{{#if @index}}\n{{/if}}{{date day "day"}}${colon} {{default hours "${free}"}}{{/each}}`

/** A practitioner's own hours. */
export const scheduleChanged = builtIn({
  fr: news({
    title: 'Votre planning change',
    says: `Voici vos nouveaux horaires :${days(' :', 'repos')}`,
    facts: [factIf('Décidé par', 'changedBy')],
    button: { label: 'Voir mon planning', field: 'scheduleUrl' },
    inApp: daysInApp(' :', 'repos'),
  }),
  en: news({
    title: 'Your schedule has changed',
    says: `Here are your new hours:${days(':', 'off')}`,
    facts: [factIf('Decided by', 'changedBy')],
    button: { label: 'See my schedule', field: 'scheduleUrl' },
    inApp: daysInApp(':', 'off'),
  }),
})

export const shiftStarting = builtIn({
  fr: {
    in_app: {
      title: 'Vous commencez à {{time startsAt timeZone=placeTimeZone}}',
      body: 'Jusqu’à {{time endsAt timeZone=placeTimeZone}}{{#if place}}, {{place}}{{/if}} : {{#if appointments}}{{appointments}} rendez-vous{{else}}aucun rendez-vous pour l’instant{{/if}}.',
      actionUrl: '{{scheduleUrl}}',
    },
  },
  en: {
    in_app: {
      title: 'You start at {{time startsAt timeZone=placeTimeZone}}',
      body: 'Until {{time endsAt timeZone=placeTimeZone}}{{#if place}}, {{place}}{{/if}}: {{#if appointments}}{{appointments}} {{plural appointments "appointment" "appointments"}}{{else}}no appointments yet{{/if}}.',
      actionUrl: '{{scheduleUrl}}',
    },
  },
})

export const staffAvailabilityChanged = builtIn({
  fr: {
    in_app: {
      title: '{{#if isAvailable}}De nouveau disponible{{else}}Absence{{/if}} : {{practitioner}}',
      body: 'Du {{dateTime from timeZone=placeTimeZone}} au {{dateTime until timeZone=placeTimeZone}}{{#if reason}} : {{reason}}{{/if}}.{{#if appointments}} {{appointments}} rendez-vous à déplacer.{{/if}}',
      actionUrl: '{{scheduleUrl}}',
    },
  },
  en: {
    in_app: {
      title: '{{practitioner}} will be {{#if isAvailable}}available{{else}}away{{/if}}',
      body: 'From {{dateTime from timeZone=placeTimeZone}} to {{dateTime until timeZone=placeTimeZone}}{{#if reason}}: {{reason}}{{/if}}.{{#if appointments}} {{appointments}} {{plural appointments "appointment" "appointments"}} to move.{{/if}}',
      actionUrl: '{{scheduleUrl}}',
    },
  },
})
