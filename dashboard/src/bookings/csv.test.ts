import { expect, test } from 'vitest'
import { professionalsOf, rowsOf } from './csv.ts'

test('quotes hold separators, quotes and line breaks', () => {
  expect(rowsOf('a,b\r\n"one, two","say ""hi""\nthere"\n\n,\nlast,')).toEqual([
    ['a', 'b'],
    ['one, two', 'say "hi"\nthere'],
    ['last', ''],
  ])
})

test('a file of nothing is nothing', () => {
  expect(professionalsOf('')).toEqual({ lines: [], unknown: [] })
  expect(professionalsOf('company,email\n').lines).toEqual([])
})

test('a file as spreadsheets of the continent write it', () => {
  const file =
    '\uFEFFCompany;E-mail;EMAIL;Latitude;longitude;radiuskm;skills\nA;x;a@example.com;45,76;4,84;80;moving, cleaning\nB;;;;;far;\n'
  expect(professionalsOf(file)).toEqual({
    unknown: ['E-mail'],
    lines: [
      {
        number: 2,
        professional: {
          company: 'A',
          email: 'a@example.com',
          skills: ['moving', 'cleaning'],
          radiusKm: 80,
          coordinates: { latitude: 45.76, longitude: 4.84 },
        },
      },
      { number: 3, professional: { company: 'B', email: '', skills: [], radiusKm: Number.NaN } },
    ],
  })
})
