import type { CarrierTemplate } from '../channels/report.ts'
import type { Templates } from '../templates/templates.ts'
import type { Admission, Leaving } from './admission.ts'
import type { ReplyWindows } from './reply-windows.ts'

interface Deps {
  readonly windows: Pick<ReplyWindows, 'open'>
  readonly templates: Pick<Templates, 'load'>
  /** The accounts' templates that must not be sent now. */
  readonly blocked: (accountIds: readonly string[]) => Promise<readonly Blocked[]>
}

type Blocked = Pick<CarrierTemplate, 'name' | 'language' | 'status' | 'reason'> & { readonly accountId: string }

export type WithinWindow = ReturnType<typeof createWithinWindow>

/**
 * For carriers that let people be written to freely only after they wrote: whether each message's person has, and what
 * follows. Outside, a message without an approved template does not leave, nor does one whose template the carrier has
 * stopped; both are told as what they are. Costs nothing for other carriers.
 */
export const createWithinWindow =
  ({ windows, templates, blocked }: Deps) =>
  async (leaving: readonly Leaving[]): Promise<Admission[]> => {
    const asked = leaving.filter(({ carrier }) => carrier.replyWindow)
    if (asked.length === 0) return [...leaving]
    const [open, versions, stopped] = await Promise.all([
      windows.open(asked.map(({ row, carrier }) => ({ accountId: carrier.accountId, address: row.address }))),
      templates.load([...new Set(asked.map(({ row }) => row.template_version_id))]),
      blocked([...new Set(asked.map(({ carrier }) => carrier.accountId))]),
    ])
    return leaving.map((one) => {
      const { row, carrier, unknown } = one
      if (!carrier.replyWindow) return one
      const windowOpen = open.has(`${carrier.accountId} ${row.address}`)
      // What may have left already is settled first.
      if (windowOpen || unknown) return { ...one, windowOpen }
      const template = versions.get(row.template_version_id)?.approved
      if (!template) return { row, giveUp: 'window_closed' }
      const stop = stopped.find(
        ({ accountId, name, language }) =>
          accountId === carrier.accountId && name === template.name && language === template.language,
      )
      return stop ? { row, giveUp: 'pause_template', detail: sayingWhy(stop) } : { ...one, windowOpen }
    })
  }

const sayingWhy = ({ name, language, status, reason }: Blocked): string =>
  `WhatsApp has ${status} the template ${name} (${language})${reason ? `: ${reason}` : ''}`
