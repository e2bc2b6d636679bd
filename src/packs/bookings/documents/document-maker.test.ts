import { createHash } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, describe, expect, test } from 'vitest'
import { createDocumentMaker, type DocumentMaker, DocumentRefusedError } from './document-maker.ts'
import { fullConfirmation, invoiceDocument, missionOrder, missionProposal, quoteDocument } from './samples.ts'

let maker: DocumentMaker
afterEach(() => maker.close())

/** A thread that does as the document's reference says, and otherwise gives one byte. */
const faulty = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ id, document }) => {
      const { reference } = JSON.parse(document)
      if (reference === 'crash') throw new Error('crashed')
      if (reference === 'exit') process.exit(3)
      if (reference === 'busy') for (;;);
      if (reference === 'memory') { const all = []; for (;;) all.push(new Array(1_000_000).fill(id)) }
      parentPort.postMessage({ id, bytes: new Uint8Array([id]), sha256: '', pages: 1, replaced: [] })
    })`)}`,
)
const called = (reference: string) => ({ ...quoteDocument, reference })

describe('a fault takes its own document with it, and the next is made', () => {
  test.each([
    ['crash', /crashed/],
    ['exit', /ended \(3\)/],
    ['busy', /takes more than 3 s/],
    ['memory', /takes more than 24 MB/],
  ])('%s', async (fault, message) => {
    maker = createDocumentMaker({ thread: faulty, longestMs: fault === 'busy' ? 3_000 : 60_000, memoryMb: 24 })
    const [broken, next] = await Promise.allSettled([maker.make(called(fault)), maker.make(called('well'))])
    expect(broken).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(message) } })
    expect(next).toMatchObject({ status: 'fulfilled', value: { pages: 1 } })
  })
})

test('what is wrong is refused with the place, what is too large before it is sent, and neither stops the next', async () => {
  maker = createDocumentMaker()
  const wrong = maker.make({ ...missionProposal, client: { shortName: 'J. Doe', phone: '06 39 98 00 01' } } as never)
  await expect(wrong).rejects.toThrow(DocumentRefusedError)
  await expect(
    maker.make({ ...invoiceDocument, invoice: { ...invoiceDocument.invoice, type: 'credit_note' } }),
  ).rejects.toThrow(/corrects names the invoice/)
  const huge = { ...fullConfirmation, note: 'x'.repeat(1_000_000) }
  await expect(maker.make(huge)).rejects.toThrow(/larger than 1 MB/)
  await expect(maker.make({ ...fullConfirmation, locale: 'no locale at all' })).rejects.toThrow()
  expect((await maker.make(fullConfirmation)).pages).toBe(1)
})

test('no more wait than may', async () => {
  maker = createDocumentMaker({ thread: faulty, mostWaiting: 2 })
  const busy = Promise.allSettled([called('busy'), called('a'), called('b')].map((document) => maker.make(document)))
  await expect(maker.make(called('c'))).rejects.toMatchObject({ code: 'unavailable' })
  await maker.close()
  for (const { status } of await busy) expect(status).toBe('rejected')
  await expect(maker.make(called('d'))).rejects.toThrow(/stopping/)
})

test('an idle thread ends, and another begins when there is work', async () => {
  maker = createDocumentMaker({ thread: faulty, idleMs: 1 })
  const first = await maker.make(called('a'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  const second = await maker.make(called('b'))
  expect([[...first.bytes], [...second.bytes]]).toEqual([[1], [2]])
})

test('every kind is made, with the hash of its bytes, the same bytes for the same input in any thread', async () => {
  maker = createDocumentMaker({ threads: 2 })
  const all = [quoteDocument, fullConfirmation, invoiceDocument, missionProposal, missionOrder]
  const [once, again] = await Promise.all([0, 1].map(() => Promise.all(all.map((document) => maker.make(document)))))
  for (const [index, { bytes, sha256 }] of once!.entries()) {
    expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe('%PDF-')
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    expect(again![index]!.sha256).toBe(sha256)
  }
  expect(new Set(once!.map(({ sha256 }) => sha256)).size).toBe(all.length)
})

test('a document does not spoil the letters of the next', async () => {
  const { readPdf } = await import('../../../../test/pdf.ts')
  maker = createDocumentMaker()
  await maker.make({ ...quoteDocument, service: 'À Á Â Ã Ä Å Α А È É Ê Ë' })
  const { text } = await readPdf((await maker.make({ ...quoteDocument, service: 'Avenue de l’Europe' })).bytes)
  expect(text).toContain('Avenue de l’Europe')
})

test('the thread that asks goes on with its own work meanwhile', async () => {
  maker = createDocumentMaker()
  const lines = Array.from({ length: 500 }, () => invoiceDocument.invoice.lines[0]!)
  const large = { ...invoiceDocument, invoice: { ...invoiceDocument.invoice, lines } }
  await maker.make(large)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let turns = 0
  const turning = setInterval(() => turns++, 1)
  delay.enable()
  await maker.make(large)
  delay.disable()
  clearInterval(turning)
  // Made in this thread, it would have had no turn at all.
  expect(turns).toBeGreaterThan(10)
})
