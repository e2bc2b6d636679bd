import { randomUUID } from 'node:crypto'
import type { Body } from './client.ts'

/** Fields as HTML forms send them; a lone surrogate becomes the replacement character instead of an exception. */
export const formBody = (fields: Readonly<Record<string, string>>): Body => ({
  type: 'application/x-www-form-urlencoded',
  text: encodeFields(fields),
})

/** `a=1&b=2`, for a form or a query. */
export const encodeFields = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&')

export const jsonBody = (value: object): Body => ({ type: 'application/json', text: JSON.stringify(value) })

/** A form with one file in it (RFC 7578). Whatever stands in the file's name, it stays one header. */
export function multipartBody(
  fields: Readonly<Record<string, string>>,
  file: { readonly name: string; readonly filename: string; readonly contentType: string; readonly content: Buffer },
): Body {
  const boundary = `carillon-${randomUUID()}`
  const quoted = (text: string) => text.toWellFormed().replace(/[\p{Cc}"\\]/gu, '_')
  const plain = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  )
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.name)}"; filename="${quoted(file.filename)}"\r\n` +
    `Content-Type: ${/^[\w.+-]+\/[\w.+-]+$/.test(file.contentType) ? file.contentType : 'application/octet-stream'}\r\n\r\n`
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(plain.join('') + head), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}

/** An answer that must be a JSON object. Undefined: it is something else, or nothing. */
export function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
