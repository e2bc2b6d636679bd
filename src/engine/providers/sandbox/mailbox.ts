import PostalMime, { decodeWords, type Email } from 'postal-mime'
import { notFound } from '../../../errors.ts'
import { type Channel, channelCode, channelOf } from '../../channels/channel.ts'
import type { SandboxRow, SandboxStore } from './store.ts'

export interface SandboxItem {
  readonly id: string
  readonly messageId: string
  readonly channel: Channel
  readonly address: string
  readonly contactName: string | null
  readonly subject: string | null
  /** Its first words, on one line. */
  readonly preview: string
  /** All of it, line breaks kept; in a list null for an e-mail, which may be long. */
  readonly text: string | null
  /** How often the engine handed it over: above 1 after an uncertain try. */
  readonly copies: number
  readonly createdAt: Date
}

export interface SandboxDetail extends SandboxItem {
  /** As sent. Only ever to be shown in a sandboxed frame. Inline images are `cid:` of an attachment's `contentId`. */
  readonly html: string | null
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly attachments: readonly SandboxAttachment[]
}

export interface SandboxAttachment {
  readonly index: number
  readonly filename: string | null
  readonly contentType: string
  readonly bytes: number
  readonly contentId: string | null
}

const PREVIEW_LENGTH = 140

/** Messages of these are not there for whoever looks. */
type Types = readonly string[]

/** What the sandbox carriers were given, read as a mail reader or a phone reads it. One organization at a time. */
export function createMailbox(store: SandboxStore) {
  return {
    /** Newest first, below the id `before`. */
    async list(
      organizationId: string,
      { channel, before, limit, without }: { channel?: Channel; before?: string; limit: number; without?: Types },
    ): Promise<SandboxItem[]> {
      const rows = await store.list(organizationId, {
        limit,
        ...(channel === undefined ? {} : { channel: channelCode(channel) }),
        ...(before === undefined ? {} : { before }),
        ...(without && { without }),
      })
      return Promise.all(rows.map(async (row) => toItem(row, await readMail(row))))
    },

    /** @throws AppError `not_found` */
    async read(organizationId: string, id: string, without?: Types): Promise<SandboxDetail> {
      const row = await find(organizationId, id, without)
      const mail = await readMail(row)
      return {
        ...toItem(row, mail),
        html: mail?.html ?? null,
        ...(mail && { text: mail.text ?? null }),
        headers: (mail?.headerLines ?? []).map(({ line }) => {
          const colon = line.indexOf(':')
          return {
            name: line.slice(0, colon),
            value: decodeWords(
              line
                .slice(colon + 1)
                .replace(/\r?\n[ \t]+/g, ' ')
                .trim(),
            ),
          }
        }),
        attachments: (mail?.attachments ?? []).map(({ filename, mimeType, content, contentId }, index) => ({
          index,
          filename: filename ?? null,
          contentType: mimeType,
          bytes: bytesOf(content).length,
          contentId: contentId?.replace(/^<|>$/g, '') ?? null,
        })),
      }
    },

    /** @throws AppError `not_found` */
    async attachment(
      organizationId: string,
      id: string,
      index: number,
      without?: Types,
    ): Promise<{ filename: string; contentType: string; content: Buffer }> {
      const mail = await readMail(await find(organizationId, id, without))
      const file = mail?.attachments[index]
      if (!file) throw notFound('Attachment', String(index))
      return {
        filename: file.filename ?? `attachment-${index}`,
        contentType: file.mimeType,
        content: bytesOf(file.content),
      }
    },
  }

  async function find(organizationId: string, id: string, without?: Types): Promise<SandboxRow> {
    const row = await store.find(organizationId, id, without)
    if (!row) throw notFound('Sandbox message', id)
    return row
  }
}

export type Mailbox = ReturnType<typeof createMailbox>

const readMail = async (row: SandboxRow): Promise<Email | undefined> =>
  channelOf(row.channel) === 'email' ? PostalMime.parse(row.content) : undefined

function toItem(row: SandboxRow, mail: Email | undefined): SandboxItem {
  const text = mail ? (mail.text ?? '') : row.content.toString()
  const words = text.replace(/\s+/g, ' ').trim()
  return {
    id: row.id,
    messageId: row.message_id,
    channel: channelOf(row.channel),
    address: row.address,
    contactName: row.contact_name,
    subject: mail ? (mail.subject ?? '') : null,
    preview: words.length > PREVIEW_LENGTH ? `${words.slice(0, PREVIEW_LENGTH - 1)}…` : words,
    text: mail ? null : text,
    copies: row.copies,
    createdAt: row.created_at,
  }
}

const bytesOf = (content: ArrayBuffer | Uint8Array | string): Buffer =>
  typeof content === 'string'
    ? Buffer.from(content)
    : content instanceof Uint8Array
      ? Buffer.from(content)
      : Buffer.from(content)
