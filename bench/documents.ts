import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createDocumentMaker, type GivenDocument } from '../src/packs/bookings/documents/document-maker.ts'
import {
  fullConfirmation,
  invoiceDocument,
  missionOrder,
  missionProposal,
  quoteDocument,
} from '../src/packs/bookings/documents/samples.ts'
import { quiet } from './lab/processes.ts'
import { type Findings, median, megabytes, percentile, tenths } from './report.ts'

export interface DocumentOptions {
  /** Documents of each kind in a round. */
  count: number
  rounds: number
  patienceMs: number
}

/** Other names, numbers and sums each time, so that nothing is remembered from the one before. */
const KINDS: Record<string, (n: number) => GivenDocument> = {
  quote: (n) => ({
    ...quoteDocument,
    reference: `DV-2027-${n}`,
    lines: quoteDocument.lines.map((line) => ({ ...line, amount: line.amount + n })),
  }),
  'booking confirmation': (n) => ({
    ...fullConfirmation,
    reference: `BK-2027-${n}`,
    client: named(fullConfirmation.client, n),
  }),
  'invoice with Factur-X': (n) => invoiceOf(n, 3),
  'invoice with Factur-X, 25 lines': (n) => invoiceOf(n, 25),
  'mission proposal': (n) => ({ ...missionProposal, reference: `MI-2027-${n}`, pay: 50_000 + n }),
  'mission order': (n) => ({ ...missionOrder, reference: `MI-2027-${n}`, client: named(missionOrder.client, n) }),
}

const named = <Client extends { name: string }>(client: Client, n: number): Client => ({
  ...client,
  name: `Personne ${n.toString(36)} Exemple`,
})

const invoiceOf = (n: number, lines: number): GivenDocument => ({
  ...invoiceDocument,
  invoice: {
    ...invoiceDocument.invoice,
    number: `F-2027-${n}`,
    buyer: named(invoiceDocument.invoice.buyer, n),
    lines: Array.from({ length: lines }, (_, index) => ({
      ...invoiceDocument.invoice.lines[index % 3]!,
      label: `Poste ${(n * 31 + index).toString(36)}, ${index}`,
      unitPrice: 1_000 + n + index,
    })),
  },
})

/** What a document costs: asked for one after the other, made in a thread, while this one's event loop is watched. */
export async function benchDocuments({ count, rounds, patienceMs }: DocumentOptions): Promise<Findings> {
  const maker = createDocumentMaker()
  const took = new Map<string, number[]>(Object.keys(KINDS).map((kind) => [kind, []]))
  const bytes = new Map<string, number>()
  await quiet(patienceMs)
  const began = performance.now()
  await maker.make(invoiceOf(0, 3))
  const first = performance.now() - began
  let n = 1
  for (const make of Object.values(KINDS)) for (let each = 0; each < 10; each++) await maker.make(make(n++))

  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  for (let round = 0; round < rounds; round++) {
    await quiet(patienceMs)
    for (let each = 0; each < count; each++) {
      // In turn, so that a noisy moment falls on all kinds alike.
      for (const [kind, make] of Object.entries(KINDS)) {
        const document = make(n++)
        const start = performance.now()
        const made = await maker.make(document)
        took.get(kind)!.push(performance.now() - start)
        bytes.set(kind, made.bytes.length)
      }
    }
  }
  loop.disable()
  await maker.close()
  const ms = (nanoseconds: number) => tenths(nanoseconds / 1e6)
  return {
    bench: 'documents',
    settings: { count, rounds },
    table: [
      ['', 'p50', 'p90', 'p99', 'kB'],
      ...[...took].map(([kind, times]) => [
        kind,
        `${tenths(median(times))} ms`,
        `${tenths(percentile(times, 0.9))} ms`,
        `${tenths(percentile(times, 0.99))} ms`,
        tenths((bytes.get(kind) ?? 0) / 1_000),
      ]),
    ],
    notes: [
      `The first, with the start of its thread: ${tenths(first)} ms.`,
      `Event loop of the process that asks, meanwhile (a timer of 1 ms): p50 ${ms(loop.percentile(50))}, p99 ${ms(loop.percentile(99))}, longest ${ms(loop.max)} ms.`,
      `Memory of the process with the thread: ${megabytes(process.memoryUsage().rss)}.`,
    ],
    runs: Object.entries(Object.fromEntries(took)).map(([kind, times]) => ({ kind, times })),
  }
}
