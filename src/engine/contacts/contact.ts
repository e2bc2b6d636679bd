import type { Channel } from '../channels/channel.ts'
import type { Marketing } from './marketing.ts'
import type { Preferences } from './preferences.ts'

/** Anyone who can be messaged. A member is a contact too. */
export interface Contact {
  readonly id: string
  readonly organizationId: string
  readonly externalId: string | null
  readonly name: string | null
  /** Lower case. */
  readonly email: string | null
  /** E.164. */
  readonly phone: string | null
  /** WhatsApp's own id of the person, for those who show it no number. */
  readonly whatsappId: string | null
  readonly locale: string | null
  readonly timeZone: string | null
  /** Category → how its news are gathered; one that is absent follows the organization. */
  readonly digest: Readonly<Partial<Record<string, string>>>
  readonly preferences: Preferences
  readonly marketing: Marketing
  /** Somebody asked for its erasure: nothing is for it any more. */
  readonly erased: boolean
}

/** Where a channel reaches a contact; null: nowhere. */
export function addressOn(
  channel: Channel,
  { id, email, phone, whatsappId }: Pick<Contact, 'id' | 'email' | 'phone' | 'whatsappId'>,
): string | null {
  if (channel === 'in_app') return id
  if (channel === 'email') return email
  return channel === 'sms' ? phone : (phone ?? whatsappId)
}

/** Whom a notification is for: somebody known, or an address (found, or made a contact). Addresses are normalized before they get here. */
export type ContactRef =
  /** `phone`: where this goes, instead of to the contact's own number. */
  | { readonly contactId: string; readonly phone?: string | undefined }
  | { readonly externalId: string }
  | {
      readonly email?: string | undefined
      readonly phone?: string | undefined
      readonly name?: string | undefined
      readonly locale?: string | undefined
      readonly timeZone?: string | undefined
    }
