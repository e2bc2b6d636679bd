import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { migrate } from '../src/platform/database/migrate.ts'
import { databaseUrl, startTestServer } from '../test/database-server.ts'

/** Writes src/platform/database/generated.ts from a freshly migrated database; with --check it only compares. */
const root = fileURLToPath(new URL('..', import.meta.url))
const server = await startTestServer()
try {
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query('create database types')
  await admin.end()
  await migrate(databaseUrl(server.url, 'types'))
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      'node_modules/kysely-codegen/dist/cli/bin.js',
      ...['--dialect', 'postgres', '--url', databaseUrl(server.url, 'types')],
      ...['--out-file', 'src/platform/database/generated.ts'],
      ...['--default-schema', 'public', '--date-parser', 'string'],
      ...(process.argv.includes('--check') ? ['--verify'] : []),
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 60_000 },
  )
  if (status !== 0) {
    console.error(stderr.split(/^\S*kysely-codegen\S*$/m)[0]?.trim())
    process.exitCode = 1
  }
} finally {
  await server.stop()
}
