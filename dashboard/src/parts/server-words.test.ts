import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FRENCH_WORDS } from './server-words.ts'

const SERVER = join(import.meta.dirname, '../../../src')

test('every word there is French for is one that the server says', () => {
  const said = readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(SERVER, file), 'utf8'))
    .join('\n')
  expect(Object.keys(FRENCH_WORDS).filter((words) => !said.includes(`'${words}'`))).toEqual([])
})
