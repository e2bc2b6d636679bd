import { builtIn, news } from '../../../engine/catalogue/wording.ts'
import { fact, factIf } from '../../../engine/templates/blocks.ts'

/** What the shop's own people hear. */
export const reviewNegative = builtIn({
  fr: news({
    title: 'Avis négatif de {{customerName}} : {{number rating}} sur 5',
    says: '{{#if comment}}« {{comment}} »{{else}}{{customerName}} n’a pas laissé de commentaire.{{/if}}',
    facts: [
      fact('Note', '<strong>{{number rating}} sur 5</strong>'),
      factIf('Commande', 'reference'),
      factIf('Téléphone', 'customerPhone'),
    ],
    button: { label: 'Répondre à l’avis', field: 'reviewUrl' },
  }),
  en: news({
    title: 'Bad review by {{customerName}}: {{number rating}} out of 5',
    says: '{{#if comment}}“{{comment}}”{{else}}{{customerName}} left no comment.{{/if}}',
    facts: [
      fact('Rating', '<strong>{{number rating}} out of 5</strong>'),
      factIf('Order', 'reference'),
      factIf('Phone', 'customerPhone'),
    ],
    button: { label: 'Answer the review', field: 'reviewUrl' },
  }),
})

export const stockLow = builtIn({
  fr: news({
    title: '{{#if left}}Stock bas{{else}}Rupture{{/if}} : {{product}}',
    says: '{{#if left}}Il n’en reste que {{left}}.{{else}}Il n’en reste plus.{{/if}}',
    facts: [fact('Produit', '{{product}}'), fact('Reste', '<strong>{{left}}</strong>'), fact('Seuil', '{{threshold}}')],
    button: { label: 'Voir le produit', field: 'productUrl' },
  }),
  en: news({
    title: '{{#if left}}Low stock{{else}}Out of stock{{/if}}: {{product}}',
    says: '{{#if left}}Only {{left}} left.{{else}}None left.{{/if}}',
    facts: [
      fact('Product', '{{product}}'),
      fact('Left', '<strong>{{left}}</strong>'),
      fact('Threshold', '{{threshold}}'),
    ],
    button: { label: 'See the product', field: 'productUrl' },
  }),
})

export const analyticsDaily = builtIn({
  fr: news({
    title: 'Vos ventes du {{date day "day"}} : {{money revenue currency}}',
    says: '{{orders}} {{plural orders "commande" "commandes"}} et {{money revenue currency}}{{#if previousRevenue}}, contre {{money previousRevenue currency}} la semaine d’avant{{/if}}.',
    facts: [
      fact('Commandes', '<strong>{{orders}}</strong>'),
      fact('Chiffre d’affaires', '<strong>{{money revenue currency}}</strong>'),
      fact('Nouveaux clients', '{{newCustomers}}'),
      fact('Clients revenus', '{{returningCustomers}}'),
      fact('Messages reçus', '{{messagesReceived}}'),
      factIf('Note moyenne', 'averageRating', '{{number averageRating}} sur 5'),
    ],
    button: { label: 'Ouvrir le tableau de bord', field: 'dashboardUrl' },
  }),
  en: news({
    title: 'Your sales on {{date day "day"}}: {{money revenue currency}}',
    says: '{{orders}} {{plural orders "order" "orders"}} and {{money revenue currency}}{{#if previousRevenue}}, after {{money previousRevenue currency}} the week before{{/if}}.',
    facts: [
      fact('Orders', '<strong>{{orders}}</strong>'),
      fact('Revenue', '<strong>{{money revenue currency}}</strong>'),
      fact('New customers', '{{newCustomers}}'),
      fact('Returning customers', '{{returningCustomers}}'),
      fact('Messages received', '{{messagesReceived}}'),
      factIf('Average rating', 'averageRating', '{{number averageRating}} out of 5'),
    ],
    button: { label: 'Open the dashboard', field: 'dashboardUrl' },
  }),
})
