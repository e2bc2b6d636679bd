import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, runPinned } from './pinned-node.mjs'

/**
 * Writes every generated file from its source: the database types from the migrated database, the SDK from the error
 * table and the OpenAPI document, the table of permissions from the routes, the catalogue from the packs. `--check` writes nothing and fails when a file is out of date.
 */
const GENERATORS = [
  'scripts/database-types.ts',
  'sdk/generate.ts',
  'scripts/permissions-table.ts',
  'scripts/catalogue-table.ts',
  'scripts/wording.ts',
]

const check = process.argv.includes('--check')
for (const generator of GENERATORS.filter((file) => existsSync(join(root, file)))) {
  const code = await runPinned([generator, ...(check ? ['--check'] : [])])
  if (code !== 0) {
    if (check)
      console.error(`${generator}: its output is out of date. Run node scripts/generate.mjs and commit the result.`)
    process.exitCode = 1
  }
}
