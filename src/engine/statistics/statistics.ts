import { sql } from 'kysely'
import type { Database } from '../../platform/database/database.ts'
import { channelOf } from '../channels/channel.ts'
import type { Organization } from '../organizations/organization.ts'
import { type Counts, latencyBound, ratesOf } from './measures.ts'
import { countsIn, type StatFilter, sums, sumsOfVersions, total, versionsOf } from './stat-store.ts'

interface Deps {
  readonly db: Pick<Database, 'read'>
  readonly organization: (id: string) => Promise<Organization>
}

export interface Range extends StatFilter {
  readonly interval: 'hour' | 'day'
}

export type Statistics = ReturnType<typeof createStatistics>

/** What the pages and the API show of many messages at once: sums of rolled-up hours, never a look at the messages. */
export function createStatistics({ db, organization }: Deps) {
  return {
    async overview(organizationId: string, range: Range) {
      const { timeZone } = await organization(organizationId)
      const rows = await db.read(organizationId, (tx) =>
        sums<{ at: Date; currency: string }>(tx, organizationId, range, {
          at: bucket(range.interval, timeZone),
          currency: sql.ref('currency'),
        }),
      )
      const series = [...Map.groupBy(rows, (row) => row.at.getTime())]
        .sort(([a], [b]) => a - b)
        .map(([at, own]) => ({ at: new Date(at), ...shown(own) }))
      return { from: range.from, to: range.to, interval: range.interval, timeZone, total: shown(rows), series }
    },

    async channels(organizationId: string, range: StatFilter) {
      const rows = await by<{ channel: number }>(organizationId, range, ['channel'])
      const items = [...Map.groupBy(rows, (row) => row.channel)].map(([channel, own]) => ({
        channel: channelOf(channel),
        ...shown(own),
      }))
      return { from: range.from, to: range.to, items }
    },

    /** Without what no provider has had yet. */
    async providers(organizationId: string, range: StatFilter) {
      const rows = await by<{ channel: number; provider: string }>(organizationId, range, ['channel', 'provider'])
      const items = [...Map.groupBy(rows, (row) => `${row.channel} ${row.provider}`).values()]
        .filter(([first]) => first!.provider !== '')
        .map((own) => ({ channel: channelOf(own[0]!.channel), provider: own[0]!.provider, ...shown(own) }))
      return { from: range.from, to: range.to, items }
    },

    async templates(organizationId: string, range: StatFilter) {
      const columns = ['channel', 'type', 'template_version_id'] as const
      const rows = await by<{ channel: number; type: string; template_version_id: string }>(
        organizationId,
        range,
        columns,
      )
      const ids = [...new Set(rows.map((row) => row.template_version_id))]
      const found = ids.length ? await db.read(organizationId, (tx) => versionsOf(tx, ids)) : []
      const versions = new Map(found.map((version) => [version.id, version]))
      const items = [...Map.groupBy(rows, (row) => `${row.template_version_id} ${row.type}`).values()].map((own) => {
        const { channel, type, template_version_id } = own[0]!
        const known = versions.get(template_version_id)
        return {
          templateVersionId: template_version_id,
          key: known?.key ?? null,
          locale: known?.locale ?? null,
          number: known?.number ?? null,
          builtIn: known ? known.organization_id === null : null,
          type,
          channel: channelOf(channel),
          ...shown(own),
        }
      })
      return { from: range.from, to: range.to, items }
    },

    /** What became of the messages of template versions, as long as hours are kept; those nobody was sent are absent. */
    async versions(organizationId: string, ids: readonly string[]) {
      const rows = await db.read(organizationId, (tx) => sumsOfVersions(tx, organizationId, ids))
      return new Map(
        rows.map((row) => {
          const { accepted, sent, delivered, opened, clicked, bounced, failed } = row
          const numbers = { accepted, sent, delivered, opened, clicked, bounced, failed, rates: ratesOf(row) }
          return [row.template_version_id, numbers] as const
        }),
      )
    },

    /** What was paid to whom, in each currency; `unpriced` are messages that left without a price being known. */
    async costs(organizationId: string, range: Range) {
      const { timeZone } = await organization(organizationId)
      const rows = await db.read(organizationId, (tx) =>
        sums<{ at: Date; channel: number; provider: string; currency: string }>(tx, organizationId, range, {
          at: bucket(range.interval, timeZone),
          channel: sql.ref('channel'),
          provider: sql.ref('provider'),
          currency: sql.ref('currency'),
        }),
      )
      const lines = rows
        .filter(({ sent, cost_micros }) => sent !== 0 || cost_micros !== 0)
        .map((row) => ({
          at: row.at,
          channel: channelOf(row.channel),
          provider: row.provider,
          currency: row.currency === '' ? null : row.currency,
          messages: row.sent,
          parts: row.parts,
          micros: row.cost_micros,
        }))
      return {
        from: range.from,
        to: range.to,
        interval: range.interval,
        timeZone,
        total: costsOf(rows),
        unpriced: lines.reduce((sum, line) => sum + (line.currency === null ? line.messages : 0), 0),
        items: lines,
      }
    },
  }

  function by<Columns>(organizationId: string, range: StatFilter, columns: readonly string[]) {
    const named = Object.fromEntries([...columns, 'currency'].map((name) => [name, sql.ref(name)]))
    return db.read(organizationId, (tx) => sums<Columns & { currency: string }>(tx, organizationId, range, named))
  }
}

/** The beginning of the hour, or of the day in the organization's zone. */
const bucket = (interval: Range['interval'], timeZone: string) =>
  interval === 'hour' ? sql.ref('hour') : sql`date_trunc('day', hour, ${timeZone})`

/** Counts as the API writes them. */
function shown(rows: readonly (Counts & { readonly currency: string })[]) {
  const counts = countsIn(total(rows))
  return {
    accepted: counts.accepted,
    suppressed: counts.suppressed,
    cancelled: counts.cancelled,
    sent: counts.sent,
    delivered: counts.delivered,
    opened: counts.opened,
    clicked: counts.clicked,
    bounced: counts.bounced,
    failed: counts.failed,
    machineOpened: counts.machine_opened,
    machineClicked: counts.machine_clicked,
    complained: counts.complained,
    parts: counts.parts,
    rates: ratesOf(counts),
    latency: { p50Seconds: latencyBound(counts, 0.5), p95Seconds: latencyBound(counts, 0.95) },
    costs: costsOf(rows),
  }
}

function costsOf(rows: readonly (Counts & { readonly currency: string })[]) {
  return [...Map.groupBy(rows, (row) => row.currency)]
    .filter(([currency]) => currency !== '')
    .map(([currency, own]) => ({ currency, micros: own.reduce((sum, row) => sum + row.cost_micros, 0) }))
    .filter(({ micros }) => micros !== 0)
    .sort((a, b) => (a.currency < b.currency ? -1 : 1))
}
