import MailComposer from 'nodemailer/lib/mail-composer'
import type { OutboundEmail } from '../../channels/outbound.ts'
import { oneLine } from './header.ts'

/**
 * A whole mail with files and inline images, by nodemailer's composer. `head` is the header written so far;
 * `date` and `messageId` are given because the composer would make its own.
 */
export async function composeWithAttachments(
  { messageId, content, attachments }: OutboundEmail,
  { head, date, messageIdHeader }: { head: string; date: string; messageIdHeader: string },
): Promise<Buffer> {
  const files = await Promise.all(
    attachments.map(async ({ filename, contentType, contentId, read }) => ({
      filename: oneLine(filename),
      contentType: oneLine(contentType),
      content: await read(),
      // Text files too: a line ending must not change on the way.
      contentTransferEncoding: 'base64',
      ...(contentId ? { cid: oneLine(contentId), contentDisposition: 'inline' } : {}),
    })),
  )
  const body = new MailComposer({
    text: crlf(content.text),
    html: crlf(content.html),
    attachments: files.flatMap(({ content, ...file }) => (content ? [{ ...file, content }] : [])),
    baseBoundary: messageId,
    messageId: messageIdHeader,
    date,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  return Buffer.concat([Buffer.from(head, 'utf8'), await body.build()])
}

const crlf = (text: string) => text.replace(/\r\n?|\n/g, '\r\n')
