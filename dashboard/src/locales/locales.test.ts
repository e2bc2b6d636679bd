import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import en from './en.json' with { type: 'json' }
import fr from './fr.json' with { type: 'json' }

type Texts = { readonly [key: string]: string | Texts }

const flat = (texts: Texts, prefix = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  )

const english = new Map(flat(en))
const french = new Map(flat(fr))
const blanks = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort()

test('every text is there in French and in English', () => {
  expect([...french.keys()].sort()).toEqual([...english.keys()].sort())
})

test('no text is empty', () => {
  expect([...english, ...french].filter(([, text]) => !text.trim())).toEqual([])
})

test('both languages fill in the same values', () => {
  const different = [...english].filter(([key, text]) => blanks(text).join() !== blanks(french.get(key) ?? '').join())
  expect(different).toEqual([])
})

test('every text is used by a page', () => {
  const source = globSync('**/*.{ts,tsx}', { cwd: join(import.meta.dirname, '..') })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(import.meta.dirname, '..', file), 'utf8'))
    .join('\n')
  // `status.${status}`, `overview.${name}Text`: the fixed parts around the value tell which texts are meant.
  const families = [...source.matchAll(/`([a-zA-Z]+\.[a-zA-Z.]*)\$\{[^}]*\}([a-zA-Z]*)`/g)].map(
    ([, before, after]) => new RegExp(`^${before?.replaceAll('.', '\\.')}\\w+${after}$`),
  )
  const isUsed = (key: string) => {
    const name = key.replace(/_(?:one|other)$/, '')
    return source.includes(`'${name}'`) || families.some((family) => family.test(name))
  }
  expect([...english.keys()].filter((key) => !isUsed(key))).toEqual([])
})

test('every event of the catalogue has a name of its own', () => {
  const table = readFileSync(join(import.meta.dirname, '../../../docs/catalogue.md'), 'utf8')
  const types = new Set([...table.matchAll(/^\| `([a-z_.0-9]+)`/gm)].map(([, type]) => type!.replaceAll('.', '__')))
  expect(types.size).toBeGreaterThan(90)
  for (const { eventName } of [en, fr]) {
    expect(Object.keys(eventName).sort()).toEqual([...types].sort())
    expect(new Set(Object.values(eventName)).size).toBe(types.size)
  }
})
