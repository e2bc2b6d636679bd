import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Bounce, readBounce } from './bounce.ts'
import { parseMail } from './parsed-mail.ts'

const DSN = new URL('fixtures/dsn/', import.meta.url)
const labels: Record<string, Label[]> = JSON.parse(readFileSync(new URL('labels.json', DSN), 'utf8'))

type Label = 'hard' | 'soft' | 'none'
type Half = 'looked at' | 'held out'

/** The rules were written looking at one half of the set, told by its file's name, and tried on the other. */
const halfOf = (file: string): Half =>
  createHash('sha1').update(file).digest()[0]! % 2 === 0 ? 'looked at' : 'held out'

const read = async (raw: Buffer): Promise<Bounce | undefined> => {
  const mail = await parseMail(raw)
  return mail && readBounce(mail)
}
const labelOf = (kind: string): Label =>
  kind === 'hard' ? 'hard' : kind === 'soft' || kind === 'delayed' ? 'soft' : 'none'
const labelsOf = (bounce: Bounce | undefined): Label[] =>
  bounce && 'failures' in bounce ? bounce.failures.map(({ kind }) => labelOf(kind)) : ['none']
const column = (of: readonly Label[]): string => (new Set(of).size === 1 ? of[0]! : 'mixed')

interface Score {
  readonly half: Half
  readonly file: string
  readonly wanted: readonly Label[]
  readonly got: readonly Label[]
  readonly bounce: Bounce | undefined
}

describe('228 mails that mail systems wrote', () => {
  let scores: Score[]
  beforeAll(async () => {
    scores = await Promise.all(
      Object.entries(labels).map(async ([file, wanted]) => {
        const bounce = await read(readFileSync(new URL(file, DSN)))
        return { half: halfOf(file), file, wanted, got: labelsOf(bounce), bounce }
      }),
    )
    console.error(`\nBounce mails, wanted → read as\n${confusion(scores)}`)
  })

  /** Every recipient's, whatever their order; where all are alike, their number does not matter. */
  const isRight = ({ wanted, got }: Score) =>
    wanted.toSorted().join() === got.toSorted().join() || (column(wanted) !== 'mixed' && column(wanted) === column(got))
  const share = (of: readonly Score[]) => of.filter(isRight).length / of.length

  function confusion(of: readonly Score[]): string {
    const columns = ['hard', 'soft', 'none', 'mixed']
    const lines = (['looked at', 'held out'] as const).flatMap((half) => {
      const mine = of.filter((one) => one.half === half)
      const rows = columns.map((wanted) => {
        const cells = columns.map(
          (got) => mine.filter((one) => column(one.wanted) === wanted && column(one.got) === got).length,
        )
        return `  ${wanted.padEnd(6)} ${cells.map((n) => String(n).padStart(5)).join('')}`
      })
      return [
        `${half}: ${mine.filter(isRight).length} of ${mine.length}`,
        `         ${columns.map((name) => name.padStart(5)).join('')}`,
        ...rows,
      ]
    })
    const wrong = of.filter((one) => !isRight(one)).map(({ file, wanted, got }) => `  ${file}: ${wanted} → ${got}`)
    return [...lines, ...wrong].join('\n')
  }

  test('97 of 100 are read right, in the half that was not looked at too', () => {
    expect(scores).toHaveLength(205)
    expect(share(scores)).toBeGreaterThanOrEqual(0.97)
    expect(share(scores.filter(({ half }) => half === 'held out'))).toBeGreaterThanOrEqual(0.95)
  })

  test('nothing that is no bounce costs anybody an address', () => {
    const none = scores.filter(({ wanted }) => wanted.every((label) => label === 'none'))
    expect(none.length).toBeGreaterThan(10)
    expect(none.filter(({ got }) => got.includes('hard')).map(({ file }) => file)).toEqual([])
  })

  test('no warning of a delay does either, nor a mail for several people of whom some were reached', () => {
    for (const { bounce } of scores)
      if (bounce?.kind === 'hard') expect(bounce.failures.every(({ kind }) => kind === 'hard')).toBe(true)
  })

  test('the words that are kept name nobody', async () => {
    for (const { bounce, file } of scores)
      if (bounce && 'failures' in bounce)
        for (const { detail } of bounce.failures) expect(detail, file).not.toMatch(/\w@\w/)
  })

  test('the newest ones, which have no label, are read too', async () => {
    const files = readdirSync(DSN).filter((file) => file.endsWith('.eml') && !labels[file])
    const kinds = await Promise.all(files.map(async (file) => (await read(readFileSync(new URL(file, DSN))))?.kind))
    expect(kinds.filter((kind) => kind === undefined || kind === 'reply')).toEqual([])
  })
})

