import anyAscii from 'any-ascii'

/** Emoji, and what they are put together from: they say nothing that the words do not. */
const PICTURE = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]/u
/** Control and format characters (joiners, marks of direction, selectors), private use, halves of pairs. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/u

/**
 * Text with only glyphs the font has, since what it lacks would be an empty box, which PDF/A forbids too. Composed first
 * (NFC); a character the font lacks gives way to its compatibility form (㎥ → m3), else to Latin letters that sound like it
 * (漢 → Han); what sounds like nothing, pictures and invisible characters are left out, and
 * where that is all there is, “?” stands for it. `onReplaced` hears of every such character.
 */
export function printable(
  text: string,
  hasGlyph: (codePoint: number) => boolean,
  onReplaced: (character: string) => void,
): string {
  const composed = text.normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\t', ' ').replace(SPACES, '\u00a0')
  let printed = ''
  let changed = false
  for (const character of composed) {
    if (character === '\n' || (hasGlyph(character.codePointAt(0)!) && !INVISIBLE.test(character))) printed += character
    else {
      changed = true
      const instead = insteadOf(character, hasGlyph)
      if (instead !== '' || PICTURE.test(character)) onReplaced(character)
      printed += instead
    }
  }
  if (!changed) return printed
  const joined = printed.replace(/ {2,}/g, ' ').trim()
  return joined === '' && text.trim() !== '' ? '?' : joined
}

/** Spaces that no line breaks at, of other widths. */
const SPACES = /[\u2007\u202f\u2060]/g

function insteadOf(character: string, hasGlyph: (codePoint: number) => boolean): string {
  if (INVISIBLE.test(character) || PICTURE.test(character)) return ''
  const has = (text: string): boolean => [...text].every((one) => hasGlyph(one.codePointAt(0)!))
  const plainer = character.normalize('NFKC')
  if (has(plainer)) return plainer
  const latin = anyAscii(character)
  return has(latin) ? latin : '?'
}
