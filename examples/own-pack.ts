import { z } from 'zod'
import { defineEvent } from '../src/engine/catalogue/event.ts'
import { builtIn, letter } from '../src/engine/catalogue/wording.ts'
import { definePack } from '../src/engine/packs/pack.ts'

/** A pack of one's own: visits that are announced, and confirmed on a page. */
const announced = defineEvent({
  type: 'visit.announced',
  payload: z.strictObject({
    place: z.string().min(1).max(200),
    at: z.iso.datetime(),
    confirmUrl: z.url(),
  }),
  sample: { place: 'Lyon', at: '2027-03-18T07:00:00Z', confirmUrl: 'https://example.com/visit/sample' },
  entries: [
    {
      audience: 'client',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      templates: builtIn({
        fr: letter({
          subject: 'Notre visite : {{place}}',
          preheader: 'Le {{dateTime at}}.',
          title: 'Nous passons vous voir',
          says: 'Notre visite est prévue le {{dateTime at}}, {{place}}.',
          button: { label: 'Confirmer', field: 'confirmUrl' },
          inApp: { title: 'Visite : {{place}}', body: 'Le {{dateTime at}}.' },
        }),
        en: letter({
          subject: 'Our visit: {{place}}',
          preheader: 'On {{dateTime at}}.',
          title: 'We are coming to see you',
          says: 'Our visit is planned for {{dateTime at}}, {{place}}.',
          button: { label: 'Confirm', field: 'confirmUrl' },
          inApp: { title: 'Visit: {{place}}', body: 'On {{dateTime at}}.' },
        }),
      }),
    },
  ],
})

export const visitsPack = definePack({
  name: 'visits',
  events: [announced],
  open: (surface) => ({
    routes: async (app) => {
      app.post(
        '/visits',
        {
          onRequest: surface.guard('messages.send', { kind: 'change', act: 'visit.announced' }),
          schema: {
            summary: 'Announce a visit',
            tags: ['Visits'],
            body: z.strictObject({ email: z.email(), place: z.string().min(1).max(200), at: z.iso.datetime() }),
            response: { 201: z.object({ contactId: z.uuid() }) },
            example: {
              body: { email: 'ann@example.com', place: 'Lyon', at: '2027-03-18T07:00:00Z' },
              response: { contactId: '019a9f00-0000-7000-8000-000000000020' },
            },
          },
        },
        async (request, reply) => {
          const { organizationId } = surface.callerOf(request)
          const { email, place, at } = request.body
          // The contact, what it is told and the work that follows: all of it is there, or nothing.
          const contactId = await surface.transaction(organizationId, async (within) => {
            const contact = await within.contact({ email })
            const token = surface.links.sign('visits/confirm', [organizationId, contact.id], new Date(at))
            await within.raise({
              type: 'visit.announced',
              audience: { client: { contactId: contact.id } },
              about: [],
              payload: { place, at, confirmUrl: `${surface.publicUrl}/visit/${token}` },
            })
            await within.start({ name: 'visits.look', input: { place } })
            return contact.id
          })
          return reply.code(201).send({ contactId })
        },
      )
    },
    pages: async (app) => {
      app.get<{ Params: { token: string } }>(
        '/visit/:token',
        { onRequest: surface.visitors('by a signed address'), schema: { hide: true } },
        async (request, reply) => {
          const read = surface.links.read('visits/confirm', request.params.token)
          if (!Array.isArray(read)) return surface.unknownLink(request, reply)
          const organization = await surface.organization(String(read[0]))
          return surface.page(reply, 200, {
            organization,
            language: 'en',
            title: 'Our visit',
            main: '<p>See you then.</p>',
          })
        },
      )
    },
    jobs: [{ name: 'visits.look', description: 'Looks at a visit', run: async () => ({ visits: 1 }) }],
    automations: [
      {
        name: 'visits.count',
        description: 'Counts visits',
        schedule: { cron: '0 6 * * *' },
        run: async () => ({ visits: 0 }),
      },
    ],
  }),
})
