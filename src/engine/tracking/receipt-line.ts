import type { NewReceipt } from './receipt-store.ts'

/** A receipt as one line of the spool, and whether its signature was checked when it came. */
export const toLine = ({ body, ...rest }: NewReceipt, verified: boolean): string =>
  JSON.stringify({ ...rest, verified, body: body.toString('base64') })

export function fromLine(line: string): { receipt: NewReceipt; verified: boolean } {
  const { body, verified, receivedAt, ...rest } = JSON.parse(line) as Omit<NewReceipt, 'body' | 'receivedAt'> & {
    readonly body: string
    readonly verified: boolean
    readonly receivedAt: string
  }
  return { receipt: { ...rest, body: Buffer.from(body, 'base64'), receivedAt: new Date(receivedAt) }, verified }
}
