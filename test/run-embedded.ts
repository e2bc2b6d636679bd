import { prepareDataDir } from '../src/platform/database/embedded/data-dir.ts'
import { serverUser } from '../src/platform/database/embedded/server-user.ts'
import { startEmbedded } from '../src/platform/database/embedded.ts'
import { StartError } from '../src/platform/start-error.ts'

/** A process that starts the embedded Postgres in the folder of its first argument, says what came of it as JSON lines, and stops on SIGTERM. */
process.umask(0o077)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
try {
  const { path } = prepareDataDir({ path: process.argv[2] ?? '', named: true }, serverUser())
  const server = await startEmbedded({ dataDir: path, log: (line) => say({ log: line }) })
  process.once('SIGTERM', () => server.stop())
  say({ url: server.url, recovered: server.recovered })
} catch (error) {
  say({ refused: error instanceof StartError, message: (error as Error).message })
}
