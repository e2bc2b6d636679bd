import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf, factsOf, given } from '../../../engine/templates/blocks.ts'
import { DAY_AND_TIME, SHORT, TIME, WHEN } from './times.ts'

const URL = '{{#if missionUrl}} {{url missionUrl}}{{/if}}'
const REFUSE = (words: string) =>
  given('refuseUrl', `\n<mj-text><a href="{{url refuseUrl}}" data-track="off">${words}</a></mj-text>\n`)

/** What a professional may know before they have said yes: the kind of work and its size, the town, the day and the pay. */
export const missionProposed = builtIn({
  fr: withRefusal(
    news({
      title: `{{#if urgent}}Urgent : m{{else}}M{{/if}}ission à {{city}}, ${DAY_AND_TIME}`,
      says: 'Une mission est libre près de chez vous. La première réponse l’emporte.',
      facts: [
        fact('Quoi', '{{service}}'),
        fact('Quand', WHEN),
        fact('Où', '{{city}}{{#if distanceKm}} (à {{number distanceKm}}&nbsp;km){{/if}}'),
        factsOf('size'),
        factIf('Durée', 'durationHours', '{{number durationHours}}&nbsp;h environ'),
        factIf('Pour vous', 'pay', '<strong>{{money pay currency}}</strong> (estimation)'),
        fact('Répondre', 'avant le <strong>{{dateTime answerBy}}</strong>'),
      ],
      button: { label: 'Accepter la mission', field: 'acceptUrl', isPrivate: true },
      inApp: `{{service}}{{#if pay}}, {{money pay currency}} (estimation){{/if}}. Répondez avant le {{dateTime answerBy}}.`,
    }),
    REFUSE('Je ne suis pas disponible'),
  ),
  en: withRefusal(
    news({
      title: `{{#if urgent}}Urgent: m{{else}}M{{/if}}ission in {{city}}, ${DAY_AND_TIME}`,
      says: 'A mission near you is open. The first answer takes it.',
      facts: [
        fact('What', '{{service}}'),
        fact('When', WHEN),
        fact('Where', '{{city}}{{#if distanceKm}} ({{number distanceKm}}&nbsp;km away){{/if}}'),
        factsOf('size'),
        factIf('Length', 'durationHours', 'about {{number durationHours}}&nbsp;h'),
        factIf('For you', 'pay', '<strong>{{money pay currency}}</strong> (estimate)'),
        fact('Answer', 'before <strong>{{dateTime answerBy}}</strong>'),
      ],
      button: { label: 'Accept the mission', field: 'acceptUrl', isPrivate: true },
      inApp: `{{service}}{{#if pay}}, {{money pay currency}} (estimate){{/if}}. Answer before {{dateTime answerBy}}.`,
    }),
    REFUSE('I am not available'),
  ),
})

function withRefusal({ email, in_app }: ReturnType<typeof news>, refusal: string): ReturnType<typeof news> {
  return { email: { ...email!, body: `${email!.body}\n${refusal}` }, in_app: in_app! }
}

