/** Texts that are nowhere else, so that finding one means that it got out. */
export const MARKERS = {
  name: 'Quillon Vexabrand',
  mailbox: 'quillon.vexabrand@zephyrine.example',
  failing: 'fail+grisandole@zephyrine.example',
  bouncing: 'bounce+grisandole@zephyrine.example',
  phone: '639987451',
  failingPhone: '639989901',
  subject: 'Saxifrage Barcarolle',
  body: 'Thurifer Melianthus',
  attachment: 'Ocarina-Ventriloque',
  fileName: 'tamarillo-dossier.txt',
  metadata: 'Cachalot Philtre',
  externalId: 'ornithopter-4711',
  wording: 'Galimatias Zinzolin',
  inbound: 'Escarboucle Nyctalope',
  reason: 'Palimpseste Orichalque',
  search: 'Basilic Trismegiste',
  password: 'Hurluberlu-Sarabande-88',
  wrongPassword: 'Wagtail-Obsidian-19',
  stranger: 'strangerling@quoxwood.example',
  smtpUser: 'mirliton-account',
  smtpPassword: 'Fanfreluche-Alambic-77',
  twilioToken: 'f00dcafe8badf00ddeadbeef5ca1ab1e',
  hookPath: 'rutabaga-hook-5521',
  forged: 'Lanterne Sarbacane',
  garbled: 'Bigarreau Cucurbite',
} as const

/** The texts in every form they might be written: as they are, in an address, in JSON, and in base64 wherever they begin. */
export function formsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  const encoded = [0, 1, 2].flatMap((shift) => {
    const base64 = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // What the bytes before and behind it have a part in is not its own.
    const own = base64.slice(shift === 0 ? 0 : shift + 1, base64.length - 1)
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const plain = [text, text.toLowerCase(), encodeURIComponent(text), encodeURIComponent(text).replaceAll('%20', '+')]
  return [...new Set([...plain, JSON.stringify(text).slice(1, -1), bytes.toString('hex'), ...encoded])]
}

/** Which of these texts, and in which form, are in there: `name: what stands around it`. */
export function found(output: string, markers: Readonly<Record<string, string>>): string[] {
  return Object.entries(markers).flatMap(([name, text]) =>
    formsOf(text).flatMap((form) => {
      const at = output.indexOf(form)
      return at < 0 ? [] : [`${name}: …${output.slice(Math.max(0, at - 120), at + form.length + 80)}…`]
    }),
  )
}
