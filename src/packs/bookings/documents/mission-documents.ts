import { z } from 'zod'
import { addressLines, areaText, clientParty } from './addresses.ts'
import { facts, heading, pairs, paragraph, parties, section, signature, smallPrint, sums } from './blocks.ts'
import { formatsOf } from './format.ts'
import { measureText } from './measures.ts'
import { Address, instant, line, minorUnits, words } from './parties.ts'
import { Area, Client, Measure, RestrictedClient } from './restricted.ts'
import { Business, currency, Details, Setting } from './setting.ts'
import { createSheet, type Made, type Sheet } from './sheet.ts'
import { type Words, wordsOf } from './words.ts'

const Professional = z.strictObject({
  company: line,
  contactName: line.optional(),
  email: z.email().max(320).optional(),
  phone: z.string().max(40).optional(),
})

const Shared = z.strictObject({
  ...Setting.shape,
  business: Business,
  reference: line,
  professional: Professional,
  service: line,
  startsAt: instant,
  currency,
  /** What whoever does it is paid; left out where nothing is said about it. */
  pay: minorUnits.min(0).optional(),
})

/** To each professional near the work, before anybody accepted: there is no full proposal. */
export const MissionProposal = z.strictObject({
  ...Shared.shape,
  kind: z.literal('mission_proposal'),
  audience: z.literal('restricted'),
  client: RestrictedClient,
  area: Area,
  distanceKm: z.number().min(0).max(25_000).optional(),
  answerBy: instant,
  measures: z.array(Measure).max(100).default([]),
})
export type MissionProposal = z.infer<typeof MissionProposal>

/** To the professional who accepted: who, where and how. */
export const MissionOrder = z.strictObject({
  ...Shared.shape,
  kind: z.literal('mission_order'),
  audience: z.literal('full'),
  client: Client,
  place: Address,
  details: Details.default([]),
  /** Floor, code, parking: what the client wrote. */
  access: words(2_000).optional(),
})
export type MissionOrder = z.infer<typeof MissionOrder>

export async function makeProposal(mission: MissionProposal): Promise<Made> {
  const formats = formatsOf(mission.locale, mission.timeZone, mission.currency)
  const say = wordsOf(formats.language)
  const sheet = begin(mission, say.proposal, say, formats.language)
  parties(sheet, [
    { label: say.client, name: mission.client.shortName, lines: [areaText(mission.area)] },
    professionalParty(mission, say),
  ])
  facts(
    sheet,
    [
      { label: say.service, value: mission.service },
      { label: say.when, value: formats.moment(mission.startsAt) },
      { label: say.area, value: areaText(mission.area) },
      mission.distanceKm === undefined
        ? undefined
        : { label: say.distance, value: `${formats.quantity(Math.round(mission.distanceKm) * 1_000)}\u00a0km` },
    ].filter((fact) => fact !== undefined),
  )
  if (mission.measures.length > 0) {
    section(sheet, say.details)
    pairs(sheet, mission.measures.map(measureText(formats, say)))
  }
  const answerBy = formats.moment(mission.answerBy)
  if (mission.pay === undefined) facts(sheet, [{ label: say.answerBy, value: answerBy }])
  else
    sums(
      sheet,
      [],
      { label: say.estimated, amount: formats.money(mission.pay) },
      { title: say.answerBy, lines: [answerBy] },
    )
  smallPrint(sheet, [say.proposalTerms])
  return sheet.finish()
}

export async function makeOrder(mission: MissionOrder): Promise<Made> {
  const formats = formatsOf(mission.locale, mission.timeZone, mission.currency)
  const say = wordsOf(formats.language)
  const sheet = begin(mission, say.order, say, formats.language)
  parties(sheet, [clientParty(say.client, mission.client), professionalParty(mission, say)])
  facts(sheet, [
    { label: say.service, value: mission.service },
    { label: say.when, value: formats.moment(mission.startsAt) },
    { label: say.place, value: addressLines(mission.place).join('\n') },
  ])
  if (mission.details.length > 0) {
    section(sheet, say.details)
    pairs(sheet, mission.details)
  }
  if (mission.access) {
    section(sheet, say.access)
    paragraph(sheet, mission.access)
    sheet.y += 14
  }
  if (mission.pay !== undefined) sums(sheet, [], { label: say.pay, amount: formats.money(mission.pay) })
  signature(sheet, say.signature)
  smallPrint(sheet, [say.orderTerms])
  return sheet.finish()
}

function begin(mission: MissionProposal | MissionOrder, title: string, say: Words, language: 'fr' | 'en'): Sheet {
  const { business, reference, madeAt, brand, specimen } = mission
  const sheet = createSheet({
    title: `${title} ${reference}`,
    language,
    madeAt,
    brand,
    specimen,
    runningHead: say.continued(`${business.name} · ${title} ${reference}`),
    foot: business.identity,
    page: say.page,
  })
  heading(sheet, { name: business.name, title, number: reference })
  return sheet
}

const professionalParty = ({ professional }: MissionProposal | MissionOrder, say: Words) => ({
  label: say.professional,
  name: professional.company,
  lines: [professional.contactName, professional.phone, professional.email],
})
