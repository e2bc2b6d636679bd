/**
 * Whether a POST is RFC 8058's one-click: the form field `List-Unsubscribe` with the value `One-Click`, urlencoded or
 * multipart (§3.2). Mailbox providers send nothing else, so nothing else is looked for.
 */
export function isOneClick(contentType: string, body: Buffer): boolean {
  // Every octet is one character, and what is looked for is ASCII.
  const text = body.toString('latin1')
  if (!/^multipart\/form-data\b/i.test(contentType))
    return new URLSearchParams(text).get('List-Unsubscribe') === 'One-Click'

  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,100})"|([^\s;]{1,100}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (!boundary) return false
  return text.split(`--${boundary}`).some((part) => {
    const [head, ...rest] = part.split(/\r?\n\r?\n/)
    return (
      /^content-disposition:\s*form-data\s*;.*\bname="?List-Unsubscribe"?\s*(?:;|$)/im.test(head ?? '') &&
      rest.join('\n\n').trim() === 'One-Click'
    )
  })
}
