import { invalid } from '../../errors.ts'
import type { TemplateEditor } from '../templates/editor.ts'
import type { TemplateRef } from '../templates/version-store.ts'
import type { Accept } from './accept.ts'
import type { Accepted } from './accepted.ts'
import type { Sender } from './sender.ts'

interface Deps {
  readonly accept: Pick<Accept, 'one'>
  readonly editor: Pick<TemplateEditor, 'trial'>
  readonly contactOfMember: (organizationId: string, memberId: string) => Promise<string | undefined>
}

interface Asked {
  readonly source?: Record<string, unknown> | undefined
  readonly versionId?: string | undefined
  readonly payload?: Record<string, unknown> | undefined
  readonly to?: { readonly contactId: string } | undefined
}

export type TestSend = ReturnType<typeof createTestSend>

/**
 * Sends a template to one of the organization's own contacts, the way everything is sent. The message pins a version of
 * its own that says it is a test: statistics leave it out, and nobody else is ever sent it.
 */
export const createTestSend =
  ({ accept, editor, contactOfMember }: Deps) =>
  async (
    organizationId: string,
    ref: TemplateRef,
    { to, payload, ...choice }: Asked,
    by: Sender,
  ): Promise<Accepted & { templateVersionId: string }> => {
    const contactId = to?.contactId ?? (by.kind === 'member' ? await contactOfMember(organizationId, by.id) : undefined)
    if (contactId === undefined)
      throw invalid('to', 'Name a contact: only a signed-in member can leave it out, and is sent the test then')
    const { entry, versionId } = await editor.trial(organizationId, ref, choice)
    const request = {
      type: entry.type,
      audience: entry.audience as never,
      to: { contactId },
      payload: payload ?? entry.sample,
      channels: [ref.channel],
      locale: ref.locale,
      // Waits for no hour and no digest, and counts against nobody's cap: somebody is looking at their screen.
      lane: 'critical' as const,
      allowRepeat: true,
      metadata: { test: true, template: `${ref.key} ${ref.channel} ${ref.locale}` },
    }
    const accepted = await accept.one(organizationId, request, { by, trialVersionId: versionId })
    return { ...accepted, templateVersionId: versionId }
  }
