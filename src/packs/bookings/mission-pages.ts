import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { escapeHtml } from '../../engine/templates/helpers.ts'
import { dateTimeText, moneyText } from '../../engine/templates/wording.ts'
import { takeRawBodies } from '../../platform/http/body.ts'
import { payOf } from './attribution.ts'
import type { AnswerResult, Attributions } from './attributions.ts'
import { addressText } from './booking.ts'
import type { JobRow, Mission, Missions } from './missions.ts'
import { labelOf, languageOf } from './quotes.ts'
import { addressOf, sizeOf } from './told.ts'

const LARGEST_BODY_BYTES = 4 * 1024
const WHY = 'by a secret address, without a caller; the answer is kept with the mission'

type Request = { Params: { token: string } }

interface Deps {
  readonly surface: PackSurface
  readonly missions: Pick<Missions, 'jobOf' | 'localeOf' | 'missionOf'>
  readonly attributions: Pick<Attributions, 'standing' | 'accept' | 'refuse'>
}

/**
 * A professional's page about one mission. GET shows: filters and scanners follow links, and must not accept anything. POST
 * accepts or refuses. The token is the credential, and says whose it is.
 */
export const missionPages =
  ({ surface, missions, attributions }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    takeRawBodies(app)
    const onRequest = surface.visitors(WHY)
    const hidden = { onRequest, schema: { hide: true } }

    app.get<Request>('/m/:token', hidden, (request, reply) => show(request, reply, 'accept'))
    app.get<Request>('/m/:token/refuse', hidden, (request, reply) => show(request, reply, 'refuse'))

    app.post<Request>('/m/:token', { ...hidden, bodyLimit: LARGEST_BODY_BYTES }, answer)
    app.post<Request>('/m/:token/refuse', { ...hidden, bodyLimit: LARGEST_BODY_BYTES }, answer)

    async function show(request: FastifyRequest<Request>, reply: FastifyReply, first: 'accept' | 'refuse') {
      const mission = await missions.missionOf(request.params.token)
      const job = mission && (await missions.jobOf(mission.organizationId, mission.bookingId))
      if (!mission || !job) return surface.unknownLink(request, reply)
      const standing = await attributions.standing(mission)
      const reader = await readerOf(job, mission)
      return standing === 'open' ? offer(reply, job, reader, first) : said(reply, 200, job, reader, standing)
    }

    async function answer(request: FastifyRequest<Request>, reply: FastifyReply) {
      const mission = await missions.missionOf(request.params.token)
      const job = mission && (await missions.jobOf(mission.organizationId, mission.bookingId))
      if (!mission || !job) return surface.unknownLink(request, reply)
      const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString() : '')
      const wish = form.get('answer')
      const reader = await readerOf(job, mission)
      if (wish !== 'accept' && wish !== 'refuse') return offer(reply, job, reader, 'accept', 400)
      const result = wish === 'accept' ? await attributions.accept(mission) : await attributions.refuse(mission)
      const isDone = (wish === 'accept' && result === 'accepted') || (wish === 'refuse' && result === 'refused')
      return said(reply, isDone ? 200 : 409, job, reader, result)
    }

    function offer(reply: FastifyReply, job: JobRow, reader: PageReader, first: 'accept' | 'refuse', status = 200) {
      const { organization, language, words } = reader
      const button = (name: 'accept' | 'refuse') =>
        `<button class="${name === first ? 'first' : ''}" name="answer" value="${name}">${words[name]}</button>`
      const buttons = first === 'accept' ? ['accept', 'refuse'] : ['refuse', 'accept']
      return surface.page(reply, status, {
        organization,
        language,
        title: words.offer,
        main: `${openPart(job, language)}
<p class="muted">${words.asks}</p>
<form method="post"><div class="actions">${buttons.map((name) => button(name as 'accept')).join('')}</div></form>`,
      })
    }

    function said(
      reply: FastifyReply,
      status: number,
      job: JobRow,
      { organization, language, words }: PageReader,
      result: AnswerResult | 'open',
    ) {
      const [title, text] = words.results[result === 'open' ? 'over' : result]
      return surface.page(reply, result === 'over' ? 410 : status, {
        organization,
        language,
        title,
        main: `<p>${text}</p>${result === 'accepted' ? `${openPart(job, language)}${ownPart(job, language)}` : ''}`,
      })
    }

    type PageReader = Awaited<ReturnType<typeof readerOf>>

    async function readerOf(job: JobRow, mission: Mission) {
      const organization = await surface.organization(job.organization_id)
      const language = languageOf({ locale: await missions.localeOf(mission) }, organization.locale)
      return { organization, language, words: WORDS[language] }
    }
  }

/** What everybody may know of it. */
function openPart(job: JobRow, language: 'fr' | 'en'): string {
  const words = WORDS[language]
  const pay = payOf(job)
  return list([
    [words.service, labelOf(job, language)],
    [words.when, dateTimeText(job.starts_at.toISOString(), language, job.time_zone)],
    [words.where, job.city],
    ...sizeOf(job, language).map(({ label, value }) => [escapeHtml(label), value] as const),
    ...(pay === undefined ? [] : [[words.pay, moneyText(pay, job.currency, language, false)] as const]),
    [words.reference, job.reference],
  ])
}

/** What only whoever does it may know. */
function ownPart(job: JobRow, language: 'fr' | 'en'): string {
  const words = WORDS[language]
  return list([
    [words.client, job.name ?? ''],
    [words.phone, job.phone ?? ''],
    [words.address, addressText(addressOf(job))],
    [words.notes, job.notes ?? ''],
  ])
}

const list = (lines: readonly (readonly [string, string])[]): string =>
  lines
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `<p><span class="muted">${label}</span><br>${escapeHtml(value)}</p>`)
    .join('\n')

const WORDS = {
  fr: {
    offer: 'Une mission vous est proposée',
    asks: 'Rien n’est décidé tant que vous n’avez pas appuyé sur un bouton. La première acceptation reçue l’emporte.',
    accept: 'Accepter la mission',
    refuse: 'Refuser',
    service: 'Prestation',
    when: 'Date',
    where: 'Ville',
    pay: 'Montant estimé',
    reference: 'Référence',
    client: 'Client',
    phone: 'Téléphone',
    address: 'Adresse',
    notes: 'À savoir',
    results: {
      accepted: ['La mission est à vous', 'Voici tout ce qu’il faut pour la réaliser. Un message vous le confirme.'],
      refused: ['C’est noté', 'Vous avez refusé cette mission. Elle ne vous sera plus proposée.'],
      taken: ['La mission est déjà prise', 'Quelqu’un d’autre a accepté avant vous. Merci d’avoir répondu.'],
      over: ['Cette proposition est close', 'Le délai de réponse est passé, ou la mission n’existe plus.'],
    },
  },
  en: {
    offer: 'You are offered a mission',
    asks: 'Nothing is decided until you press a button. The first acceptance has it.',
    accept: 'Accept the mission',
    refuse: 'Refuse',
    service: 'Service',
    when: 'Date',
    where: 'Town',
    pay: 'Estimated amount',
    reference: 'Reference',
    client: 'Client',
    phone: 'Phone',
    address: 'Address',
    notes: 'Good to know',
    results: {
      accepted: ['The mission is yours', 'Here is all you need to do it. A message confirms it.'],
      refused: ['Noted', 'You refused this mission. It will not be offered to you again.'],
      taken: ['The mission is taken', 'Somebody else accepted before you. Thank you for answering.'],
      over: ['This offer is closed', 'The time to answer has passed, or the mission is no longer there.'],
    },
  },
} as const
