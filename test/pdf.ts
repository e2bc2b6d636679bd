import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Everything a reader can get out of a PDF. */
export interface ReadPdf {
  readonly pages: readonly string[]
  /** With single spaces between words, no-break spaces made ordinary ones. */
  readonly text: string
  /** Attached files by their name. */
  readonly files: Readonly<Record<string, string>>
  readonly title: string | undefined
}

/** By poppler’s tools (Debian: poppler-utils), which share nothing with what writes the PDFs. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-pdf-'))
  const file = join(folder, 'it.pdf')
  try {
    await writeFile(file, bytes)
    await run('pdfdetach', ['-saveall', '-o', folder, file])
    const [text, info, names] = await Promise.all([
      run('pdftotext', ['-raw', file, '-']),
      run('pdfinfo', ['-meta', file]),
      readdir(folder),
    ])
    const pages = text.stdout
      .split('\f')
      .slice(0, -1)
      .map((page) => page.replace(/[\s\u00a0]+/g, ' ').trim())
    const files = names
      .filter((name) => name !== 'it.pdf')
      .map(async (name) => [name, await readFile(join(folder, name), 'utf8')])
    return {
      pages,
      text: pages.join(' '),
      files: Object.fromEntries(await Promise.all(files)),
      title: /<dc:title>[\s\S]*?<rdf:li[^>]*>([^<]*)</.exec(info.stdout)?.[1],
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
