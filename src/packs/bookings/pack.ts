import { z } from 'zod'
import { definePack } from '../../engine/packs/pack.ts'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { createAttributions } from './attributions.ts'
import { createBookingChanges } from './booking-changes.ts'
import { createBookingDocuments } from './booking-documents.ts'
import { bookingRoutes } from './booking-routes.ts'
import { BROADCAST, CREDIT, createBookings, TELL } from './bookings.ts'
import { createDisputes } from './disputes.ts'
import { createDocumentChanges } from './document-changes.ts'
import { createDocumentFiles } from './document-files.ts'
import { createDocumentReading } from './document-reading.ts'
import { documentRoutes } from './document-routes.ts'
import { createDocumentMaker } from './documents/document-maker.ts'
import { sellerRoutes } from './documents/seller-routes.ts'
import { createSellers } from './documents/sellers.ts'
import { bookingEvents } from './events.ts'
import { bookingHoldings } from './holdings.ts'
import { createMissionDocuments } from './mission-documents.ts'
import { missionPages } from './mission-pages.ts'
import { createMissions } from './missions.ts'
import { createOrphans } from './orphans.ts'
import { createPaymentAccounts } from './payment-accounts.ts'
import { paymentRoutes } from './payment-routes.ts'
import { createPayments } from './payments.ts'
import { professionalRoutes } from './professional-routes.ts'
import { createProfessionals } from './professionals.ts'
import { createQuoteDocuments } from './quote-documents.ts'
import { quotePages } from './quote-pages.ts'
import { quoteRoutes } from './quote-routes.ts'
import { createQuotes } from './quotes.ts'
import { createReading } from './reading.ts'
import { createRefundReports } from './refunded.ts'
import { createRefunds, REFUND } from './refunds.ts'
import { createSample } from './sample.ts'
import { createSearch, DEADLINE } from './search.ts'
import { createServices } from './services.ts'
import { createSettings } from './settings.ts'
import { settingsRoutes } from './settings-routes.ts'
import { stripeWebhook } from './stripe.ts'
import { createTidying } from './tidying.ts'
import { createWinners } from './winners.ts'

/** Quote, payment, booking, three audiences: a company that sells services online and has them done by others. */
export const bookingsPack = definePack({ name: 'bookings', events: bookingEvents, open })

function open(surface: PackSurface) {
  const settings = createSettings(surface)
  const services = createServices(surface)
  const accounts = createPaymentAccounts(surface)
  const reading = createReading(surface)
  const sellers = createSellers(surface)
  const documents = createBookingDocuments({ surface, sellers })
  const quoteDocuments = createQuoteDocuments({ surface, documents })
  const quotes = createQuotes({ surface, services, settings, accounts, documents: quoteDocuments })
  const bookings = createBookings({ surface, documents })
  const missionDocuments = createMissionDocuments({ surface, documents })
  const missions = createMissions(surface)
  const search = createSearch({ surface, settings, missions, bookings, documents: missionDocuments })
  const winners = createWinners({ missions, bookings, documents: missionDocuments })
  const attributions = createAttributions({ surface, missions, search, bookings, winners })
  const professionals = createProfessionals({ surface, attributions })
  const documentChanges = createDocumentChanges({ surface, bookings, documents })
  const refunds = createRefunds({ surface, accounts, documents: documentChanges })
  const refundReports = createRefundReports({ surface, documents: documentChanges })
  const orphans = createOrphans({ surface, bookings })
  const disputes = createDisputes(surface)
  const payments = createPayments({ surface, accounts, bookings, refundReports, disputes, orphans })
  const tidy = createTidying(surface)
  const changes = createBookingChanges({
    surface,
    bookings,
    missions,
    attributions,
    refunds,
    documents,
    missionDocuments,
  })
  const maker = createDocumentMaker()
  const documentReading = createDocumentReading(surface)

  return {
    routes: async (app) => {
      await app.register(quoteRoutes({ surface, quotes }))
      await app.register(bookingRoutes({ surface, reading, attributions, changes }))
      await app.register(documentRoutes({ surface, reading: documentReading, changes: documentChanges }))
      await app.register(paymentRoutes({ surface, reading, orphans, refunds }))
      await app.register(professionalRoutes({ surface, professionals }))
      await app.register(settingsRoutes({ surface, services, settings, accounts }))
      await app.register(sellerRoutes({ surface, sellers }))
    },
    pages: async (app) => {
      await app.register(quotePages({ surface, quotes, accounts, bookingOf: reading.own }))
      await app.register(missionPages({ surface, missions, attributions }))
    },
    webhooks: [
      {
        provider: 'stripe',
        webhookOf: (accountId) => stripeWebhook(() => accounts.webhookSecretsOf(accountId)),
        take: payments.take,
      },
    ],
    jobs: [
      {
        name: TELL,
        description: 'Tells one audience of a booking again, after that failed',
        async run({ organizationId, input }) {
          const { bookingId, flow } = Tell.parse(input)
          await bookings.tell(organizationId, bookingId, flow)
          return {}
        },
      },
      {
        name: BROADCAST,
        description: 'Asks professionals near bookings',
        run: async ({ organizationId, input }) => search.broadcast(organizationId, OfBookings.parse(input)),
      },
      {
        name: DEADLINE,
        description: 'Looks at a mission that nobody has accepted in time',
        run: async ({ organizationId, input }) =>
          search.deadline(organizationId, OfAttribution.parse(input).attributionId),
      },
      {
        name: REFUND,
        description: 'Gives money back',
        async run({ organizationId, input }) {
          await refunds.send(organizationId, OfRefund.parse(input).refundId)
          return {}
        },
      },
      {
        name: CREDIT,
        description: 'Issues the credit notes of bookings whose refunds were told before their payment',
        async run({ organizationId, input }) {
          for (const bookingId of OfBookings.parse(input))
            await surface.transaction(organizationId, (within) =>
              documentChanges.credited(within, organizationId, bookingId),
            )
          return {}
        },
      },
    ],
    automations: [
      {
        name: 'bookings.tidy',
        description:
          'Ends quotes whose time has passed; forgets those never paid, and which events of payments were seen',
        schedule: { cron: '20 3 * * *' },
        run: ({ organizationId, dryRun }) => tidy(organizationId, dryRun),
      },
    ],
    files: createDocumentFiles({ surface, maker }),
    close: maker.close,
    holdings: { ...bookingHoldings, leave: ({ id, organizationId }) => attributions.leave(organizationId, id) },
    sample: createSample({ surface, services, settings, professionals, sellers }),
  } satisfies ReturnType<NonNullable<Parameters<typeof definePack>[0]['open']>>
}

const OfBookings = z
  .union([z.object({ bookingIds: z.array(z.uuid()) }), z.object({ bookingId: z.uuid() })])
  .transform((of) => ('bookingId' in of ? [of.bookingId] : of.bookingIds))
const OfRefund = z.object({ refundId: z.uuid() })
const OfAttribution = z.object({ attributionId: z.uuid() })
const Tell = z.object({ bookingId: z.uuid(), flow: z.enum(['staff', 'client']) })
