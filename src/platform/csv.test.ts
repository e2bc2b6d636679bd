import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CsvEncoding, type CsvRow, csvLine, readCsv, surveyCsv } from './csv.ts'

async function rowsOf(found: AsyncIterable<CsvRow>): Promise<CsvRow[]> {
  const rows: CsvRow[] = []
  for await (const row of found) rows.push(row)
  return rows
}

const read = (file: string | Buffer, encoding?: CsvEncoding) => rowsOf(readCsv([Buffer.from(file as string)], encoding))
const fields = async (file: string | Buffer, encoding?: CsvEncoding) =>
  (await read(file, encoding)).map((row) => row.fault ?? row.fields)

describe('a row that cannot be read is told with its line, and the next one is read', () => {
  test('when it is not UTF-8', async () => {
    const file = Buffer.concat([Buffer.from('a,b\n'), Buffer.from('caf\xe9,1\n', 'latin1'), Buffer.from('d,e\n')])
    expect(await read(file)).toMatchObject([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fault: expect.stringContaining('UTF-8') },
      { line: 3, fields: ['d', 'e'] },
    ])
  })

  test('when a quote does not close', async () => {
    expect(await read('a,b\n"c,d\ne,f')).toMatchObject([
      { line: 1 },
      { line: 2, fault: expect.stringContaining('quote') },
      { line: 3, fields: ['e', 'f'] },
    ])
  })
})

test.each([
  [
    'a byte order mark',
    '\ufeffa,b\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'semicolons, as French spreadsheets write',
    'a;b\r\n1;2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'tabs',
    'a\tb\n1\t2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'quotes, doubled and around separators',
    'a,b\n"x, ""y""",2',
    [
      ['a', 'b'],
      ['x, "y"', '2'],
    ],
  ],
  [
    'a break inside quotes',
    'a,b\n"x\ny",2',
    [
      ['a', 'b'],
      ['x\ny', '2'],
    ],
  ],
  ['empty lines', '\n\na\n\n', [['a']]],
  ['nothing', '', []],
])('reads %s', async (_, file, rows) => {
  expect(await fields(file)).toEqual(rows)
})

test('lines are those of the file, also after a break inside quotes', async () => {
  expect((await read('a\n"x\ny"\nz')).map(({ line }) => line)).toEqual([1, 2, 4])
})

test('a row that is too long is told once, whether it has quotes or not, and those after it are read', async () => {
  const long = 'x'.repeat(300_000)
  const pieces = (text: string) => {
    const file = Buffer.from(text)
    return Array.from({ length: Math.ceil(file.length / 65_536) }, (_, n) =>
      file.subarray(n * 65_536, (n + 1) * 65_536),
    )
  }
  for (const row of [long, `"${long}`]) {
    const rows = await rowsOf(readCsv(pieces(`a\n${row}\nb\n`)))
    expect(rows.map(({ line, fields, fault }) => [line, fault ? 'fault' : fields[0]])).toEqual([
      [1, 'a'],
      [2, 'fault'],
      [3, 'b'],
    ])
  }
  expect(await rowsOf(readCsv(pieces(long.repeat(3))))).toHaveLength(1)
})

describe('what a file is written in', () => {
  const survey = async (file: Buffer) => (await surveyCsv([file])).encoding
  const latin = Buffer.from('prénom;ville\nZoé;Orléans\n', 'latin1')

  test('is found out, and read', async () => {
    expect(await survey(Buffer.from('prénom;ville\n'))).toBe('utf-8')
    expect(await survey(Buffer.from('name\n'))).toBe('utf-8')
    expect(await survey(latin)).toBe('windows-1252')
    expect(await fields(latin, 'windows-1252')).toEqual([
      ['prénom', 'ville'],
      ['Zoé', 'Orléans'],
    ])
    const wide = Buffer.from('\ufeffprénom\tville\r\nZoé\tOrléans', 'utf16le')
    expect(await survey(wide)).toBe('utf-16le')
    expect(await fields(wide, 'utf-16le')).toEqual([
      ['prénom', 'ville'],
      ['Zoé', 'Orléans'],
    ])
  })

  test('where it is two things, what is not UTF-8 is refused with its line', async () => {
    const mixed = Buffer.concat([Buffer.from('prénom\n'), Buffer.from('Zo\xe9\n', 'latin1')])
    expect(await survey(mixed)).toBe('utf-8')
    expect(await read(mixed)).toMatchObject([{ line: 1 }, { line: 2, fault: expect.stringContaining('UTF-8') }])
  })

  test('a byte that windows-1252 has no letter for is a fault', async () => {
    expect(await fields(Buffer.of(0x61, 0x81, 0x0a), 'windows-1252')).toEqual([expect.stringContaining('UTF-8')])
  })
})

test('what was written is read, however it comes in pieces', async () => {
  const text = fc.string({ unit: 'grapheme' }).map((one) => one.trim().replaceAll('\u0000', ''))
  const table = fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
      const plain = rows.map((row) => row.map((one) => one.replace(/^[=+\-@\t\r\n]+/, '').trim()))
      const file = Buffer.from(`first,second\r\n${plain.map(csvLine).join('')}`)
      const pieces = Array.from({ length: Math.ceil(file.length / size) }, (_, n) =>
        file.subarray(n * size, (n + 1) * size),
      )
      const found = (await rowsOf(readCsv(pieces))).map((row) => row.fields)
      expect(found.slice(1)).toEqual(plain)
    }),
  )
})

test('nothing that is written is run by a spreadsheet', () => {
  expect(csvLine(['=1+1', '+33639980001', '@x', '-1', 'plain', 7, null])).toBe(
    "'=1+1,'+33639980001,'@x,'-1,plain,7,\r\n",
  )
})
