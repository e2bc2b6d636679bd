import { z } from 'zod'
import type { ParsedMail } from './parsed-mail.ts'
import type { Refusal } from './verdict.ts'

const Recipient = z.object({
  emailAddress: z.string().max(320),
  action: z.string().optional(),
  status: z.string().optional(),
  diagnosticCode: z.string().optional(),
})
const Notification = z.object({
  notificationType: z.enum(['Bounce', 'Complaint', 'Delivery']),
  bounce: z.object({ bounceType: z.string(), bouncedRecipients: z.array(Recipient).max(200) }).optional(),
})

export type ServiceNotice =
  | { readonly kind: 'bounce'; readonly refusals: readonly (Refusal & { readonly recipient: string })[] }
  | { readonly kind: 'complaint' | 'delivery' }

/** A sending service's notification that was subscribed to by e-mail: JSON in the body, its lines cut anywhere. */
export function serviceNoticeOf({ text }: Pick<ParsedMail, 'text'>): ServiceNotice | undefined {
  if (!/^\s*\{\s*"notificationType"/.test(text)) return undefined
  const end = text.indexOf('\n--')
  const json = (end < 0 ? text : text.slice(0, end)).replace(/!?\r?\n ?/g, '')
  const read = Notification.safeParse(parsed(json.slice(0, json.lastIndexOf('}') + 1)))
  if (!read.success) return undefined
  const { notificationType, bounce } = read.data
  if (notificationType === 'Complaint') return { kind: 'complaint' }
  if (notificationType === 'Delivery' || !bounce) return { kind: 'delivery' }
  return {
    kind: 'bounce',
    refusals: bounce.bouncedRecipients.map(({ emailAddress, action, status, diagnosticCode }) => ({
      recipient: emailAddress,
      action,
      status: /[245]\.\d{1,3}\.\d{1,3}/.exec(status ?? '')?.[0],
      words: (diagnosticCode ?? '').replace(/^smtp;\s*/i, ''),
    })),
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
