import { createHash } from 'node:crypto'

/** One message to send, and what must be found in the mailbox. */
export interface MixedMessage {
  /** What is special about it. */
  kind: string
  address: string
  name: string
  subject: string
  body: string
  /** The caller's own HTML part, in place of the layout's. */
  html?: string
  attachments: { filename: string; contentType: string; contentId?: string; content: Buffer }[]
}

const DOMAIN = 'mail.test'

const LOREM =
  'Bonjour, votre rendez-vous est confirmé pour le mardi 3 novembre à 14 h 30. Pensez à venir dix minutes avant.'

const SUBJECTS = {
  accents: [
    'Votre commande est prête à être retirée',
    'Überweisung für März – Straße geändert',
    'Łódź: zażółć gęślą jaźń',
  ],
  emoji: ['🎉 C’est prêt ! 🚲', '👩🏽‍🚀 + 👨‍👩‍👧‍👦 = ❤️‍🔥', 'Drapeaux 🇫🇷🇧🇷 et 🏴󠁧󠁢󠁳󠁣󠁴󠁿', '✂️'],
  rightToLeft: ['تأكيد موعدك يوم الثلاثاء', 'ההזמנה שלך מוכנה (מס׳ 42)', 'Mixed שלום and English and عربي 123'],
  otherScripts: ['ご予約の確認', '您的订单已准备好', 'Подтверждение записи', 'การยืนยันการนัดหมาย'],
  long: [`Confirmation ${'très '.repeat(60)}longue`, `${'é'.repeat(180)}`, `x${'abcdefghij'.repeat(20)}`],
  plain: [
    'Order 42 is ready',
    '=?UTF-8?Q?not_encoded?= as it looks',
    'Tabs, "quotes", <angles> & ampersands; (comments), \\ and %',
  ],
} as const

/** A small picture that every mail reader knows: a PNG of one blue pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/7P4hHgAAAABJRU5ErkJggg==',
  'base64',
)

/** Always the same bytes for the same seed, and nothing that compresses or looks like text. */
function noise(seed: string, bytes: number): Buffer {
  const blocks: Buffer[] = []
  for (let n = 0; n * 64 < bytes; n++) blocks.push(createHash('sha512').update(`${seed} ${n}`).digest())
  return Buffer.concat(blocks).subarray(0, bytes)
}

const NAMES = [
  'Zoé',
  'O’Neil, Seán',
  'José "Pepe" Núñez',
  '王小明',
  'Ann-Kathrin (Büro)',
  'بسمة',
  'Smith; John <boss>',
  'plain',
]

type Content = Pick<MixedMessage, 'subject' | 'body' | 'html'> & Partial<Pick<MixedMessage, 'attachments'>>

