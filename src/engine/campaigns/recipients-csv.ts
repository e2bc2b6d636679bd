import { CSV_MARK, csvLine } from '../../platform/csv.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { RecipientWithAddresses } from './campaigns.ts'

type Column = readonly [name: string, of: (one: RecipientWithAddresses) => string | null | undefined]

const COLUMNS: readonly Column[] = [
  ['contact_id', (one) => one.contactId],
  ['external_id', (one) => one.externalId],
  ['name', (one) => one.contactName],
  ['email', (one) => one.email],
  ['phone', (one) => one.phone],
  ['outcome', (one) => one.status],
  ['reason', (one) => one.reason],
  ['variant', (one) => one.variant],
  ['done_at', (one) => one.doneAt?.toISOString()],
  ...CHANNELS.flatMap((channel): Column[] => {
    // Sent again it has two on a channel: the last one counts.
    const last = (one: RecipientWithAddresses) => one.messages.findLast((message) => message.channel === channel)
    return [
      [`${channel}_status`, (one) => last(one)?.status],
      [`${channel}_reason`, (one) => last(one)?.reason],
    ]
  }),
]

/** What became of each recipient, as a CSV file: one line for each, however many channels they were written to on. */
export async function* recipientsCsv(pages: AsyncIterable<readonly RecipientWithAddresses[]>): AsyncGenerator<string> {
  yield CSV_MARK + csvLine(COLUMNS.map(([name]) => name))
  for await (const page of pages) yield page.map((one) => csvLine(COLUMNS.map(([, of]) => of(one)))).join('')
}
