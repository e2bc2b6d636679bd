import { describe, expect, test } from 'vitest'
import { type CatalogueEntry, createCatalogue } from '../engine/catalogue/catalogue.ts'
import { whatsappDefinitions } from '../engine/catalogue/whatsapp-definitions.ts'
import { loadParser } from '../engine/templates/syntax.ts'
import { packs } from './packs.ts'

const catalogue = createCatalogue(packs)

/**
 * What the product promises, written down apart from the code that does it. Channels: E e-mail, S SMS, W WhatsApp, A in-app;
 * `>`: the first that can be used. Lanes: C critical, I immediate, S scheduled. `!`: cannot be switched off.
 */
const TABLE = `
platform.business_signed_up | platform_admin | A E | I | ops
platform.subscription_changed | platform_admin | A E | I | ops
platform.customer_payment_failed | platform_admin | A E | I | ops
platform.system_alert ! | platform_admin | A E S | C | ops
platform.support_ticket_urgent | platform_admin | A E | C | ops
platform.fraud_detected ! | platform_admin | A E S | C | ops
platform.quota_exceeded | platform_admin | A E | I | ops
platform.health_degraded ! | platform_admin | A E S | C | ops
appointment.booked | owner | A E | I | ops
appointment.cancelled_by_client | owner | A E | I | ops
appointment.rescheduled | owner | A E | I | ops
payment.received | owner | A | I | ops
report.daily | owner | E | S | ops
report.weekly | owner | E | S | ops
subscription.renewal_due ! | owner | A E | S | ops
staff.availability_changed | owner | A | I | ops
appointment.assigned | practitioner | A E | I | ops
appointment.starting_soon | practitioner | A S | S | ops
appointment.cancelled_by_client | practitioner | A S | I | ops
appointment.no_show | practitioner | A | I | ops
schedule.changed | practitioner | A E | I | ops
client.message_received | practitioner | A | I | ops
shift.starting | practitioner | A | S | ops
appointment.confirmation_requested | support | A E | I | ops
appointment.cancellation_requested | support | A | I | ops
payment.problem | support | A E | I | ops
client.question_asked | support | A | I | ops
appointment.confirmed | client | E S | I | tx
appointment.reminder_24h | client | E | S | rem
appointment.reminder_1h | client | S | S | rem
appointment.cancelled_by_business | client | E S | C | tx
appointment.rescheduled | client | E S | I | tx
payment.confirmed ! | client | E | I | tx
review.requested | client | W>S>E | S | mkt
service.changed | client | E | I | tx
practitioner.changed | client | E S | I | tx
quote.created | client | E | I | tx
booking.confirmed | client | E S | I | tx
booking.confirmed | responsible | E A | I | ops
booking.confirmed | operations | E A | I | ops
booking.confirmed | admin | E A | I | ops
booking.confirmed | accounting | E A | I | ops
booking.price_mismatch ! | accounting | A E | C | ops
booking.price_mismatch ! | admin | A E | C | ops
booking.reminder_7d | client | S | S | rem
booking.reminder_24h | client | S E | S | rem
booking.reminder_1h | client | S | S | rem
booking.cancelled | operations | A E | I | ops
booking.cancelled | client | E S | I | tx
booking.cancelled | professional | E S | I | tx
booking.moved | operations | A E | I | ops
booking.moved | client | E S | I | tx
booking.moved | professional | E S | I | tx
booking.document_ready | client | E | I | tx
booking.checkout_failed | client | E | I | tx
payment.orphaned ! | admin | A E S | C | ops
refund.failed ! | accounting | A E S | C | ops
refund.failed ! | admin | A E S | C | ops
payment.disputed ! | accounting | A E S | C | ops
payment.disputed ! | admin | A E S | C | ops
mission.proposed | professional | E | I | tx
mission.accepted | professional | E S | I | tx
mission.accepted | staff | A E | I | tx
mission.taken | professional | E | I | tx
mission.expired | professional | E | I | tx
mission.unassigned ! | operations | A E S | C | ops
mission.reopened ! | operations | A E | C | ops
mission.day_of | professional | S E | S | rem
order.confirmed | customer | E W | I | tx
account.created ! | customer | E | I | tx
guest.welcome | customer | E | I | tx
payment.retry ! | customer | E | I | tx
payment.reminder | customer | W>S>E | S | tx
order.ready_for_pickup | customer | W>S | I | tx
order.pickup_reminder | customer | W>S>E | S | rem
order.satisfaction | customer | W>E | S | mkt
review.negative | staff | A E | I | ops
cart.abandoned | customer | W>E | S | mkt
stock.low | staff | A E | I | ops
invoice.issued ! | customer | E | I | tx
analytics.daily | owner | E | S | ops
document.filed | client | W | I | tx
document.filed | responsible | E A | I | ops
document.pending | responsible | E A | I | ops
sender.unknown | assistant | E A | I | ops
sender.unknown | sender | W | I | tx
message.outside_hours | sender | W | I | tx
conversation.assigned | member | A E | I | ops
inbound.errors ! | admin | E A | C | ops
quota.reached | admin | A E | I | ops
inbound.down ! | admin | S E | C | ops
provider.down | admin | A E | C | ops
provider.down | platform_admin | A E S | C | ops
provider.recovered | admin | A E | C | ops
provider.recovered | platform_admin | A E S | C | ops
alert.raised | admin | A E | I | ops
alert.over | admin | A E | I | ops
dead_letters.report | admin | A E | I | ops
sms.budget_80 | owner | A E | I | ops
sms.budget_reached | owner | A E | I | ops
sms.country_braked | owner | A E | C | ops
campaign.finished | author | A E | I | ops
`

