import { builtIn, HELLO, letter } from '../../../engine/catalogue/wording.ts'
import { fact } from '../../../engine/templates/blocks.ts'
import { WHEN } from './times.ts'

/** A document that comes later than what it is about, attached. */
export const documentReady = builtIn({
  fr: letter({
    subject: '{{title}} : réservation {{reference}}',
    preheader: 'Le document est joint à ce message.',
    title: '{{title}}',
    says: `${HELLO.fr}vous trouverez ce document en pièce jointe.`,
    facts: [
      fact('Document', '<strong>{{title}}</strong>'),
      fact('Réservation', '{{reference}}'),
      fact('Prestation', '{{service}}'),
      fact('Quand', WHEN),
    ],
    button: { label: 'Voir ma réservation', field: 'bookingUrl' },
    note: 'Une question ? Répondez à ce message.',
    inApp: { title: '{{title}}', body: 'Réservation {{reference}}.' },
  }),
  en: letter({
    subject: '{{title}}: booking {{reference}}',
    preheader: 'The document is attached to this message.',
    title: '{{title}}',
    says: `${HELLO.en}please find this document attached.`,
    facts: [
      fact('Document', '<strong>{{title}}</strong>'),
      fact('Booking', '{{reference}}'),
      fact('Service', '{{service}}'),
      fact('When', WHEN),
    ],
    button: { label: 'See my booking', field: 'bookingUrl' },
    note: 'A question? Reply to this message.',
    inApp: { title: '{{title}}', body: 'Booking {{reference}}.' },
  }),
})
