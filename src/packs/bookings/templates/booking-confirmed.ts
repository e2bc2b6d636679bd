import { builtIn, HELLO, letter, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf, factsOf, given } from '../../../engine/templates/blocks.ts'
import { DAY_AND_TIME, SHORT, WHEN } from './times.ts'

export const bookingConfirmedForClient = builtIn({
  fr: {
    ...letter({
      subject: `Réservation {{reference}} confirmée, ${DAY_AND_TIME}`,
      preheader: '{{service}} : {{money amount currency}}, réglé.',
      title: 'Votre réservation est confirmée',
      says: `${HELLO.fr}merci : nous avons reçu votre paiement et réservé votre créneau. {{#if withInvoice}}Vous trouverez la confirmation et la facture en pièces jointes.{{else}}La confirmation est jointe ; la facture suivra.{{/if}}`,
      facts: [
        fact('Référence', '<strong>{{reference}}</strong>'),
        fact('Prestation', '{{service}}'),
        fact('Quand', WHEN),
        fact('Adresse', '{{address}}'),
        fact('Payé', '<strong>{{money amount currency}}</strong>'),
        given('insurance', fact('Assurance', 'comprise')),
      ],
      button: { label: 'Voir ma réservation', field: 'bookingUrl' },
      note: 'Un changement ? Répondez à ce message : nous nous en occupons.',
      inApp: {
        title: 'Réservation {{reference}} confirmée',
        body: `{{service}}, le ${DAY_AND_TIME}.`,
      },
    }),
    sms: {
      text: `{{organization.name}} : réservation {{reference}} confirmée, ${SHORT.fr}.{{#if bookingUrl}} {{url bookingUrl}}{{/if}}`,
    },
  },
  en: {
    ...letter({
      subject: `Booking {{reference}} confirmed, ${DAY_AND_TIME}`,
      preheader: '{{service}}: {{money amount currency}}, paid.',
      title: 'Your booking is confirmed',
      says: `${HELLO.en}thank you: we have received your payment and reserved your slot. {{#if withInvoice}}The confirmation and the invoice are attached.{{else}}The confirmation is attached; the invoice will follow.{{/if}}`,
      facts: [
        fact('Reference', '<strong>{{reference}}</strong>'),
        fact('Service', '{{service}}'),
        fact('When', WHEN),
        fact('Address', '{{address}}'),
        fact('Paid', '<strong>{{money amount currency}}</strong>'),
        given('insurance', fact('Insurance', 'included')),
      ],
      button: { label: 'See my booking', field: 'bookingUrl' },
      note: 'A change? Reply to this message and we will see to it.',
      inApp: {
        title: 'Booking {{reference}} confirmed',
        body: `{{service}}, ${DAY_AND_TIME}.`,
      },
    }),
    sms: {
      text: `{{organization.name}}: booking {{reference}} confirmed, ${SHORT.en}.{{#if bookingUrl}} {{url bookingUrl}}{{/if}}`,
    },
  },
})

/** Everything there is to know, with the full documents. */
export const bookingConfirmedForStaff = builtIn({
  fr: news({
    title: `Réservation payée : {{service}}, ${DAY_AND_TIME}`,
    says: '{{clientName}} a réservé et payé {{money amount currency}}. {{#if withInvoice}}La confirmation et la facture sont jointes.{{else}}La confirmation est jointe ; la facture n’a pas pu être émise, la réservation dit ce qui manque.{{/if}}',
    facts: [
      fact('Référence', '<strong>{{reference}}</strong>'),
      fact('Client', '{{clientName}}'),
      factIf('Téléphone', 'clientPhone'),
      factIf('E-mail', 'clientEmail'),
      fact('Adresse', '{{address}}'),
      fact('Quand', WHEN),
      fact('Prestation', '{{service}}'),
      factsOf('details'),
      fact('Payé', '<strong>{{money amount currency}}</strong>'),
      fact('Assurance', '{{#if insurance}}oui{{else}}non{{/if}}'),
    ],
    button: { label: 'Ouvrir la réservation', field: 'adminUrl' },
    inApp: '{{reference}} : {{clientName}}, {{money amount currency}}.',
  }),
  en: news({
    title: `Paid booking: {{service}}, ${DAY_AND_TIME}`,
    says: '{{clientName}} has booked and paid {{money amount currency}}. {{#if withInvoice}}The confirmation and the invoice are attached.{{else}}The confirmation is attached; the invoice could not be issued, the booking says what is missing.{{/if}}',
    facts: [
      fact('Reference', '<strong>{{reference}}</strong>'),
      fact('Client', '{{clientName}}'),
      factIf('Phone', 'clientPhone'),
      factIf('E-mail', 'clientEmail'),
      fact('Address', '{{address}}'),
      fact('When', WHEN),
      fact('Service', '{{service}}'),
      factsOf('details'),
      fact('Paid', '<strong>{{money amount currency}}</strong>'),
      fact('Insurance', '{{#if insurance}}yes{{else}}no{{/if}}'),
    ],
    button: { label: 'Open the booking', field: 'adminUrl' },
    inApp: '{{reference}}: {{clientName}}, {{money amount currency}}.',
  }),
})
