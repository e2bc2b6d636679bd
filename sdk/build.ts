import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sdk = fileURLToPath(new URL('.', import.meta.url))

/**
 * The package as strangers install it, in `folder`: plain JavaScript and type declarations, for Node 20 and browsers.
 * Inside this repository the source is used as it is. To publish: `node sdk/build.ts && npm publish sdk/dist`.
 */
export function buildPackage(folder: string): void {
  const tsc = join(sdk, '..', 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(
    process.execPath,
    [tsc, '-p', join(sdk, 'tsconfig.build.json'), '--outDir', folder],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`The client does not compile:\n${stdout}`)
  const { exports: _source, ...about } = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8'))
  const entry = { types: './client.d.ts', default: './client.js' }
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ ...about, exports: { '.': entry }, sideEffects: false }, null, 2)}\n`,
  )
  cpSync(join(sdk, 'README.md'), join(folder, 'README.md'))
}

if (import.meta.main) buildPackage(join(sdk, 'dist'))
