import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a program of everyone's finds in it. */
export function unzip(bytes: Buffer): Record<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'export-'))
  writeFileSync(join(folder, 'all.zip'), bytes)
  const script =
    'import zipfile,sys,json;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;z.extractall(sys.argv[2]);print(json.dumps(z.namelist()))'
  const names = JSON.parse(
    execFileSync('python3', ['-c', script, join(folder, 'all.zip'), folder]).toString(),
  ) as string[]
  const found = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]))
  rmSync(folder, { recursive: true })
  return found
}
/** Of a file with one JSON value in each line. */
export const lines = (file: Buffer | undefined) =>
  (file ?? '')
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