const LETTERS = { email: 'E', sms: 'S', whatsapp: 'W', in_app: 'A' } as const
const LANE_LETTERS = { critical: 'C', immediate: 'I', scheduled: 'S', bulk: 'B' } as const

function line({ type, audience, channels, lane, category, required }: CatalogueEntry): string {
  const plan =
    'all' in channels
      ? channels.all.map((channel) => LETTERS[channel]).join(' ')
      : channels.firstOf.map((channel) => LETTERS[channel]).join('>')
  return `${type}${required ? ' !' : ''} | ${audience} | ${plan} | ${LANE_LETTERS[lane]} | ${category}`
}

const promised = TABLE.trim().split('\n')
/** Words of a host's own, and what an organization's people and contacts are told about their accounts. */
const isOfTheEngine = ({ pack }: CatalogueEntry) => pack === 'engine'

test('the catalogue is what the product promises', () => {
  const lines = catalogue.entries.map(line)
  expect(promised.filter((row) => !lines.includes(row))).toEqual([])
  const others = catalogue.entries.filter((entry) => !isOfTheEngine(entry)).map(line)
  expect(others.filter((row) => !promised.includes(row))).toEqual([])
  expect(new Set(lines).size).toBe(lines.length)
})

describe('a mission that is only proposed', () => {
  const [proposed] = catalogue.audiencesOf('mission.proposed')

  test.each(['clientName', 'clientPhone', 'clientEmail', 'address', 'amount', 'notes'])(
    'has no %s: who sends one is refused',
    (field) => {
      const payload = { ...proposed!.sample, [field]: 'Camille Exemple' }
      expect(() => catalogue.readPayload(proposed!, payload)).toThrow(expect.objectContaining({ status: 422 }))
    },
  )

  test('is urgent only when it says so', () => {
    expect(proposed).toMatchObject({ lane: 'immediate', criticalWhen: 'urgent' })
  })
})

describe('what WhatsApp is asked to approve', async () => {
  const definitions = whatsappDefinitions(catalogue.entries, await loadParser())

  test('there is one in each language for whatever opens a conversation', () => {
    const opening = catalogue.entries.filter(
      ({ channels, category, audience }) =>
        ('all' in channels ? channels.all : channels.firstOf).includes('whatsapp') &&
        audience !== 'sender' &&
        audience !== 'contact' &&
        category !== 'ops',
    )
    expect(definitions).toHaveLength(opening.length * 2)
    for (const { templates } of opening)
      for (const locale of ['fr', 'en'] as const) expect(templates[locale].whatsapp?.template).toBeDefined()
  })

  // https://developers.facebook.com/docs/whatsapp/message-templates/guidelines
  test.each(definitions)('$name ($language) keeps to its rules', ({ name, language, components }) => {
    expect(name).toMatch(/^[a-z0-9_]{1,512}$/)
    expect(['fr', 'en']).toContain(language)
    const [body] = components
    if (body?.type !== 'BODY') throw new Error('It has no body')
    const gaps = body.text.match(/\{\{\d+\}\}/g) ?? []
    expect(gaps).toEqual(gaps.map((_, index) => `{{${index + 1}}}`))
    expect(body.text.length).toBeLessThanOrEqual(1_024)
    expect(body.text).not.toMatch(/^\s*\{\{|\}\}\s*$|\}\}\s*\{\{|\n|\{\{[^\d]/)
    expect(body.text.replace(/\{\{\d+\}\}/g, '').split(/\s+/).length).toBeGreaterThan(gaps.length * 3)
    expect(body.example?.body_text[0]).toHaveLength(gaps.length)
    for (const example of body.example?.body_text[0] ?? []) expect(example).toMatch(/^\S(?:[^\n\t]*\S)?$/)
    for (const component of components) {
      if (component.type === 'FOOTER') expect(component.text.length).toBeLessThanOrEqual(60)
      if (component.type === 'BUTTONS')
        for (const { text } of component.buttons) expect(text.length).toBeLessThanOrEqual(20)
    }
  })
})
