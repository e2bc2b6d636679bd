import { describe, expect, test } from 'vitest'
import { readCsv } from './csv.ts'

const read = (file: string | Buffer) => [...readCsv(Buffer.from(file as string))]
const fields = (file: string | Buffer) => read(file).map((row) => row.fault ?? row.fields)

describe('a row that cannot be read is told with its line, and the next one is read', () => {
  test('when it is not UTF-8', () => {
    const file = Buffer.concat([Buffer.from('a,b\n'), Buffer.from('caf\xe9,1\n', 'latin1'), Buffer.from('d,e\n')])
    expect(read(file)).toMatchObject([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fault: expect.stringContaining('UTF-8') },
      { line: 3, fields: ['d', 'e'] },
    ])
  })

  test('when a quote does not close', () => {
    expect(read('a,b\n"c,d\ne,f')).toMatchObject([
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
])('reads %s', (_, file, rows) => {
  expect(fields(file)).toEqual(rows)
})

test('lines are those of the file, also after a break inside quotes', () => {
  expect(read('a\n"x\ny"\nz').map(({ line }) => line)).toEqual([1, 2, 4])
})
