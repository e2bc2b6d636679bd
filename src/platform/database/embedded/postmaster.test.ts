import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { findBinaries } from './binaries.ts'
import { ensureCluster } from './cluster.ts'
import { prepareDataDir } from './data-dir.ts'
import { PortTakenError, startPostmaster, stopPostmaster } from './postmaster.ts'
import { canReach, serverUser } from './server-user.ts'

const user = serverUser()
const base = mkdtempSync(join(canReach(tmpdir(), user) ? tmpdir() : '/tmp', 'carillon-port-'))
chmodSync(base, 0o755)
afterEach(() => rmSync(base, { recursive: true, force: true }))

test('a port that another program has taken meanwhile is said to be that; once it is free the server starts', async () => {
  const { path } = prepareDataDir({ path: join(base, 'data'), named: true }, user)
  const launch = {
    cluster: join(path, 'postgres'),
    logFile: join(path, 'postgres.log'),
    binaries: findBinaries(user, path),
    user,
  }
  ensureCluster(launch.cluster, 'a sample password', launch.binaries, user)
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await expect(startPostmaster(launch, port)).rejects.toThrow(PortTakenError)
  other.close()
  await once(other, 'close')
  await stopPostmaster(await startPostmaster(launch, port))
})