/** To whoever said yes first: all they need to do it. */
export const missionAcceptedForProfessional = builtIn({
  fr: {
    ...news({
      title: `Mission {{mission}} à vous, ${DAY_AND_TIME}`,
      says: 'Merci d’avoir accepté. L’ordre de mission est joint à ce message.',
      facts: [
        fact('Quoi', '{{service}}'),
        fact('Quand', WHEN),
        fact('Où', '{{address}}'),
        fact('Client', '{{clientName}}'),
        factIf('Téléphone', 'clientPhone'),
        factIf('À savoir', 'notes'),
        factIf('Pour vous', 'pay', '<strong>{{money pay currency}}</strong>'),
      ],
      button: { label: 'Voir la mission', field: 'missionUrl' },
      note: 'Ces coordonnées ne servent qu’à cette mission.',
      inApp: `{{service}}, {{address}}.`,
    }),
    sms: { text: `{{organization.name}} : mission {{mission}} à vous, ${SHORT.fr}.${URL}` },
  },
  en: {
    ...news({
      title: `Mission {{mission}} is yours, ${DAY_AND_TIME}`,
      says: 'Thank you for accepting. The mission order is attached to this message.',
      facts: [
        fact('What', '{{service}}'),
        fact('When', WHEN),
        fact('Where', '{{address}}'),
        fact('Client', '{{clientName}}'),
        factIf('Phone', 'clientPhone'),
        factIf('Good to know', 'notes'),
        factIf('For you', 'pay', '<strong>{{money pay currency}}</strong>'),
      ],
      button: { label: 'See the mission', field: 'missionUrl' },
      note: 'These details are for this mission alone.',
      inApp: `{{service}}, {{address}}.`,
    }),
    sms: { text: `{{organization.name}}: mission {{mission}} is yours, ${SHORT.en}.${URL}` },
  },
})

export const missionAcceptedForStaff = builtIn({
  fr: news({
    title: `Mission {{mission}} prise par {{professionalName}}`,
    says: `{{professionalName}} a accepté : {{service}}, le ${DAY_AND_TIME}.`,
    facts: [
      fact('Mission', '{{mission}}'),
      fact('Client', '{{clientName}}'),
      fact('Quand', WHEN),
      fact('Où', '{{address}}'),
      factIf('Rémunération', 'pay', '{{money pay currency}}'),
    ],
    button: { label: 'Ouvrir la réservation', field: 'bookingUrl' },
  }),
  en: news({
    title: `Mission {{mission}} taken by {{professionalName}}`,
    says: `{{professionalName}} has accepted: {{service}}, ${DAY_AND_TIME}.`,
    facts: [
      fact('Mission', '{{mission}}'),
      fact('Client', '{{clientName}}'),
      fact('When', WHEN),
      fact('Where', '{{address}}'),
      factIf('Pay', 'pay', '{{money pay currency}}'),
    ],
    button: { label: 'Open the booking', field: 'bookingUrl' },
  }),
})

export const missionTaken = builtIn({
  fr: news({
    title: `Mission pourvue : {{city}}, ${DAY_AND_TIME}`,
    says: 'Une autre entreprise a répondu avant vous. Merci de votre attention : nous vous proposerons la prochaine.',
    facts: [fact('Mission', '{{mission}}'), fact('Quoi', '{{service}}')],
  }),
  en: news({
    title: `Mission taken: {{city}}, ${DAY_AND_TIME}`,
    says: 'Another company answered before you. Thank you for looking: we will offer you the next one.',
    facts: [fact('Mission', '{{mission}}'), fact('What', '{{service}}')],
  }),
})

export const missionExpired = builtIn({
  fr: news({
    title: `Mission expirée : {{city}}, ${DAY_AND_TIME}`,
    says: 'Le délai pour répondre est passé : cette mission n’est plus proposée.',
    facts: [fact('Mission', '{{mission}}'), fact('Quoi', '{{service}}')],
  }),
  en: news({
    title: `Mission expired: {{city}}, ${DAY_AND_TIME}`,
    says: 'The time to answer has passed: this mission is no longer offered.',
    facts: [fact('Mission', '{{mission}}'), fact('What', '{{service}}')],
  }),
})

