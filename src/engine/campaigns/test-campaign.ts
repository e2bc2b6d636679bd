import { AppError, invalid } from '../../errors.ts'
import type { Sender } from '../messages/sender.ts'
import type { TestSend } from '../messages/test-send.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Templates } from '../templates/templates.ts'
import type { Campaigns, LABELS } from './campaigns.ts'

interface Deps {
  readonly campaigns: Pick<Campaigns, 'words'>
  readonly testSend: TestSend
  readonly templates: Pick<Templates, 'resolve'>
  readonly organization: (id: string) => Promise<Organization>
  readonly contactOfMember: (organizationId: string, memberId: string) => Promise<string | undefined>
}

interface Asked {
  readonly variant: (typeof LABELS)[number]
  readonly to?: { readonly contactId: string } | undefined
}

export type TestCampaign = ReturnType<typeof createTestCampaign>

/** A campaign's words, on each of its channels that reaches them, to somebody of the organization, as they will be sent; it counts nowhere. */
export const createTestCampaign =
  ({ campaigns, testSend, templates, organization, contactOfMember }: Deps) =>
  async (organizationId: string, id: string, { variant, to }: Asked, by: Sender) => {
    const contactId = to?.contactId ?? (by.kind === 'member' ? await contactOfMember(organizationId, by.id) : undefined)
    if (contactId === undefined)
      throw invalid('to', 'Name a contact: only a signed-in member can leave it out, and is sent the test then')
    const { key, channels, locale, payload, named } = await campaigns.words(organizationId, id, variant, contactId)
    const language = locale ?? (await organization(organizationId)).locale
    const sent = await Promise.all(
      channels.map(async (channel) => {
        const live = await templates.resolve(organizationId, key, channel, language)
        if (!live) return new AppError('conflict', `There are no words for ${channel}`)
        const version = named.find((one) => one.channel === channel && one.locale === live.locale)
        const ref = { key, channel, locale: live.locale }
        const asked = { payload, to: { contactId }, versionId: version?.id ?? live.versionId }
        return testSend(organizationId, ref, asked, by).catch((error: unknown) => {
          if (error instanceof AppError) return error
          throw error
        })
      }),
    )
    const messages = sent.flatMap((one) => (one instanceof AppError ? [] : one.messages))
    const refused = sent.find((one) => one instanceof AppError)
    if (messages.length === 0 && refused) throw refused
    return { messages }
  }
