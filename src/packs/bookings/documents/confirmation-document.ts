import { z } from 'zod'
import { addressLines, areaText, clientParty } from './addresses.ts'
import { facts, heading, pairs, paragraph, parties, section, smallPrint, sums } from './blocks.ts'
import { formatsOf } from './format.ts'
import { measureText } from './measures.ts'
import { Address, instant, line, minorUnits, words } from './parties.ts'
import { Area, Client, Measure, RestrictedClient } from './restricted.ts'
import { Business, currency, Details, Setting } from './setting.ts'
import { createSheet, type Made } from './sheet.ts'
import { wordsOf } from './words.ts'

const Shared = z.strictObject({
  kind: z.literal('booking_confirmation'),
  ...Setting.shape,
  business: Business,
  reference: line,
  service: line,
  startsAt: instant,
  insured: z.boolean(),
})

/** For the client and the business’s own people. */
export const FullConfirmation = z.strictObject({
  ...Shared.shape,
  audience: z.literal('full'),
  client: Client,
  place: Address,
  details: Details.default([]),
  currency,
  /** Paid, with VAT. */
  amount: minorUnits.min(0),
  note: words(1_000).optional(),
})
export type FullConfirmation = z.infer<typeof FullConfirmation>

/** For everybody else. */
export const RestrictedConfirmation = z.strictObject({
  ...Shared.shape,
  audience: z.literal('restricted'),
  client: RestrictedClient,
  area: Area,
  measures: z.array(Measure).max(100).default([]),
})
export type RestrictedConfirmation = z.infer<typeof RestrictedConfirmation>

export async function makeConfirmation(booking: FullConfirmation | RestrictedConfirmation): Promise<Made> {
  const { locale, timeZone, madeAt, brand, specimen, business, reference } = booking
  const full = booking.audience === 'full' ? booking : undefined
  const formats = formatsOf(locale, timeZone, full?.currency ?? 'EUR')
  const say = wordsOf(formats.language)
  const sheet = createSheet({
    title: `${say.confirmation} ${reference}`,
    language: formats.language,
    madeAt,
    brand,
    specimen,
    runningHead: say.continued(`${business.name} · ${say.confirmation} ${reference}`),
    foot: business.identity,
    page: say.page,
  })
  heading(sheet, { name: business.name, title: say.confirmation, number: reference })
  parties(sheet, [
    { label: say.from, name: business.name, lines: [business.phone, business.email, business.website] },
    booking.audience === 'full'
      ? clientParty(say.client, booking.client)
      : { label: say.client, name: booking.client.shortName, lines: [areaText(booking.area)] },
  ])
  facts(sheet, [
    { label: say.service, value: booking.service },
    { label: say.when, value: formats.moment(booking.startsAt) },
    booking.audience === 'full'
      ? { label: say.place, value: addressLines(booking.place).join('\n') }
      : { label: say.area, value: areaText(booking.area) },
    { label: say.insurance, value: booking.insured ? say.insured : say.notInsured },
  ])
  const details = booking.audience === 'full' ? booking.details : booking.measures.map(measureText(formats, say))
  if (details.length > 0) {
    section(sheet, say.details)
    pairs(sheet, details)
  }
  if (full?.note) {
    section(sheet, say.note)
    paragraph(sheet, full.note)
    sheet.y += 12
  }
  if (full) sums(sheet, [], { label: say.amountPaid, amount: formats.money(full.amount) })
  if (full && business.email) smallPrint(sheet, [say.confirmationTerms(business.email)])
  return sheet.finish()
}
