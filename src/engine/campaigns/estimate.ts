import { sql } from 'kysely'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { CHANNELS, type Channel, channelOf } from '../channels/channel.ts'
import { countSegments } from '../channels/segments.ts'
import type { Accept } from '../messages/accept.ts'
import type { NewNotification } from '../messages/accept-store.ts'
import { renderHowOf, variablesOf } from '../messages/outbound.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Prices } from '../prices/prices.ts'
import type { Templates } from '../templates/templates.ts'
import { type CampaignRow, type VariantRow, versionsNamed } from './campaign-store.ts'
import { addressIn } from './recipient-store.ts'
import { requestOf, whyOf } from './request.ts'
import { audienceOf, type SegmentRow } from './segments.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly catalogue: Pick<Catalogue, 'entry'>
  readonly accept: Pick<Accept, 'foresee'>
  readonly templates: Pick<Templates, 'load'>
  readonly organization: (id: string) => Promise<Organization>
  readonly costOf: Prices['costOf']
  /** Whose carrier a message of this channel would go by now, if any. */
  readonly providerOf: (organizationId: string, channel: Channel) => string | undefined
}

/** Beyond so many, a part of them is looked at, spread evenly over all, and stands for the others. */
const LOOKED_AT = 20_000
const LOOKED_AT_TOGETHER = 500

interface Candidate {
  readonly contact_id: string
  readonly name: string | null
  readonly attributes: Record<string, unknown>
  readonly address: string | null
}

export type Estimates = ReturnType<typeof createEstimates>

/** What a campaign would come to if it were started now: decided by the very rules that decide when it is. */
export function createEstimates({ db, clock, catalogue, accept, templates, organization, costOf, providerOf }: Deps) {
  return {
    async of(campaign: CampaignRow, variants: readonly VariantRow[], segment: SegmentRow | null) {
      const tenant = await organization(campaign.organization_id)
      const { templateKey } = catalogue.entry(campaign.type)
      const ids = variants.flatMap(({ version_ids }) => version_ids)
      const named = await versionsNamed(db.run, campaign.organization_id, templateKey, ids)
      const all = await sizeOf(campaign, segment)
      const every = Math.max(1, Math.ceil(all.contacts / LOOKED_AT))

      const addresses = new Set<string>()
      const refusals = new Map<string, number>()
      const channels = new Map<Channel, { messages: number; parts: number }>()
      const costs = new Map<string, number>()
      let looked = 0
      let reachable = 0
      let deferred = 0
      for await (const page of pagesOf(campaign, segment, every)) await look(page)
      // Nobody among those that were looked at: before that is said of all, all are looked at.
      if (reachable === 0 && every > 1)
        for await (const page of pagesOf(campaign, segment, 1)) {
          await look(page)
          if (reachable > 0) break
        }

      const recipients = all.contacts - all.duplicates
      const scale = every > 1 && looked > 0 ? recipients / looked : 1
      const scaled = (n: number) => Math.round(n * scale)
      return {
        recipients,
        duplicates: all.duplicates,
        reachable: Math.max(scaled(reachable), Math.min(reachable, 1)),
        deferred: scaled(deferred),
        refusals: Object.fromEntries([...refusals].sort(([, a], [, b]) => b - a).map(([why, n]) => [why, scaled(n)])),
        channels: CHANNELS.flatMap((channel) => {
          const own = channels.get(channel)
          return own ? [{ channel, messages: scaled(own.messages), parts: scaled(own.parts) }] : []
        }),
        cost: [...costs].map(([currency, micros]) => ({ currency, micros: Math.round(micros * scale) })),
        exact: every === 1,
        lookedAt: looked,
      }

      async function look(page: readonly Candidate[]): Promise<void> {
        const fresh = page.filter(({ address }) => {
          if (address === null) return true
          if (addresses.has(address)) return false
          addresses.add(address)
          return true
        })
        const items = fresh.map((candidate, index) =>
          requestOf(campaign, variants[index % variants.length]!, named, candidate),
        )
        const foreseen = await accept.foresee(items)
        looked += fresh.length
        for (const row of foreseen) {
          const leaving = row instanceof AppError ? [] : row.messages.filter(({ waits }) => waits)
          if (row instanceof AppError || leaving.length === 0) {
            const why = row instanceof AppError ? whyOf(row) : (row.messages[0]?.reason ?? 'suppressed')
            refusals.set(why, (refusals.get(why) ?? 0) + 1)
            continue
          }
          reachable++
          if (leaving.some(({ waitsFor }) => waitsFor !== null)) deferred++
          for (const message of leaving) await price(row, message)
        }
      }

      async function price(row: NewNotification, message: NewNotification['messages'][number]): Promise<void> {
        const channel = channelOf(message.channel)
        const parts = channel === 'sms' ? await partsOf(row, message.templateVersionId, tenant) : 1
        const own = channels.get(channel) ?? { messages: 0, parts: 0 }
        channels.set(channel, { messages: own.messages + 1, parts: own.parts + (channel === 'sms' ? parts : 0) })
        const provider = providerOf(campaign.organization_id, channel)
        if (provider === undefined) return
        const { address } = message
        const category = channel === 'whatsapp' ? 'marketing' : undefined
        const cost = await costOf(campaign.organization_id, { provider, channel, address, category, parts })
        if (cost) costs.set(cost.currency, (costs.get(cost.currency) ?? 0) + cost.micros)
      }
    },
  }

  async function partsOf(row: NewNotification, versionId: string, tenant: Organization): Promise<number> {
    const template = (await templates.load([versionId])).get(versionId)
    if (!template) return 1
    const kept = { payload: JSON.parse(row.payload), recipient: JSON.parse(row.recipient), locale: row.locale }
    const content = template.render(variablesOf(kept, tenant), renderHowOf(tenant))
    return content.channel === 'sms' ? countSegments(content.text).segments : 1
  }

  async function sizeOf(campaign: CampaignRow, segment: SegmentRow | null) {
    return db.as(campaign.organization_id, async (tx) => {
      const { rows } = await sql<{ contacts: number; different: number }>`
        select count(*)::int as contacts, count(distinct coalesce(${addressIn(campaign.channels)}, c.id::text))::int as different
        from contact c where c.organization_id = ${campaign.organization_id} and c.erased_at is null and ${audienceOf(segment, clock.now())}`.execute(
        tx,
      )
      const { contacts, different } = rows[0]!
      return { contacts, duplicates: contacts - different }
    })
  }

  async function* pagesOf(campaign: CampaignRow, segment: SegmentRow | null, every: number) {
    for (let after: string | null = null; ; ) {
      const page: Candidate[] = await db.as(campaign.organization_id, async (tx) => {
        const { rows } = await sql<Candidate>`
          select c.id as contact_id, c.name, c.attributes, ${addressIn(campaign.channels)} as address
          from contact c where c.organization_id = ${campaign.organization_id} and c.erased_at is null and (${after}::uuid is null or c.id > ${after}::uuid)
            and (${every}::int = 1 or (hashtextextended(c.id::text, 0) & 2147483647) % ${every}::int = 0) and ${audienceOf(segment, clock.now())}
          order by c.id limit ${LOOKED_AT_TOGETHER}`.execute(tx)
        return rows
      })
      if (page.length === 0) return
      yield page
      after = page.at(-1)!.contact_id
    }
  }
}