describe('mails in the formats of other systems and languages', () => {
  const own = readFileSync(new URL('fixtures/own-mails.txt', import.meta.url), 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map((one) => {
      const [head, ...lines] = one.split('\n')
      const [name, wanted] = head!.split(' | ')
      return { name: name!, wanted: wanted!, raw: Buffer.from(lines.join('\r\n')) }
    })

  test.each(own)('$name: $wanted', async ({ wanted, raw }) => {
    const kind = (await read(raw))?.kind
    expect(kind === 'hard' || kind === 'soft' || kind === 'delayed' ? kind : 'not').toBe(wanted)
  })
})

describe('a mail that is broken', () => {
  const bounce = readFileSync(new URL('lhost-postfix-02.eml', DSN))

  test('cut off anywhere, it is read or not, and never throws', async () => {
    for (let end = 0; end <= bounce.length; end += 97) await read(bounce.subarray(0, end))
  })

  test('whatever bytes it is made of', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => void (await read(Buffer.from(bytes)))),
      { numRuns: 50 },
    ))

  test('whatever a bounce’s bytes are changed to, a vacation reply never becomes hard', () => {
    const vacation = Buffer.from(
      'Return-Path: <>\r\nFrom: marie@cabinet.test\r\nSubject: Absence\r\nAuto-Submitted: auto-replied\r\n\r\nAway until Monday.\r\n',
    )
    return fc.assert(
      fc.asyncProperty(fc.nat(vacation.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(vacation)
        changed[at] = byte
        expect((await read(changed))?.kind).not.toBe('hard')
      }),
      { numRuns: 100 },
    )
  })

  test('nothing in it', async () => expect(await parseMail(Buffer.alloc(0))).toBeUndefined())

  test('nested without end, or all header', async () => {
    const nested = Array.from(
      { length: 400 },
      (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`,
    ).join('')
    expect(await parseMail(Buffer.from(`From: a@b.test\r\n${nested}`))).toBeUndefined()
    expect(
      await parseMail(Buffer.from(`From: a@b.test\r\n${`X-Long: ${'y'.repeat(90)}\r\n`.repeat(15_000)}\r\n`)),
    ).toBeUndefined()
  })

  test('in charsets nobody has, or the wrong one', async () => {
    const mail = (charset: string, words: Buffer) =>
      Buffer.concat([
        Buffer.from(
          `Return-Path: <>\r\nFrom: MAILER-DAEMON@a.test\r\nSubject: Message non remis\r\nContent-Type: text/plain; charset=${charset}\r\n\r\n` +
            "Votre message n'a pas pu etre remis.\r\n<jean@a.test>: ",
        ),
        words,
      ])
    const words = Buffer.from('550 Destinataire inconnu à cette adresse', 'latin1')
    for (const charset of ['x-unknown', 'utf-8', 'us-ascii'])
      expect((await read(mail(charset, words)))?.kind, charset).toBe('hard')
    expect((await read(mail('utf-16', words)))?.kind).toBe('soft')
  })

  test('with thousands of recipients and endless lines, it is still read', async () => {
    const fields = Array.from(
      { length: 20_000 },
      (_, i) => `Final-Recipient: rfc822; u${i}@a.test\r\nAction: failed\r\nStatus: 5.1.1\r\n`,
    ).join('\r\n')
    const mail = `From: MAILER-DAEMON@a.test\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${'x <'.repeat(300_000)}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${fields}\r\n--b--\r\n`
    expect((await read(Buffer.from(mail)))?.kind).toBe('hard')
  })
})
