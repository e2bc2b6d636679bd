import { sql } from 'kysely'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { notFound } from '../../errors.ts'
import { newId } from '../../platform/ids.ts'
import { createRemembered } from '../../platform/remembered.ts'
import { createStripe, StripeSettings as Settings, type StripeSettings } from './stripe.ts'

/** The platform's Stripe account: its address must stay the same for good. */
const PLATFORM_ACCOUNT_ID = '00000000-0000-7000-8000-000000000041'
/** How long a change made in another process may stay unseen here. */
const STALE_MS = 10_000

/** Where money comes in. */
export interface PaymentAccount {
  readonly id: string
  /** `sandbox`: this product's own, where no money moves; `none`: not even that, because messages leave in earnest here. */
  readonly kind: 'stripe' | 'platform' | 'sandbox' | 'none'
  /** Null: the platform's, which is for every organization without its own. */
  readonly organizationId: string | null
}

export interface AccountView {
  readonly id: string
  readonly name: string
  readonly kind: PaymentAccount['kind']
  readonly webhookUrl: string
  /** The end of its secret key. */
  readonly keyEnd: string | null
}

export type PaymentAccounts = ReturnType<typeof createPaymentAccounts>

/** Stripe accounts of organizations, the platform's, and for rehearsals the sandbox of each organization that has neither. */
export function createPaymentAccounts({ db, clock, secrets, publicUrl, vendorSettings, isRehearsal }: PackSurface) {
  const { baseUrl, ...platformKeys } = vendorSettings.stripe ?? {}
  const platform = platformKeys.secretKey ? Settings.parse(platformKeys) : undefined
  const known = createRemembered<(PaymentAccount & { settings: StripeSettings }) | undefined>({
    clock,
    staleMs: STALE_MS,
    load: async (id) => {
      const [row] = await db.run<{ organization_id: string; settings: Buffer }>(
        'bookings.payment-account',
        'select organization_id, settings from payment_account where id = $1',
        [id],
      )
      return row && { id, kind: 'stripe', organizationId: row.organization_id, settings: unsealed(id, row.settings) }
    },
  })

  return {
    /** Any that there is or was. */
    async get(id: string): Promise<PaymentAccount> {
      if (id === PLATFORM_ACCOUNT_ID) return { id, kind: 'platform', organizationId: null }
      return (await known.of(id)) ?? { id, kind: 'sandbox', organizationId: id }
    },

    /** What calls to an account's address are signed with. */
    async webhookSecretsOf(id: string): Promise<readonly string[]> {
      const settings = id === PLATFORM_ACCOUNT_ID ? platform : (await known.of(id))?.settings
      if (settings) return [settings.webhookSecret, ...(settings.oldWebhookSecret ? [settings.oldWebhookSecret] : [])]
      return id === PLATFORM_ACCOUNT_ID ? [] : [sandboxSecret(id)]
    },

    sandboxSecret,

    /** Where an organization is paid now. */
    async of(organizationId: string): Promise<PaymentAccount> {
      const [row] = await db.run<{ id: string }>(
        'bookings.payment-account-of',
        'select id from payment_account where organization_id = $1 and removed_at is null',
        [organizationId],
      )
      if (row) return { id: row.id, kind: 'stripe', organizationId }
      if (platform) return { id: PLATFORM_ACCOUNT_ID, kind: 'platform', organizationId: null }
      return { id: organizationId, kind: (await isRehearsal(organizationId)) ? 'sandbox' : 'none', organizationId }
    },

    /** The vendor's side; undefined for the sandbox, which has none, and where nobody is paid. */
    async vendor({ id, kind }: PaymentAccount) {
      if (kind === 'sandbox' || kind === 'none') return undefined
      const settings = kind === 'platform' ? platform : (await known.of(id))?.settings
      return settings && createStripe(settings, baseUrl)
    },

    async view(organizationId: string): Promise<AccountView> {
      const { id, kind } = await this.of(organizationId)
      const [row] =
        kind === 'stripe'
          ? await db.as(organizationId, (tx) =>
              tx.selectFrom('payment_account').select('name').where('id', '=', id).execute(),
            )
          : []
      const key = kind === 'stripe' ? (await known.of(id))?.settings.secretKey : undefined
      const names = { stripe: row?.name ?? '', platform: 'Stripe of the platform', sandbox: 'Sandbox', none: '' }
      return {
        id,
        kind,
        name: names[kind],
        webhookUrl: `${publicUrl}/webhooks/stripe/${id}`,
        keyEnd: key === undefined ? null : key.slice(-4),
      }
    },

    /** Its own account from now on; an earlier one is still called back about what was paid through it. */
    async set(organizationId: string, name: string, settings: StripeSettings): Promise<void> {
      const now = clock.now()
      const id = newId(now)
      await db.as(organizationId, async (tx) => {
        // One after the other: each removes what the one before it has set.
        await sql`select pg_advisory_xact_lock(hashtextextended(${`payment account ${organizationId}`}, 0))`.execute(tx)
        await tx
          .updateTable('payment_account')
          .set({ removed_at: now, updated_at: now })
          .where('organization_id', '=', organizationId)
          .where('removed_at', 'is', null)
          .execute()
        await tx
          .insertInto('payment_account')
          .values({
            id,
            organization_id: organizationId,
            name,
            settings: secrets.seal(JSON.stringify(settings), id),
            created_at: now,
            updated_at: now,
          })
          .execute()
      })
      known.forget(id)
    },

    /** Back to the platform's, or the sandbox. */
    async remove(organizationId: string): Promise<void> {
      const removed = await db.as(organizationId, (tx) =>
        tx
          .updateTable('payment_account')
          .set({ removed_at: clock.now(), updated_at: clock.now() })
          .where('organization_id', '=', organizationId)
          .where('removed_at', 'is', null)
          .returning('id')
          .execute(),
      )
      if (removed.length === 0) throw notFound('Payment account', organizationId)
    },
  }

  /** Follows from the installation's secret: only this product can sign with it. */
  function sandboxSecret(organizationId: string): string {
    return `whsec_${secrets.stamp('bookings/sandbox-checkout', Buffer.from(organizationId)).toString('hex')}`
  }

  function unsealed(id: string, settings: Buffer): StripeSettings {
    return Settings.parse(JSON.parse(secrets.open(settings, id).toString()))
  }
}