export const missionUnassigned = builtIn({
  fr: {
    ...news({
      title: `Personne pour la mission {{mission}}, ${DAY_AND_TIME}`,
      says: '{{#if asked}}{{asked}} {{plural asked "professionnel contacté" "professionnels contactés"}} jusqu’à {{number radiusKm}} km, aucun n’a accepté.{{else}}Aucun professionnel à moins de {{number radiusKm}} km n’a pu être contacté.{{/if}} Le client compte sur vous.',
      facts: [
        fact('Réservation', '{{bookingReference}}'),
        fact('Quoi', '{{service}}'),
        fact('Quand', WHEN),
        fact('Où', '{{city}}'),
      ],
      button: { label: 'Trouver quelqu’un', field: 'bookingUrl' },
    }),
    sms: { text: `{{organization.name}}, URGENT : personne pour {{service}}, ${DAY_AND_TIME}, {{city}}.` },
  },
  en: {
    ...news({
      title: `Nobody for mission {{mission}}, ${DAY_AND_TIME}`,
      says: '{{#if asked}}{{asked}} {{plural asked "professional" "professionals"}} asked within {{number radiusKm}} km, none accepted.{{else}}No professional within {{number radiusKm}} km could be asked.{{/if}} The client counts on you.',
      facts: [
        fact('Booking', '{{bookingReference}}'),
        fact('What', '{{service}}'),
        fact('When', WHEN),
        fact('Where', '{{city}}'),
      ],
      button: { label: 'Find somebody', field: 'bookingUrl' },
    }),
    sms: { text: `{{organization.name}}, URGENT: nobody for {{service}}, ${DAY_AND_TIME}, {{city}}.` },
  },
})

export const missionReopened = builtIn({
  fr: news({
    title: `Mission {{mission}} à nouveau libre, ${DAY_AND_TIME}`,
    says: 'Qui l’avait acceptée ne fait plus partie de vos professionnels. Nous demandons à d’autres ; vous saurez qui accepte, ou si personne ne le fait.',
    facts: [
      fact('Réservation', '{{bookingReference}}'),
      fact('Quoi', '{{service}}'),
      fact('Quand', WHEN),
      fact('Où', '{{city}}'),
    ],
    button: { label: 'Ouvrir la réservation', field: 'bookingUrl' },
  }),
  en: news({
    title: `Mission {{mission}} open again, ${DAY_AND_TIME}`,
    says: 'Whoever had accepted it is no longer one of your professionals. We are asking others; you will hear who accepts, or that nobody does.',
    facts: [
      fact('Booking', '{{bookingReference}}'),
      fact('What', '{{service}}'),
      fact('When', WHEN),
      fact('Where', '{{city}}'),
    ],
    button: { label: 'Open the booking', field: 'bookingUrl' },
  }),
})

export const missionDayOf = builtIn({
  fr: {
    ...news({
      title: `Aujourd’hui à ${TIME} : {{service}}`,
      says: 'Voici votre mission du jour.',
      facts: [
        fact('Mission', '{{mission}}'),
        fact('Heure', `<strong>${TIME}</strong>`),
        fact('Où', '{{address}}'),
        fact('Client', '{{clientName}}'),
        factIf('Téléphone', 'clientPhone'),
        factIf('À savoir', 'notes'),
      ],
      button: { label: 'Voir la mission', field: 'missionUrl' },
      inApp: '{{address}}, {{clientName}}{{#if clientPhone}}, {{clientPhone}}{{/if}}.',
    }),
    sms: {
      text: `{{organization.name}} : mission {{mission}} à ${TIME}, {{address}}.{{#if clientPhone}} {{clientPhone}}{{/if}}`,
    },
  },
  en: {
    ...news({
      title: `Today at ${TIME}: {{service}}`,
      says: 'Here is your mission of today.',
      facts: [
        fact('Mission', '{{mission}}'),
        fact('Time', `<strong>${TIME}</strong>`),
        fact('Where', '{{address}}'),
        fact('Client', '{{clientName}}'),
        factIf('Phone', 'clientPhone'),
        factIf('Good to know', 'notes'),
      ],
      button: { label: 'See the mission', field: 'missionUrl' },
      inApp: '{{address}}, {{clientName}}{{#if clientPhone}}, {{clientPhone}}{{/if}}.',
    }),
    sms: {
      text: `{{organization.name}}: mission {{mission}} at ${TIME}, {{address}}.{{#if clientPhone}} {{clientPhone}}{{/if}}`,
    },
  },
})
