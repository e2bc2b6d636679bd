import fc from 'fast-check'
import { type CatalogueEntry, createCatalogue } from '../src/engine/catalogue/catalogue.ts'
import { builtInSources, compileBuiltIn } from '../src/engine/templates/built-ins.ts'
import { readCompiled } from '../src/engine/templates/compiled.ts'
import { createCompiler } from '../src/engine/templates/compiler.ts'
import { loadParser } from '../src/engine/templates/syntax.ts'
import { packs } from '../src/packs/packs.ts'
import { MARK, payloads } from '../test/payloads.ts'
import { faultsIn } from '../test/rendered.ts'
import { type Findings, tenths, whole } from './report.ts'

export interface PayloadOptions {
  /** Different payloads for each template. */
  count: number
  /** Of one pack only; of all unless named. */
  pack: string | undefined
  seed?: number
}

const MOST_SHOWN = 10
const BRANDS = {
  named: {
    name: 'Maison & Associés',
    brand: { color: '#0f766e', website: 'https://example.com', address: '12 rue\nLyon' },
  },
  bare: { name: 'Maison & Associés', brand: {} },
}

/** Every built-in template filled in with thousands of different payloads: what the suite does with a few of each. */
export async function benchPayloads({ count, pack, seed = Date.now() }: PayloadOptions): Promise<Findings> {
  const compiler = createCompiler()
  const parse = await loadParser()
  const catalogue = createCatalogue(packs)
  const sources = builtInSources(catalogue.entries)
  const began = performance.now()
  const faults: string[] = []
  let templates = 0
  let distinct = 0
  let renderedMs = 0
  for (const [key, own] of Map.groupBy(sources, (source) => source.key)) {
    const entry = catalogue.entries.find((one) => one.templateKey === key) as CatalogueEntry
    if (pack !== undefined && entry.pack !== pack) continue
    const different = new Map<string, Record<string, unknown>>()
    // Some come out twice: more are drawn until there are enough, or there are no others.
    for (let round = 0; different.size < count && round < 20; round++)
      for (const given of fc.sample(payloads(entry.payload), { numRuns: count - different.size, seed: seed + round })) {
        const payload = entry.payload.parse(given)
        different.set(JSON.stringify(payload), payload)
      }
    distinct += different.size
    for (const source of own) {
      const template = readCompiled((await compileBuiltIn(source, compiler)).compiled, parse)
      templates++
      let n = 0
      for (const payload of different.values()) {
        const isNamed = n++ % 2 === 0
        const start = performance.now()
        const content = template.render({
          payload,
          contact: { name: isNamed ? `Zoé ${MARK}` : null },
          organization: BRANDS[isNamed ? 'named' : 'bare'],
          locale: source.locale,
          timeZone: 'Europe/Paris',
        })
        renderedMs += performance.now() - start
        for (const fault of faultsIn(content, Boolean(entry.htmlField && payload[entry.htmlField])))
          faults.push(`${key} ${source.channel} ${source.locale}: ${fault} (${JSON.stringify(payload).slice(0, 300)})`)
      }
    }
  }
  await compiler.close()
  for (const fault of faults.slice(0, MOST_SHOWN)) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  const seconds = (performance.now() - began) / 1000
  const renders = templates * count
  return {
    bench: 'payloads',
    settings: { count, pack: pack ?? 'all', seed },
    table: [
      ['', 'found'],
      ['templates', whole(templates)],
      ['different payloads', whole(distinct)],
      ['fillings', `about ${whole(renders)}, ${tenths((renderedMs * 1000) / renders)} µs each`],
      ['faults', whole(faults.length)],
      ['took', `${whole(seconds)} s`],
    ],
    notes: ['Checked for traces of missing values, values that became markup, elements left open or empty.'],
    runs: [{ templates, distinct, faults: faults.length, seconds }],
  }
}
