/** What every request of a bench says: the same for ours and for the typical pipeline. `{{seq}}` makes no two alike. */
export const SUBJECT = 'Votre commande est prête, n° {{seq}}'

export const BODY = [
  'Bonjour,',
  'votre commande est prête à l’atelier. Vous pouvez la retirer du mardi au samedi, de 9 h à 18 h 30, sur présentation de ce message.',
  'Vélo de randonnée, révision complète : 89,00 € ; deux chambres à air 700 × 35C : 15,80 € ; éclairage avant, 70 lux : 49,90 €. Total TTC : 154,70 €.',
  'Une question ? Répondez simplement à ce message, nous le lisons tous les jours.',
].join('\n\n')

const LINES = [
  ['Vélo de randonnée, révision complète', 1, '89,00 €'],
  ['Chambre à air 700 × 35C renforcée', 2, '15,80 €'],
  ['Câble de frein inox et gaine, pose comprise', 2, '34,00 €'],
  ['Plaquettes de frein à disque, la paire', 1, '21,50 €'],
  ['Éclairage avant rechargeable, 70 lux', 1, '49,90 €'],
  ['Sacoche étanche 20 litres, fixation rapide', 1, '64,00 €'],
  ['Antivol pliant homologué, deux clés', 1, '79,00 €'],
  ['Main-d’œuvre, forfait atelier (1 h 30)', 1, '67,50 €'],
] as const

const row = ([what, quantity, price]: (typeof LINES)[number]) =>
  `<tr><td style="padding:8px 12px;border-bottom:1px solid #e3e6ea;font-size:14px;line-height:20px;color:#22272e">${what}</td>` +
  `<td align="center" style="padding:8px 12px;border-bottom:1px solid #e3e6ea;font-size:14px;line-height:20px;color:#22272e">${quantity}</td>` +
  `<td align="right" style="padding:8px 12px;border-bottom:1px solid #e3e6ea;font-size:14px;line-height:20px;color:#22272e;white-space:nowrap">${price}</td></tr>`

/** About four and a half kilobytes of HTML, as a caller may bring it (`html`), and as the typical pipeline has it in its template. */
export const HTML = [
  '<p style="font-size:16px;line-height:24px;color:#22272e">Bonjour,</p>',
  '<p style="font-size:16px;line-height:24px;color:#22272e">votre commande est prête à l’atelier. Vous pouvez la retirer du mardi au samedi, de 9 h à 18 h 30, sur présentation de ce message.</p>',
  '<table role="presentation" width="100%" style="border-collapse:collapse;margin:24px 0">',
  ...LINES.map(row),
  '<tr><td colspan="2" style="padding:12px;font-size:15px;font-weight:bold">Total TTC</td><td align="right" style="padding:12px;font-size:15px;font-weight:bold">420,70 €</td></tr>',
  '</table>',
  '<p style="font-size:16px;line-height:24px;color:#22272e">Une question ? Répondez simplement à ce message, nous le lisons tous les jours.</p>',
  '<p style="font-size:16px;line-height:24px;color:#22272e"><a href="https://shop.example/commandes/suivi" style="color:#1756d1">Suivre ma commande</a></p>',
  '<p style="font-size:13px;line-height:20px;color:#68707b">Atelier des Cycles (exemple), 12 rue de la Gare, 35000 Rennes. Les prix sont indiqués en euros, TVA comprise.</p>',
].join('\n')
