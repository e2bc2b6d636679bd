import { builtIn, HELLO, letter, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'
import { BEFORE, DAY_AND_TIME, SHORT, WHEN } from './times.ts'

const BOOKING_URL = '{{#if bookingUrl}} {{url bookingUrl}}{{/if}}'
const MISSION_URL = '{{#if missionUrl}} {{url missionUrl}}{{/if}}'

export const bookingCancelledForClient = builtIn({
  fr: {
    ...letter({
      subject: 'Réservation {{reference}} annulée',
      preheader: `{{service}}, ${DAY_AND_TIME}`,
      title: 'Votre réservation est annulée',
      says: `${HELLO.fr}votre réservation est annulée : personne ne se déplacera.`,
      facts: [
        fact('Référence', '{{reference}}'),
        fact('Prestation', '{{service}}'),
        fact('Prévue', WHEN),
        factIf('Raison', 'reason'),
        factIf(
          'Remboursement',
          'refundAmount',
          '<strong>{{money refundAmount currency}}</strong>, sous quelques jours',
        ),
      ],
      button: { label: 'Voir ma réservation', field: 'bookingUrl' },
      inApp: {
        title: 'Réservation {{reference}} annulée',
        body: `{{service}}, le ${DAY_AND_TIME}.{{#if refundAmount}} Remboursement : {{money refundAmount currency}}.{{/if}}`,
      },
    }),
    sms: { text: `{{organization.name}} : réservation {{reference}} du ${SHORT.fr} annulée.${BOOKING_URL}` },
  },
  en: {
    ...letter({
      subject: 'Booking {{reference}} cancelled',
      preheader: `{{service}}, ${DAY_AND_TIME}`,
      title: 'Your booking is cancelled',
      says: `${HELLO.en}your booking is cancelled: nobody will come.`,
      facts: [
        fact('Reference', '{{reference}}'),
        fact('Service', '{{service}}'),
        fact('It was', WHEN),
        factIf('Reason', 'reason'),
        factIf('Refund', 'refundAmount', '<strong>{{money refundAmount currency}}</strong>, within a few days'),
      ],
      button: { label: 'See my booking', field: 'bookingUrl' },
      inApp: {
        title: 'Booking {{reference}} cancelled',
        body: `{{service}}, ${DAY_AND_TIME}.{{#if refundAmount}} Refund: {{money refundAmount currency}}.{{/if}}`,
      },
    }),
    sms: { text: `{{organization.name}}: booking {{reference}}, ${SHORT.en}, is cancelled.${BOOKING_URL}` },
  },
})

export const bookingCancelledForProfessional = builtIn({
  fr: {
    ...news({
      title: `Mission annulée : {{service}}, ${DAY_AND_TIME}`,
      says: 'Ne vous déplacez pas : cette mission est annulée.',
      facts: [fact('Mission', '{{reference}}'), fact('Prévue', WHEN), fact('Où', '{{city}}')],
      button: { label: 'Voir la mission', field: 'missionUrl' },
    }),
    sms: { text: `{{organization.name}} : mission {{reference}} du ${SHORT.fr} annulée.${MISSION_URL}` },
  },
  en: {
    ...news({
      title: `Mission cancelled: {{service}}, ${DAY_AND_TIME}`,
      says: 'Please do not travel: this mission is cancelled.',
      facts: [fact('Mission', '{{reference}}'), fact('It was', WHEN), fact('Where', '{{city}}')],
      button: { label: 'See the mission', field: 'missionUrl' },
    }),
    sms: { text: `{{organization.name}}: mission {{reference}}, ${SHORT.en}, is cancelled.${MISSION_URL}` },
  },
})

export const bookingMovedForClient = builtIn({
  fr: {
    ...letter({
      subject: `Réservation {{reference}} déplacée au ${DAY_AND_TIME}`,
      preheader: `Au lieu du ${BEFORE}`,
      title: 'Votre réservation change de date',
      says: `${HELLO.fr}votre réservation du ${BEFORE} est déplacée. Le prix ne change pas.`,
      facts: [
        fact('Maintenant', WHEN),
        fact('Prestation', '{{service}}'),
        fact('Référence', '{{reference}}'),
        factIf('Raison', 'reason'),
      ],
      button: { label: 'Voir ma réservation', field: 'bookingUrl' },
      note: 'Cette date ne vous convient pas ? Répondez à ce message.',
      inApp: {
        title: 'Réservation {{reference}} déplacée',
        body: `Le ${DAY_AND_TIME}, au lieu du ${BEFORE}.`,
      },
    }),
    sms: { text: `{{organization.name}} : réservation {{reference}} déplacée au ${SHORT.fr}.${BOOKING_URL}` },
  },
  en: {
    ...letter({
      subject: `Booking {{reference}} moved to ${DAY_AND_TIME}`,
      preheader: `Instead of ${BEFORE}`,
      title: 'Your booking has a new date',
      says: `${HELLO.en}your booking on ${BEFORE} has been moved. The price stays the same.`,
      facts: [
        fact('Now', WHEN),
        fact('Service', '{{service}}'),
        fact('Reference', '{{reference}}'),
        factIf('Reason', 'reason'),
      ],
      button: { label: 'See my booking', field: 'bookingUrl' },
      note: 'Does this date not suit you? Reply to this message.',
      inApp: {
        title: 'Booking {{reference}} moved',
        body: `${DAY_AND_TIME}, instead of ${BEFORE}.`,
      },
    }),
    sms: { text: `{{organization.name}}: booking {{reference}} moved to ${SHORT.en}.${BOOKING_URL}` },
  },
})

export const bookingMovedForProfessional = builtIn({
  fr: {
    ...news({
      title: `Mission déplacée : {{service}}, ${DAY_AND_TIME}`,
      says: 'Cette mission change de date. Dites-nous vite si vous n’êtes pas disponible.',
      facts: [
        fact('Mission', '{{reference}}'),
        fact('Avant', BEFORE),
        fact('Maintenant', WHEN),
        fact('Où', '{{city}}'),
      ],
      button: { label: 'Voir la mission', field: 'missionUrl' },
      inApp: `Au lieu du ${BEFORE}. Dites-nous vite si vous n’êtes pas disponible.`,
    }),
    sms: { text: `{{organization.name}} : mission {{reference}} déplacée au ${SHORT.fr}.${MISSION_URL}` },
  },
  en: {
    ...news({
      title: `Mission moved: {{service}}, ${DAY_AND_TIME}`,
      says: 'This mission has a new date. Please tell us soon if you are not available.',
      facts: [fact('Mission', '{{reference}}'), fact('Before', BEFORE), fact('Now', WHEN), fact('Where', '{{city}}')],
      button: { label: 'See the mission', field: 'missionUrl' },
      inApp: `Instead of ${BEFORE}. Please tell us soon if you are not available.`,
    }),
    sms: { text: `{{organization.name}}: mission {{reference}} moved to ${SHORT.en}.${MISSION_URL}` },
  },
})

export const bookingCancelledForStaff = builtIn({
  fr: news({
    title: `Réservation {{reference}} annulée`,
    says: `{{service}}, le ${DAY_AND_TIME} : la réservation est annulée.`,
    facts: [
      factIf('Client', 'clientName'),
      fact('Prévue', WHEN),
      fact('Où', '{{city}}'),
      factIf('Raison', 'reason'),
      factIf('Remboursement', 'refundAmount', '{{money refundAmount currency}}'),
    ],
    button: { label: 'Ouvrir la réservation', field: 'adminUrl' },
  }),
  en: news({
    title: `Booking {{reference}} cancelled`,
    says: `{{service}}, ${DAY_AND_TIME}: the booking is cancelled.`,
    facts: [
      factIf('Client', 'clientName'),
      fact('It was', WHEN),
      fact('Where', '{{city}}'),
      factIf('Reason', 'reason'),
      factIf('Refund', 'refundAmount', '{{money refundAmount currency}}'),
    ],
    button: { label: 'Open the booking', field: 'adminUrl' },
  }),
})

export const bookingMovedForStaff = builtIn({
  fr: news({
    title: `Réservation {{reference}} déplacée`,
    says: `{{service}} : le ${DAY_AND_TIME}, au lieu du ${BEFORE}.`,
    facts: [
      factIf('Client', 'clientName'),
      fact('Avant', BEFORE),
      fact('Maintenant', WHEN),
      fact('Où', '{{city}}'),
      factIf('Raison', 'reason'),
    ],
    button: { label: 'Ouvrir la réservation', field: 'adminUrl' },
  }),
  en: news({
    title: `Booking {{reference}} moved`,
    says: `{{service}}: ${DAY_AND_TIME}, instead of ${BEFORE}.`,
    facts: [
      factIf('Client', 'clientName'),
      fact('Before', BEFORE),
      fact('Now', WHEN),
      fact('Where', '{{city}}'),
      factIf('Reason', 'reason'),
    ],
    button: { label: 'Open the booking', field: 'adminUrl' },
  }),
})
