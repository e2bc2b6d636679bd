/** What a person asks for in one word, as the law and carriers have them do it. */
export type ConsentWord = 'stop' | 'start' | 'help'

/**
 * Words that stand alone in a message, without accents or punctuation. The English ones are those that US carriers and
 * Twilio act on themselves (twilio.com/docs/messaging/tutorials/how-to-opt-out-keywords); STOP is the word of the French
 * charter for all operators. Words that answer a reminder just as well (annuler, cancelar) are not among them.
 */
const STOP = [
  'stop stopall stopp unsubscribe unsub cancel end quit revoke optout',
  'arret arreter arretez stopper desabo desabonner desabonnement desinscrire desinscription resilier',
  'baja alto parar detener desuscribir desuscribirme',
  'abmelden abbestellen beenden ende',
].flatMap((line) => line.split(' '))
const STOP_PHRASES = [
  'stop all',
  'opt out',
  'stop sms',
  'stop mms',
  'stop pub',
  'stop svp',
  'stop please',
  'stop por favor',
  'stop bitte',
  'no mas',
  'me desabonner',
  'me desinscrire',
  'darme de baja',
]
const START = [
  'start unstop resubscribe subscribe optin',
  'reprendre reabonner abonner inscrire',
  'alta reanudar suscribir suscribirme',
  'anmelden fortsetzen starten',
].flatMap((line) => line.split(' '))
const START_PHRASES = ['opt in', 'darme de alta', 'me reabonner']
/** Answers to anything; they mean START only from somebody who has said STOP. */
const YES = new Set('oui yes si ja'.split(' '))
const HELP = 'help info infos aide ayuda hilfe'.split(' ')

const WORDS = new Map<string, ConsentWord>([
  ...[...STOP, ...STOP_PHRASES].map((word) => [word, 'stop'] as const),
  ...[...START, ...START_PHRASES].map((word) => [word, 'start'] as const),
  ...HELP.map((word) => [word, 'help'] as const),
])
const LONGEST = 40

/** The word that is all a message says, whatever its case, accents and punctuation. `STOP 36180` names the short code that ads name. */
export function consentWordIn(text: string): ConsentWord | undefined {
  if (text.length > LONGEST) return undefined
  const plain = plainOf(text)
  return WORDS.get(plain) ?? (/^stop( au)? \d{3,8}$/.test(plain) ? 'stop' : undefined)
}

/** Whether a message says nothing but yes. */
export const isYes = (text: string): boolean => text.length <= LONGEST && YES.has(plainOf(text))

const plainOf = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
