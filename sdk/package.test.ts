import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { buildPackage } from './build.ts'

const run = promisify(execFile)
let folder: string | undefined
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true })
})

test('strangers get plain JavaScript with types, and nothing else to install', async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'carillon-client-')))
  const installed = join(folder, 'node_modules', '@carillon', 'client')
  mkdirSync(installed, { recursive: true })
  buildPackage(installed)

  const about = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect(about).toMatchObject({ name: '@carillon/client', engines: { node: '>=20' } })
  expect(about.dependencies).toBeUndefined()
  expect(readFileSync(join(installed, 'client.d.ts'), 'utf8')).toContain('createClient')

  const program = join(folder, 'program.mjs')
  writeFileSync(
    program,
    `import { CarillonError, createClient } from '@carillon/client'
     const carillon = createClient({ baseUrl: 'http://127.0.0.1:1', apiKey: 'crl_x', retries: 0 })
     const error = await carillon.catalogue.list().catch((error) => error)
     console.log(error instanceof CarillonError, error.code)`,
  )
  expect((await run(process.execPath, ['--no-strip-types', program])).stdout).toBe('true network\n')
})

test('inside this repository the source runs as it is, through the workspace’s link', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const program = "import { createClient } from '@carillon/client'; console.log(typeof createClient)"
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: root })
  expect(stdout).toBe('function\n')
})
