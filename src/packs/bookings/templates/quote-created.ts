import { builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import { bill, fact, factIf, facts } from '../../../engine/templates/blocks.ts'

const TOTAL = '{{money amount currency}}'
const lines = `{{#if lines}}\n${bill('lines', '{{label}}', '{{money amount ../currency}}', { label: 'Total', amount: TOTAL })}\n{{/if}}`

export const quoteCreated = builtIn({
  fr: letter({
    subject: 'Votre devis : {{service}}, {{money amount currency}}',
    preheader: 'Valable jusqu’au {{dateTime validUntil}}.',
    title: 'Votre devis est prêt',
    says: `${HELLO.fr}voici le prix que nous vous proposons pour votre demande.`,
    before: `${facts(
      fact('Prestation', '{{service}}'),
      factIf('Souhaitée', 'wishedAt', '{{dateTime wishedAt timeZone=placeTimeZone}}'),
      factIf('Adresse', 'address'),
      `{{#unless lines}}${fact('Prix', `<strong>${TOTAL}</strong>`)}{{/unless}}`,
      fact('Valable', 'jusqu’au {{dateTime validUntil}}'),
    )}\n${lines}`,
    button: { label: 'Réserver et payer', field: 'checkoutUrl' },
    note: 'Le prix reste le même jusqu’à cette date, et rien n’est dû tant que vous n’avez pas réservé.',
    inApp: {
      title: 'Devis prêt : {{service}}',
      body: '{{money amount currency}}, valable jusqu’au {{dateTime validUntil}}.',
    },
  }),
  en: letter({
    subject: 'Your quote: {{service}}, {{money amount currency}}',
    preheader: 'Valid until {{dateTime validUntil}}.',
    title: 'Your quote is ready',
    says: `${HELLO.en}here is our price for what you asked.`,
    before: `${facts(
      fact('Service', '{{service}}'),
      factIf('Wished for', 'wishedAt', '{{dateTime wishedAt timeZone=placeTimeZone}}'),
      factIf('Address', 'address'),
      `{{#unless lines}}${fact('Price', `<strong>${TOTAL}</strong>`)}{{/unless}}`,
      fact('Valid', 'until {{dateTime validUntil}}'),
    )}\n${lines}`,
    button: { label: 'Book and pay', field: 'checkoutUrl' },
    note: 'The price stays the same until then, and nothing is due until you book.',
    inApp: {
      title: 'Quote ready: {{service}}',
      body: '{{money amount currency}}, valid until {{dateTime validUntil}}.',
    },
  }),
})
