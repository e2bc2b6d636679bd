import { countSegments } from './segments.ts'

/** What typography and keyboards put into a text, written as an SMS can carry it at 160 characters instead of 70. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u02bc': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '«': '"',
  '»': '"',
  '\u2039': '"',
  '\u203a': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
  '•': '-',
  '·': '-',
  '…': '...',
  '→': '->',
  '×': 'x',
  '°': 'o',
  œ: 'oe',
  Œ: 'OE',
  ł: 'l',
  Ł: 'L',
  '\u200b': '',
  '\ufeff': '',
  '\t': ' ',
}

/**
 * The same text in GSM-7 where that is possible by leaving off accents and curls ("reçu" becomes "recu"; é, à, è, ù stay);
 * the text itself where it is not (an emoji, another alphabet).
 */
export function foldToGsm7(text: string): string {
  if (isGsm7(text)) return text
  let folded = ''
  for (const character of text) folded += isGsm7(character) ? character : plain(character)
  return isGsm7(folded) ? folded : text
}

const isGsm7 = (text: string): boolean => countSegments(text).encoding === 'GSM-7'

const plain = (character: string): string => PLAIN[character] ?? character.normalize('NFKD').replace(/\p{Mn}/gu, '')
