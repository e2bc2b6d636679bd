import { domainToASCII } from 'node:url'
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** RFC 5321 §4.5.3.1: 64 octets before the @, 255 after it, 256 for a path with its two angle brackets. */
const LOCAL_PART_OCTETS = 64
const ADDRESS_OCTETS = 254

/** RFC 5322 dot-atom, widened to letters beyond ASCII (RFC 6531). Quoted local parts are not taken: nobody has one, attackers write them. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const INVISIBLE = /[\p{C}\p{Z}]/u

/**
 * One spelling of an e-mail address: trimmed, lower case, NFC, its domain in ASCII (`xn--`). `undefined` when it is not
 * an address mail can go to.
 */
export const normalizeEmail = (text: string): string | undefined => normalize(text, asciiDomain)

function normalize(text: string, readDomain: (text: string) => string | undefined): string | undefined {
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf('@')
  if (at < 1) return undefined

  const local = trimmed.slice(0, at).normalize('NFC').toLowerCase()
  if (!LOCAL_PART.test(local) || INVISIBLE.test(local)) return undefined
  if (Buffer.byteLength(local) > LOCAL_PART_OCTETS) return undefined

  const domain = readDomain(trimmed.slice(at + 1))
  if (!domain) return undefined
  const address = `${local}@${domain}`
  return Buffer.byteLength(address) <= ADDRESS_OCTETS ? address : undefined
}

function asciiDomain(text: string): string | undefined {
  const plain = text.toLowerCase()
  if (DOMAIN.test(plain) && !plain.includes('xn--')) return plain
  // `domainToASCII` is the URL parser's: it would also read "a.b/c" or "%61.example", so only letters, digits, dots and hyphens get there.
  if (!/^[\p{L}\p{M}\p{N}.·-]+$/u.test(plain)) return undefined
  const ascii = domainToASCII(plain)
  return DOMAIN.test(ascii) ? ascii : undefined
}

/** WhatsApp's own id of a person, for those who show no number: `FR.1349…`. */
export const WHATSAPP_ID = /^[A-Z]{2}\.[\w.-]{1,200}$/

export interface Mailbox {
  readonly name?: string
  readonly address: string
}

/** Reads `Name <address>`, `"Name" <address>` or a bare address, at `localhost` too; the case before the @ is kept. */
export function parseMailbox(text: string): Mailbox | undefined {
  const named = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<>"]*?))\s*<([^<>]+)>\s*$/su.exec(text)
  const address = named ? named[3]!.trim() : text.trim()
  const normal = normalize(address, (domain) => (domain === 'localhost' ? domain : asciiDomain(domain)))
  if (!normal) return undefined
  const kept = address.slice(0, address.lastIndexOf('@')).normalize('NFC') + normal.slice(normal.lastIndexOf('@'))
  const name = (named?.[1]?.replace(/\\(.)/gs, '$1') ?? named?.[2] ?? '').trim()
  return name ? { name, address: kept } : { address: kept }
}

/**
 * A phone number as E.164, read with the organization's country when it has no prefix. `undefined` when no such number
 * can exist. Numbers that one mobile phone answers to in several spellings come out as one:
 * Brazil with its ninth digit, Mexico without the old 1, Argentina with the mobile 9.
 */
export function normalizePhone(text: string, country: string): string | undefined {
  const region = country.toUpperCase()
  const number = parsePhoneNumberFromString(unprefixed(text), {
    ...(isSupportedCountry(region) ? { defaultCountry: region as CountryCode } : {}),
    extract: false,
  })
  if (!number || number.ext) return undefined
  const one = ONE_FORM[number.countryCallingCode]?.(number.nationalNumber) ?? number.nationalNumber
  const e164 = `+${number.countryCallingCode}${one}`
  const exists = parsePhoneNumberFromString(e164)?.isValid() || number.isValid() || FICTIONAL.test(e164)
  return exists ? e164 : undefined
}

/** French numbers the regulator keeps free for films and examples. The sandbox answers to them. */
const FICTIONAL = /^\+33(19900|26191|35301|46571|53649|63998)\d{4}$/

/** `whatsapp:+33…` and `tel:` are how carriers and links write numbers; 00 is how people in most countries write the plus. */
const unprefixed = (text: string) =>
  text
    .trim()
    .replace(/^(whatsapp|tel|sms):/i, '')
    .replace(/^00(?=[1-9])/, '+')

const ONE_FORM: Readonly<Record<string, (national: string) => string>> = {
  // Mobiles (6–9 after the area code) got a leading 9 between 2012 and 2016; WhatsApp still names old accounts without it.
  '55': (national) => national.replace(/^(\d{2})([6-9]\d{7})$/, '$19$2'),
  // The 1 after the country code ended in August 2019; WhatsApp still writes it.
  '52': (national) => national.replace(/^1(\d{10})$/, '$1'),
  // A mobile is dialled with a 9 from abroad; ten digits without it are the same line.
  '54': (national) => national.replace(/^(\d{10})$/, '9$1'),
}
