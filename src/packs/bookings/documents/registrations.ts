/** Check digits of the numbers a business is known by. Spaces are not part of them. */

/** Luhn's sum over the digits, from the right. */
function isLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const weighed = index % 2 === 1 ? digit * 2 : digit
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return sum % 10 === 0
}

export const isSiren = (value: string): boolean => /^\d{9}$/.test(value) && isLuhn(value)

/** La Poste numbers its offices past Luhn: theirs add up to a multiple of five. */
const LA_POSTE = '356000000'
export const isSiret = (value: string): boolean =>
  /^\d{14}$/.test(value) &&
  (isLuhn(value) || (value.startsWith(LA_POSTE) && [...value].reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0))

/** French ones by their key: (12 + 3 × (SIREN mod 97)) mod 97. Of other countries only the form is known here. */
export function isVatId(value: string): boolean {
  if (!/^[A-Z]{2}[A-Z0-9+*]{2,13}$/.test(value)) return false
  const french = /^FR(\d{2})(\d{9})$/.exec(value)
  if (!value.startsWith('FR')) return true
  // Keys with letters exist for few; they are taken as they are.
  if (!french) return /^FR[A-HJ-NP-Z0-9]{2}\d{9}$/.test(value)
  return Number(french[1]) === (12 + 3 * (Number(french[2]) % 97)) % 97
}

/** ISO 13616: moved by four, letters as 10 to 35, the remainder by 97 is 1. */
export function isIban(value: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(value)) return false
  const digits = `${value.slice(4)}${value.slice(0, 4)}`.replace(/[A-Z]/g, (letter) => `${letter.charCodeAt(0) - 55}`)
  return BigInt(digits) % 97n === 1n
}
