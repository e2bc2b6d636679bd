import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { CompileJob } from './compile-source.ts'
import { type Compiler, createCompiler } from './compiler.ts'

const started: Compiler[] = []
const start = (...limits: Parameters<typeof createCompiler>) => {
  const compiler = createCompiler(...limits)
  started.push(compiler)
  return compiler
}
afterEach(() => Promise.all(started.splice(0).map((compiler) => compiler.close())))

const payload = { type: 'object', properties: { name: { type: 'string' } } }
const sms = (text: string): CompileJob => ({
  channel: 'sms',
  source: { text },
  locale: 'fr',
  payload,
  sample: { name: 'A' },
  htmlField: undefined,
})
const mail = (body: string): CompileJob => ({ ...sms(''), channel: 'email', source: { subject: 'S', body } })

test('each caller gets the answer to its own source', async () => {
  const compiler = start()
  const texts = Array.from({ length: 30 }, (_, index) => `N${index} {{name}}`)
  const results = await Promise.all(texts.map((text) => compiler.compile(sms(text))))
  expect(results).toEqual(texts.map((text) => ({ compiled: { format: 1, channel: 'sms', text } })))
})

test('a source that takes too long is refused, and the next one is compiled', async () => {
  const compiler = start({ longestMs: 1 })
  const [first] = await Promise.all([compiler.compile(mail('<'.repeat(90_000)))])
  expect(first).toEqual({ faults: [expect.objectContaining({ message: 'takes too long to compile' })] })

  const patient = start({ longestMs: 60_000 })
  expect(await patient.compile(sms('{{name}}'))).toHaveProperty('compiled')
})

test('a source that takes too much memory is refused, and the next one is compiled', async () => {
  const compiler = start({ memoryMb: 24 })
  const greedy = compiler.compile(
    mail('<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>'.repeat(1_400)),
  )
  expect(await greedy).toEqual({ faults: [expect.objectContaining({ message: 'takes too much memory' })] })
  expect(await compiler.compile(sms('{{name}}'))).toHaveProperty('compiled')
})

test('it rests when there is nothing to do, and starts again', async () => {
  const compiler = start({ idleMs: 1 })
  await compiler.compile(sms('{{name}}'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await compiler.compile(sms('{{name}} again'))).toHaveProperty('compiled')
})

test('it gets ready beforehand, once, and rests after that too', async () => {
  const compiler = start({ cacheFolder: mkdtempSync(join(tmpdir(), 'carillon-compiled-')) })
  compiler.prepare()
  compiler.prepare()
  expect(await compiler.compile(mail('<mj-text>x</mj-text>'))).toHaveProperty('compiled')
  compiler.prepare()
  expect(await compiler.compile(sms('{{name}}'))).toHaveProperty('compiled')

  const short = start({ idleMs: 1 })
  short.prepare()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await short.compile(sms('{{name}}'))).toHaveProperty('compiled')
})

test('what it read of its own code is kept for the next one, though it is ended from outside', async () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'carillon-compiled-'))
  const compiler = start({ cacheFolder })
  expect(await compiler.compile(mail('<mj-text>x</mj-text>'))).toHaveProperty('compiled')
  const files = () => readdirSync(cacheFolder, { recursive: true }).length
  await expect.poll(files).toBeGreaterThan(100)
  await compiler.close()
  expect(files()).toBeGreaterThan(100)
})

test('closing it tells whoever still waits', async () => {
  const compiler = start()
  const waiting = compiler.compile(mail('<mj-text>x</mj-text>'))
  await Promise.all([expect(waiting).rejects.toThrow('The template compiler was closed'), compiler.close()])
  await compiler.close()
})
