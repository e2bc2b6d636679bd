import { expect, test } from 'vitest'
import { professionalsOf, rowsOf, textOf } from './csv.ts'

const rows = (text: string) => [...rowsOf(text)]
const cells = (text: string) => rows(text).map((row) => row.cells)
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => new Uint8Array(Buffer.from(text, encoding))
const read = (text: string) => professionalsOf(text, 500)

test.each([
  ['UTF-8', bytes('é€')],
  ['UTF-8 with its mark', bytes('\uFEFFé€')],
  ['UTF-16', bytes('\uFEFFé€', 'utf16le')],
  ['UTF-16 the other way round', new Uint8Array([0xfe, 0xff, 0x00, 0xe9, 0x20, 0xac])],
  ['Windows-1252', new Uint8Array([0xe9, 0x80])],
])('%s is read', (_, file) => {
  expect(textOf(file)).toBe('é€')
})

test('UTF-16 that does not say so is known by its bytes of nothing', () => {
  expect(textOf(bytes('a;é', 'utf16le'))).toBe('a;é')
  expect(textOf(bytes('a;é', 'utf16le').map((_, at, all) => all[at ^ 1]!))).toBe('a;é')
})

test('a file that mixes UTF-8 with something else loses the lines that are not UTF-8', () => {
  const mixed = new Uint8Array([
    ...bytes('company,email,skills\nÉté,a@example.com,moving\n'),
    0xc9,
    ...bytes('t,b@example.com,moving'),
  ])
  expect(read(textOf(mixed)).lines).toMatchObject([
    { line: 2, professional: { company: 'Été' } },
    { line: 3, fault: { why: 'encoding' } },
  ])
})

test.each([',', ';', '\t'])('quotes hold the separator %j, quotes and line breaks', (sign) => {
  expect(cells(`a${sign}b\r\n"one${sign} two"${sign}"say ""hi""\nthere"\n\n${sign}\nlast${sign}`)).toEqual([
    ['a', 'b'],
    [`one${sign} two`, 'say "hi"\nthere'],
    ['last', ''],
  ])
})

test('a row is named by the line of the file it begins on', () => {
  expect(rows('\nnames\r\n"one\r\ntwo"\r\n\r\nthree').map(({ line, cells }) => [line, cells[0]])).toEqual([
    [2, 'names'],
    [3, 'one\ntwo'],
    [6, 'three'],
  ])
})

test('a quote that is not closed costs its line, not those after it', () => {
  expect(rows('a,b\nx,"open\nc,d\ne,f')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: [], fault: 'quote' },
    { line: 3, cells: ['c', 'd'] },
    { line: 4, cells: ['e', 'f'] },
  ])
  expect(rows(`"${'x'.repeat(70_000)}\nc,d`)).toEqual([
    { line: 1, cells: [], fault: 'quote' },
    { line: 2, cells: ['c', 'd'] },
  ])
})

test('a quote inside a cell is a letter like others', () => {
  expect(cells('5" pipe,"a"b, "c" ')).toEqual([['5" pipe', 'ab', 'c']])
})

test('a file of nothing is nothing, and lacks what is needed', () => {
  expect(read('')).toEqual({ lines: [], unknown: [], missing: ['company', 'email', 'skills'] })
  expect(read('company,email\n')).toEqual({ lines: [], unknown: [], missing: ['skills'] })
})

test('no more is read than may be sent, and one line to tell', () => {
  const file = `company,email,skills\n${'A,a@example.com,moving\n'.repeat(50)}`
  expect(professionalsOf(file, 10).lines).toHaveLength(11)
})

test('a file as spreadsheets of the continent write it', () => {
  const file =
    '\uFEFFCompany;E-mail;EMAIL;Latitude;longitude;radiuskm;skills\nA;x;a@example.com;45,76;4,84;80;moving, cleaning\nB;;;1;;;\n'
  expect(read(file)).toEqual({
    unknown: ['E-mail'],
    missing: [],
    lines: [
      {
        line: 2,
        professional: {
          company: 'A',
          email: 'a@example.com',
          skills: ['moving', 'cleaning'],
          radiusKm: 80,
          coordinates: { latitude: 45.76, longitude: 4.84 },
        },
      },
      { line: 3, professional: { company: 'B', email: '', skills: [], coordinates: { latitude: 1 } } },
    ],
  })
})

test('what would be lost or is no number is told with its line', () => {
  const file =
    'company,email,skills,radiusKm\n"A\nB",a@example.com,moving,far\nC,c@example.com,moving,12,5\nD,d@example.com,moving,12,\n'
  expect(read(file).lines).toMatchObject([
    { line: 2, fault: { why: 'number', column: 'radiusKm', value: 'far' } },
    { line: 4, fault: { why: 'cells' } },
    { line: 5, professional: { company: 'D', radiusKm: 12 } },
  ])
})
