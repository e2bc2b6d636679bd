import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { normalizeEmail, normalizePhone, WHATSAPP_ID } from '../channels/address.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import { hasSaidNo, refreshMarketingAt } from '../contacts/consents.ts'
import { FINGERPRINT_PREFIX, type Fingerprints } from '../contacts/fingerprints.ts'
import type { SUPPRESSION_REASONS } from '../messages/suppression.ts'
import type { Organization } from '../organizations/organization.ts'
import {
  addSuppressions,
  findSuppression,
  liftSuppression,
  listSuppressions,
  type SuppressionRow,
} from './suppression-store.ts'

export type SuppressedChannel = Exclude<Channel, 'in_app'>
export type Reason = (typeof SUPPRESSION_REASONS)[number]

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly organization: (id: string) => Promise<Organization>
  readonly fingerprints: Fingerprints
  readonly stopAt: (
    tx: Tx,
    organizationId: string,
    at: { channel: Channel; address: string; reason: string },
    now: Date,
  ) => Promise<void>
  readonly changed: (organizationId: string) => void
}

/** Lifted only by `force`: their person said it. */
const PERSONS_OWN: readonly string[] = ['opted_out', 'complaint']

export type Suppressions = ReturnType<typeof createSuppressions>

/** Addresses that must not be used. */
export function createSuppressions({ db, clock, organization, fingerprints, stopAt, changed }: Deps) {
  return {
    async list(
      organizationId: string,
      filter: {
        channel?: SuppressedChannel | undefined
        reason?: Reason | undefined
        address?: string | undefined
        before?: string | undefined
        limit: number
      },
    ) {
      const { country } = await organization(organizationId)
      const { channel, address, ...rest } = filter
      const addresses = address === undefined ? undefined : spellings(organizationId, address, channel, country)
      return db.as(organizationId, async (tx) =>
        (
          await listSuppressions(tx, organizationId, {
            ...rest,
            channel: channel && channelCode(channel),
            addresses,
          })
        ).map(toSuppression),
      )
    },

    /**
     * Adds one and stops what waits for it. One that is there stays, with the harder of the reasons.
     *
     * @throws AppError `invalid_address`.
     */
    async add(
      organizationId: string,
      asked: { channel: SuppressedChannel; address: string; reason: Reason; note?: string | undefined },
      actor: object,
    ) {
      const { country } = await organization(organizationId)
      const address = suppressible(asked.channel, asked.address, country)
      if (address === undefined)
        throw invalid(
          'address',
          asked.channel === 'email' ? 'is not an e-mail address' : `is not a phone number; write it as +33…`,
          'invalid_address',
        )
      const now = clock.now()
      const channel = channelCode(asked.channel)
      const prints = fingerprints.all(organizationId, channel, address)
      const row = await db.as(organizationId, async (tx) => {
        await addSuppressions(
          tx,
          organizationId,
          [{ channel, address, reason: asked.reason, note: asked.note ?? null, fingerprints: prints }],
          actor,
          now,
        )
        await stopAt(tx, organizationId, { channel: asked.channel, address, reason: asked.reason }, now)
        const [found] = await listSuppressions(tx, organizationId, {
          channel,
          addresses: [address, ...prints],
          limit: 1,
        })
        return toSuppression(found!)
      })
      changed(organizationId)
      return row
    },

    /**
     * Takes one away, and writes down who did and why. What its person said is taken away only by force; whoever consented
     * to marketing before is to consent again.
     *
     * @throws AppError `not_found`, `conflict` when it needs force.
     */
    async lift(organizationId: string, id: string, asked: { why: string; force: boolean }, actor: object) {
      const now = clock.now()
      await db.as(organizationId, async (tx) => {
        const row = await findSuppression(tx, organizationId, id)
        if (!row) throw notFound('Suppression', id)
        const saidNo =
          PERSONS_OWN.includes(row.reason) || (await hasSaidNo(tx, organizationId, channelOf(row.channel), row.address))
        if (saidNo && !asked.force)
          throw new AppError(
            'conflict',
            'The person asked to hear no more, or complained. To write to them all the same, say { "force": true } and why',
          )
        await liftSuppression(
          tx,
          organizationId,
          row,
          { id: newId(now), why: asked.why, forced: asked.force && saidNo, actor },
          now,
        )
        // What was said may be older than this: where marketing may go is what the log says now.
        await refreshMarketingAt(runWithin(tx), [{ organizationId, channel: row.channel, address: row.address }])
      })
      changed(organizationId)
    },
  }

  /** Everything an address may be kept as; of a phone number on any channel. */
  function spellings(organizationId: string, text: string, channel: SuppressedChannel | undefined, country: string) {
    const channels = channel ? [channel] : (['email', 'sms', 'whatsapp'] as const)
    return channels.flatMap((one) => {
      const address = suppressible(one, text, country)
      return address === undefined ? [] : [address, ...fingerprints.all(organizationId, channelCode(one), address)]
    })
  }
}

/** As messages go to it: lower-case e-mail, E.164, or WhatsApp's own id of a person. */
export function suppressible(channel: SuppressedChannel, text: string, country: string): string | undefined {
  if (channel === 'email') return normalizeEmail(text)
  const isWhatsappId = channel === 'whatsapp' && WHATSAPP_ID.test(text.trim())
  return isWhatsappId ? text.trim() : normalizePhone(text, country)
}

const toSuppression = (row: SuppressionRow) => {
  const erased = row.address.startsWith(FINGERPRINT_PREFIX)
  return {
    id: row.id,
    channel: channelOf(row.channel) as SuppressedChannel,
    address: erased ? null : row.address,
    erased,
    reason: row.reason as Reason,
    note: row.note,
    messageId: row.message_id,
    createdAt: row.created_at,
  }
}
