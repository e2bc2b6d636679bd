import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { FileMaker } from '../../platform/storage/made-files.ts'
import type { Automation } from '../automations/automation.ts'
import type { Webhook } from '../channels/report.ts'
import type { Holdings } from '../privacy/holdings.ts'
import type { ArrivedEvent, Pack, PackParts } from './pack.ts'
import type { PackSurface } from './surface.ts'

/** The parts of every pack, each kind in one list. */
export interface OpenedPacks {
  readonly routes: readonly FastifyPluginAsyncZod[]
  readonly pages: readonly FastifyPluginAsyncZod[]
  readonly automations: readonly Automation[]
  readonly holdings: readonly Holdings[]
  /** What the demo organization is to have of every pack. */
  sample(organizationId: string): Promise<void>
  /** Whether a pack has this vendor. */
  hasVendor(provider: string): boolean
  /** Where a vendor of a pack calls; undefined when no pack has this vendor, or it has no such account. */
  webhookOf(provider: string, accountId: string): Webhook | undefined
  /** Hands vendors' events to their packs. */
  take(events: readonly ArrivedEvent[]): Promise<void>
  /** Who makes the file of a key; undefined for one that nobody makes. */
  makerOf(key: string): FileMaker | undefined
  close(): Promise<void>
}

/** @throws Error for two packs that answer to the same vendor, or make files in the same folder. */
export function openPacks(packs: readonly Pack[], surface: PackSurface): OpenedPacks {
  const parts = packs.flatMap((pack): PackParts[] => (pack.open ? [pack.open(surface)] : []))
  const vendors = new Map(parts.flatMap(({ webhooks = [] }) => webhooks).map((one) => [one.provider, one]))
  if (vendors.size < parts.reduce((sum, { webhooks = [] }) => sum + webhooks.length, 0))
    throw new Error('Two packs have the same vendor')
  const files = parts.flatMap((one) => one.files ?? [])
  if (new Set(files.map(({ folder }) => folder)).size < files.length)
    throw new Error('Two packs make files in the same folder')
  return {
    routes: parts.flatMap(({ routes }) => routes ?? []),
    pages: parts.flatMap(({ pages }) => pages ?? []),
    automations: parts.flatMap(({ automations = [], jobs = [] }) => [
      ...automations,
      ...jobs.map((job): Automation => ({ ...job, internal: true, brief: true })),
    ]),
    holdings: parts.flatMap(({ holdings }) => holdings ?? []),
    async sample(organizationId) {
      for (const { sample } of parts) await sample?.(organizationId)
    },
    hasVendor: (provider) => vendors.has(provider),
    webhookOf: (provider, accountId) => vendors.get(provider)?.webhookOf(accountId),
    async take(events) {
      for (const [provider, own] of Map.groupBy(events, (event) => event.provider))
        await vendors.get(provider)?.take(own)
    },
    makerOf(key) {
      const [organizationId = ''] = key.split('/', 1)
      const within = key.slice(organizationId.length + 1)
      const found = files.find(({ folder }) => within.startsWith(`${folder}/`))
      return (
        found && {
          make: (asked) => found.make(organizationId, asked),
          isWanted: async (asked) => (await found.isWanted?.(organizationId, asked)) ?? true,
        }
      )
    },
    async close() {
      await Promise.all(parts.map(({ close }) => close?.()))
    },
  }
}
