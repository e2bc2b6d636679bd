import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMovableClock } from './clock.ts'
import { createSpool, type Spool, SpoolFull } from './spool.ts'

let folder: string
let problems: string[]
const open: Spool[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-spool-'))
  problems = []
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((spool) => spool.close()))
  await rm(folder, { recursive: true, force: true })
})

/** One process. */
function spool(mostBytes = 1024 ** 2): Spool {
  const one = createSpool({
    folder,
    clock: createMovableClock(),
    mostBytes,
    onError: (error) => problems.push(String(error)),
  })
  open.push(one)
  return one
}
async function drained(from: Spool): Promise<string[]> {
  const all: string[] = []
  await from.drain(async (texts) => void all.push(...texts))
  return all
}

test('gives back what was put there, in its order, once, and leaves nothing', async () => {
  const texts = Array.from({ length: 250 }, (_, n) => `line ${n} \n "é" \0`)
  const one = spool()
  await Promise.all(texts.map((text) => one.append(text)))
  expect(await drained(one)).toEqual(texts)
  expect(await drained(one)).toEqual([])
  expect(await readdir(folder)).toEqual([])
  await one.append('after')
  expect(await drained(one)).toEqual(['after'])
})

test('gives back after a restart what another process left', async () => {
  await spool().append('left')
  expect(await drained(spool())).toEqual(['left'])
})

test('keeps what could not be taken for the next time', async () => {
  const one = spool()
  await one.append('wanted')
  await expect(one.drain(async () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  await one.append('later')
  expect(await drained(one)).toEqual(['wanted', 'later'])
})

test('passes over a line that a crash cut off, and says so of one that the disk has spoilt', async () => {
  const one = spool()
  await one.append('whole')
  await one.append('spoilt')
  await one.close()
  const [name] = await readdir(folder)
  const bytes = await readFile(join(folder, name!))
  bytes[bytes.indexOf('spoilt')] = 'S'.charCodeAt(0)
  await writeFile(join(folder, name!), bytes)
  await appendFile(join(folder, name!), '0123abcd "cut o')
  expect(await drained(spool())).toEqual(['whole'])
  expect(problems).toHaveLength(1)
  expect(await readdir(folder)).toEqual([expect.stringMatching(/\.damaged$/)])
})

test('takes no more than it may hold, and takes again once it was emptied', async () => {
  const one = spool(1_000)
  await one.append('x'.repeat(900))
  await expect(one.append('y'.repeat(200))).rejects.toThrow(SpoolFull)
  await drained(one)
  await one.append('y'.repeat(200))
  expect(await drained(one)).toEqual(['y'.repeat(200)])
})

test('loses nothing to processes that empty it while others write', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('write a', 'write b', 'drain a', 'drain b'), { maxLength: 60 }),
      async (acts) => {
        const processes = { a: spool(), b: spool() }
        const seen = new Set<string>()
        const written: string[] = []
        await Promise.all(
          acts.map(async (act, n) => {
            const one = processes[act.slice(-1) as 'a' | 'b']
            if (act.startsWith('drain')) {
              for (const text of await drained(one)) seen.add(text)
              return
            }
            await one.append(`line ${n}`)
            written.push(`line ${n}`)
          }),
        )
        for (const text of await drained(spool())) seen.add(text)
        expect([...seen].sort()).toEqual(written.sort())
      },
    ),
    { numRuns: 30 },
  )
})
