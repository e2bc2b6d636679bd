import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { z } from 'zod'
import { compileTemplate } from '../src/engine/templates/compile.ts'
import { readCompiled } from '../src/engine/templates/compiled.ts'
import { createCompiler } from '../src/engine/templates/compiler.ts'
import { loadParser } from '../src/engine/templates/syntax.ts'
import { quiet } from './lab/processes.ts'
import { type Findings, median, tenths, whole } from './report.ts'

export interface TemplateOptions {
  /** Mails filled in, in each run. */
  count: number
  rounds: number
  patienceMs: number
}

const KEPT_READY = 200
const PUBLISHED = 20
/** Starts of the compiler's process. */
const STARTED = 7

const subject = {
  payload: z.strictObject({
    name: z.string(),
    at: z.string(),
    total: z.int(),
    currency: z.string(),
    link: z.string(),
    lines: z.array(z.strictObject({ label: z.string(), amount: z.int() })),
  }),
  sample: {
    name: 'Élodie',
    at: '2026-12-03T14:30:00Z',
    total: 12_900,
    currency: 'EUR',
    link: 'https://shop.example/orders/1042',
    lines: Array.from({ length: 8 }, (_, n) => ({ label: `Article n° ${n}`, amount: 1_250 * n })),
  },
  htmlField: undefined,
}

/** About 14 kB of HTML when it is filled in. */
const source = (n: number) => ({
  subject: 'Commande de {{name}}, le {{date at}}',
  preheader: 'Total : {{money total currency}}',
  body: `<mj-text>Bonjour {{name}}, voici la commande n° ${n}.</mj-text>
<mj-table>{{#each lines}}<tr><td>{{label}}</td><td>{{money amount @root.currency}}</td></tr>{{/each}}</mj-table>
<mj-button href="{{url link}}">Voir la commande</mj-button>
${'<mj-text>Retrait le {{dateTime at}}. Merci de votre confiance, {{name}}.</mj-text><mj-divider />'.repeat(4)}`,
})

/** What templates cost: making one ready to send, filling it in, and keeping many ready. In this process, and its compiler's. */
export async function benchTemplates({ count, rounds, patienceMs }: TemplateOptions): Promise<Findings> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const cacheFolder = mkdtempSync(join(tmpdir(), 'carillon-compiled-'))
  const parse = await loadParser()
  let compiler = createCompiler({ cacheFolder })
  const compile = (n: number) => compileTemplate('email', source(n), 'fr', subject, compiler)
  const took = async (work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    return performance.now() - began
  }

  await quiet(patienceMs)
  const first = await took(() => compile(0))
  const started: number[] = []
  for (let n = 0; n < STARTED; n++) {
    await compile(1) // What it keeps for the next start is written after its first answer.
    await compiler.close()
    compiler = createCompiler({ cacheFolder })
    started.push(await took(() => compile(0)))
  }
  const published: number[] = []
  for (let n = 1; n <= PUBLISHED; n++) published.push(await took(() => compile(n)))

  const ready = readCompiled(await compile(0), parse)
  const variables = {
    payload: subject.sample,
    contact: { name: 'Élodie' },
    organization: { name: 'Atelier des Cycles', brand: { color: '#336699', website: 'https://shop.example' } },
    locale: 'fr',
    timeZone: 'Europe/Paris',
    links: { preferencesUrl: 'https://shop.example/u/1' },
  }
  const runs: { p50: number; p99: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    await quiet(patienceMs)
    const each = new Float64Array(count)
    for (let n = 0; n < count; n++) {
      const began = performance.now()
      ready.render(variables)
      each[n] = (performance.now() - began) * 1000
    }
    each.sort()
    // The first round is for the compiler.
    if (round > 0) runs.push({ p50: each[Math.floor(count / 2)]!, p99: each[Math.floor(count * 0.99)]! })
  }
  const content = ready.render(variables)
  const bytes = content.channel === 'email' ? Buffer.byteLength(content.html) : 0

  const compiled = await Promise.all(
    Array.from({ length: KEPT_READY }, async (_, n) => JSON.stringify(await compile(n))),
  )
  collect()
  const before = process.memoryUsage()
  const kept = compiled.map((text) => readCompiled(JSON.parse(text), parse))
  collect()
  const after = process.memoryUsage()
  await compiler.close()
  rmSync(cacheFolder, { recursive: true })
  const megabytes = (after.heapUsed + after.external - before.heapUsed - before.external) / 1_048_576

  return {
    bench: 'templates',
    settings: { count, rounds, bytes },
    table: [
      ['', 'found'],
      ['the very first publication, nothing kept yet', `${whole(first)} ms`],
      [
        `with the start of its process, ${STARTED} times`,
        `p50 ${whole(median(started))} ms, most ${whole(Math.max(...started))} ms`,
      ],
      [`the next ${PUBLISHED}`, `p50 ${tenths(median(published))} ms, most ${tenths(Math.max(...published))} ms`],
      [
        `filling in a mail of ${tenths(bytes / 1024)} kB`,
        `p50 ${tenths(median(runs.map(({ p50 }) => p50)))} µs, p99 ${tenths(median(runs.map(({ p99 }) => p99)))} µs`,
      ],
      [`${kept.length} kept ready`, `${tenths(megabytes)} MB`],
    ],
    notes: [`Medians of ${rounds} runs of ${whole(count)}; publishing without its two statements in Postgres.`],
    runs,
  }
}
