/**
 * Currencies that prices can be in: those Stripe takes (docs.stripe.com/currencies) and counts in the same smallest unit
 * as Intl, which amounts are written by. Not among them: those of three decimals (BHD, JOD, KWD, OMR, TND), which an
 * invoice of EN 16931 cannot say (BR-DEC), and those Intl writes without the decimals Stripe counts (HUF, IDR, ISK, …).
 */
const CURRENCIES: ReadonlySet<string> = new Set(
  (
    'AED AMD AOA ARS AUD AWG AZN BAM BBD BDT BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY CRC ' +
    'CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG ILS INR JMD JPY ' +
    'KES KGS KHR KMF KRW KYD KZT LKR LRD LSL MAD MDL MKD MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK ' +
    'NPR NZD PAB PEN PGK PHP PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SRD SZL THB TJS TOP TRY ' +
    'TTD TWD TZS UAH USD UYU UZS VND VUV WST XAF XCD XOF XPF ZAR ZMW'
  ).split(' '),
)

export const CURRENCY_RULE =
  'is no currency that can be charged and invoiced here: one of Stripe’s that is written with two decimals or none, such as EUR (not with three, as TND)'

export const isCurrency = (code: string): boolean => CURRENCIES.has(code)
export const currencies = (): readonly string[] => [...CURRENCIES]

/** What VAT is accounted in, by country of the seller: an invoice in another currency must say its VAT in this one too. */
const EURO = 'AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ')
const OF_COUNTRY: Readonly<Record<string, string>> = {
  ...Object.fromEntries(EURO.map((code) => [code, 'EUR'])),
  CZ: 'CZK',
  DK: 'DKK',
  HU: 'HUF',
  PL: 'PLN',
  RO: 'RON',
  SE: 'SEK',
}

/** In the European Union (directive 2006/112/EC, art. 230); undefined elsewhere, where it is not known here. */
export const vatCurrencyOf = (country: string): string | undefined => OF_COUNTRY[country]