/** Every kind of content, varied by `n`. The first words of each body are unique, so that no two are duplicates. */
const KINDS: Record<string, (n: number) => Content> = {
  accents: (n) => ({ subject: pick(SUBJECTS.accents, n), body: `${LOREM}\n\nŒuvre d’été, naïveté, cœur — « ça va ».` }),
  emoji: (n) => ({
    subject: pick(SUBJECTS.emoji, n),
    body: `${LOREM} 👍🏿\n🧑‍🍳 Bon appétit ! 😀`.repeat(1 + (n % 40)),
  }),
  'right to left': (n) => ({
    subject: pick(SUBJECTS.rightToLeft, n),
    body: `مرحبا بكم في المتجر. ${n}\nשלום, ההזמנה מוכנה.\n${LOREM}`,
  }),
  'other scripts': (n) => ({
    subject: pick(SUBJECTS.otherScripts, n),
    body: `${'ご予約ありがとうございます。'.repeat(30)}\n${LOREM}`,
  }),
  'long subject': (n) => ({ subject: pick(SUBJECTS.long, n), body: LOREM }),
  'plain and tricky subject': (n) => ({ subject: pick(SUBJECTS.plain, n), body: `${LOREM}\n5 < 6 && 7 > 6 = "vrai"` }),
  'long lines': (n) => ({
    subject: `Lignes longues ${n}`,
    body: `${'mot '.repeat(2000)}\n${'x'.repeat(5000)}\n${'é'.repeat(3000)}`,
  }),
  'dots and From at line starts': (n) => ({
    subject: `Points ${n}`,
    body: `Avant\n.\n..\n...trois\n.caché\n\n.\nFrom ici à là\n>From déjà\n--\n-- \n.`,
  }),
  'white space': (n) => ({
    subject: `Espaces ${n}`,
    body: `fin de ligne  \n\ttabulation\n  deux devant\n\n\n\ntrois lignes vides =3D =\nfin`,
  }),
  'decomposed and composed letters': (n) => ({
    subject: `e\u0301 et é ${n}`,
    body: `e\u0301te\u0301 et été sont deux textes ; \u200dsans\u00a0espace\u202f!`,
  }),
  'HTML with an inline image': (n) => ({
    subject: `Plan d’accès ${n}`,
    body: `${LOREM}\nLe plan est joint.`,
    html: `<!doctype html>\n<html><body>\n<p>Voici le plan ${n} : <img src="cid:plan-${n}@carillon" alt="Plan d’accès" width="1" height="1"></p>\n.\n<p>${'très '.repeat(300)}loin &amp; <b>à bientôt</b> 👋</p>\n</body></html>`,
    attachments: [{ filename: 'plan.png', contentType: 'image/png', contentId: `plan-${n}@carillon`, content: PIXEL }],
  }),
  'HTML alone': (n) => ({
    subject: `Rien que du HTML ${n}`,
    body: LOREM,
    html: `<p>${n}</p>\r\n<pre>  deux espaces\n\ttabulation  \n..\n.\nFrom ici</pre>\n${'<i>é</i>'.repeat(400)}`,
  }),
  attachments: (n) => ({
    subject: `Vos documents ${n}`,
    body: `${LOREM}\nTrois fichiers.`,
    attachments: [
      { filename: `Facture n° ${n} – été.pdf`, contentType: 'application/pdf', content: noise(`pdf ${n}`, 20_000 + n) },
      {
        filename: '🎁 surprise.bin',
        contentType: 'application/octet-stream',
        content: Buffer.from([0, 13, 10, 46, 13, 10, 255]),
      },
      {
        filename: 'lignes.csv',
        contentType: 'text/csv',
        content: Buffer.from('a;b\r\n.;..\n\rx;é\r\nFrom;dernière sans fin de ligne'),
      },
    ],
  }),
}

const BIG: Content = {
  subject: 'Votre dossier complet, 5 Mo',
  body: LOREM,
  attachments: [{ filename: 'dossier.zip', contentType: 'application/zip', content: noise('big', 5 * 1024 * 1024) }],
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!

function message(kind: string, n: number, content: Content): MixedMessage {
  const { body, attachments = [] } = content
  const address = `m${n}@${DOMAIN}`
  return { ...content, kind, address, name: pick(NAMES, n), body: `Message ${n}\n${body}`, attachments }
}

/** So many messages of every kind, one of them with a 5 MB file. */
export function mixedMessages(count: number): MixedMessage[] {
  const kinds = Object.entries(KINDS)
  return Array.from({ length: count }, (_, n) => {
    if (n === 0) return message('a 5 MB attachment', n, BIG)
    const [kind, make] = pick(kinds, n)
    return message(kind, n, make(n))
  })
}

/** One text to so many people at once. */
export function toMany(count: number): MixedMessage[] {
  return Array.from({ length: count }, (_, n) => ({
    ...message('fifty at once', n, { subject: '📣 Fermeture exceptionnelle le 1er mai', body: LOREM }),
    address: `many${n}@${DOMAIN}`,
  }))
}
