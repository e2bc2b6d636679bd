/** GSM 03.38 default alphabet: one septet each. Of the French letters only é è à ù Ç are in it. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
/** Its extension table: an escape and a character, two septets. */
const EXTENSION = new Set('|^€{}[]~\\\f')

export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2'
  /** How many messages the carrier sends and bills. */
  readonly segments: number
  /** Septets in GSM-7, UTF-16 units in UCS-2. */
  readonly units: number
}

/** What an SMS costs in parts: 160 septets alone or 153 each, 70 or 67 units as soon as one character is outside GSM-7. */
export function countSegments(text: string): Segments {
  const characters = [...text]
  const isGsm = characters.every(isGsm7)
  const sizes = characters.map((character) => (isGsm ? (EXTENSION.has(character) ? 2 : 1) : character.length))
  const units = sizes.reduce((sum, size) => sum + size, 0)
  const [alone, each] = isGsm ? [160, 153] : [70, 67]
  if (units <= alone) return { encoding: isGsm ? 'GSM-7' : 'UCS-2', segments: 1, units }

  // A character is never cut in two: one that does not fit starts the next part.
  let segments = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > each) {
      segments++
      used = 0
    }
    used += size
  }
  return { encoding: isGsm ? 'GSM-7' : 'UCS-2', segments, units }
}

/** The characters that make a text UCS-2, each with the places it is at, counted in UTF-16 units from 0, as JavaScript indexes strings. */
export function outsideGsm7(text: string): Map<string, number[]> {
  const found = new Map<string, number[]>()
  let at = 0
  for (const character of text) {
    if (!isGsm7(character)) {
      const places = found.get(character)
      if (places) places.push(at)
      else found.set(character, [at])
    }
    at += character.length
  }
  return found
}

const isGsm7 = (character: string): boolean => BASIC.has(character) || EXTENSION.has(character)
