import type { ParsedMail } from './parsed-mail.ts'

/** One recipient of a delivery status notification (RFC 3464 §2.3). */
export interface RecipientStatus {
  readonly recipient: string | undefined
  /** failed, delayed, delivered, relayed, expanded; in lower case. */
  readonly action: string | undefined
  /** `5.1.1` */
  readonly status: string | undefined
  /** The diagnostic without its type (`smtp;`). */
  readonly diagnostic: string
}

export interface DeliveryStatus {
  readonly recipients: readonly RecipientStatus[]
  /** Fields of the whole message: `x-original-message-id`, `x-postfix-sender` … */
  readonly message: ReadonlyMap<string, string>
}

const STATUS_PART = /^message\/(global-)?delivery-status$/
const MOST_RECIPIENTS = 200
/** RFC 3463, as it stands in the field: some write words around it. */
const STATUS = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/

/** The notification in this mail, also where its MIME is broken and only the fields are there; undefined when there is none. */
export function deliveryStatusOf(mail: ParsedMail): DeliveryStatus | undefined {
  const part = mail.parts.find(({ type }) => STATUS_PART.test(type))
  const found = part && readDeliveryStatus(part.text)
  if (found && found.recipients.length > 0) return found
  if (!/report-type="?delivery-status/i.test(mail.headers.get('content-type')?.[0] ?? '')) return undefined
  const from = /^(?:final-recipient|original-recipient|reporting-mta)\s*:/im.exec(mail.body)
  if (!from) return undefined
  // Up to the message that is returned: it may be a notification itself.
  const rest = mail.body.slice(from.index)
  const end = /^(?:received|return-path|content-type:\s*(?:message\/rfc822|text\/rfc822)|from)\s*:?/im.exec(rest)
  const scattered = readDeliveryStatus(end ? rest.slice(0, end.index) : rest)
  return scattered.recipients.length > 0 ? scattered : undefined
}

/** Reads the fields, however they are folded, capitalised or parted. */
function readDeliveryStatus(text: string): DeliveryStatus {
  const message = new Map<string, string>()
  const blocks: Map<string, string>[] = []
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n/)) {
    const fields = fieldsOf(block)
    if (fields.size === 0) continue
    const last = blocks.at(-1)
    if (fields.has('final-recipient') || fields.has('original-recipient')) blocks.push(fields)
    // A stray empty line parted one recipient's fields.
    else if (
      last &&
      !fields.has('reporting-mta') &&
      (fields.has('action') || fields.has('status') || fields.has('diagnostic-code'))
    )
      for (const [name, value] of fields) if (!last.has(name)) last.set(name, value)
    for (const [name, value] of fields) if (!message.has(name)) message.set(name, value)
    if (blocks.length > MOST_RECIPIENTS) break
  }
  return { recipients: blocks.map(recipientOf), message }
}

function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>()
  let name = ''
  for (const line of block.split('\n')) {
    const field = /^([A-Za-z][A-Za-z0-9_-]{1,60})\s*:\s?(.*)$/.exec(line)
    if (field) {
      name = field[1]!.toLowerCase()
      if (!fields.has(name)) fields.set(name, field[2]!.trim())
      else name = ''
    } else if (name && /^\s+\S/.test(line)) {
      fields.set(name, `${fields.get(name)} ${line.trim()}`)
    }
  }
  return fields
}

function recipientOf(fields: Map<string, string>): RecipientStatus {
  return {
    recipient: addressIn(fields.get('original-recipient')) ?? addressIn(fields.get('final-recipient')),
    action: /[a-z]+/.exec((fields.get('action') ?? '').toLowerCase())?.[0],
    status: STATUS.exec(fields.get('status') ?? '')?.[1],
    diagnostic: (fields.get('diagnostic-code') ?? '')
      .replace(/^\s*(?:smtp|lmtp|dns|unknown|x-[\w-]+)\s*;\s*/i, '')
      .trim(),
  }
}

/** `rfc822; <a@b>` */
function addressIn(field: string | undefined): string | undefined {
  return /([^\s<>;,"]{1,64}@[^\s<>;,"]{1,255})/.exec(field ?? '')?.[1]
}
