import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')

test('every file that docs/security.md names is there', () => {
  const named = [...page.matchAll(/`((?:src|test|e2e|dashboard|sdk|scripts)\/[^`\s]+)`/g)].map(([, file]) => file!)
  expect(new Set(named).size).toBeGreaterThan(50)
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  const linked = [...page.matchAll(/\]\(([\w-]+\.md)(?:#([\w-]+))?\)/g)]
  const wrong = linked.filter(([, file, part]) => {
    const target = join(ROOT, 'docs', file!)
    if (!existsSync(target)) return true
    const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text]) => text!)
    return (
      part !== undefined &&
      !headings.some(
        (text) =>
          text
            .toLowerCase()
            .replace(/[^\w -]/g, '')
            .replaceAll(' ', '-') === part,
      )
    )
  })
  expect(wrong.map(([link]) => link)).toEqual([])
})

test('every chapter is walked, and each line of a table says how and by what it is shown', () => {
  for (let chapter = 1; chapter <= 17; chapter++) expect(page).toMatch(new RegExp(`^## V${chapter} `, 'm'))
  const lines = page.split('\n').filter((line) => /^\| \d/.test(line))
  expect(lines.length).toBeGreaterThan(100)
  expect(lines.filter((line) => line.split(' | ').length !== 4)).toEqual([])
})
