import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type Lab, sleep } from '../../bench/lab/processes.ts'
import { startProduct } from '../../bench/lab/product.ts'
import { ROOT, temporaryFolder } from '../../bench/lab/servers.ts'
import { LeftOut, type Scenario } from './frame/scenario.ts'

const MIGRATION = 'src/platform/database/migrations/0003-delivery.sql'
const SIDE_BY_SIDE_MS = 10_000

/** The version before the migration runs; the new one starts beside it, migrates under it, and takes over. */
export const deployed: Scenario = {
  name: 'deployed',
  what: 'the version before migration 0003 sends; the new one starts beside it and migrates, both run ten seconds, the old one is asked to stop',
  plan: { messages: 5_000, perSecond: 200, layout: 'redis' },
  site: { product: async (lab) => ({ root: oldVersion(lab) }) },
  async strike({ at, fault, site, notes }) {
    await at(0.15)
    await fault('deploy', async () => {
      const { root: _, ...options } = site.options
      const began = Date.now()
      const next = await startProduct(site.lab, options)
      notes.push(`the new version was ready ${Date.now() - began} ms after its start, migration included`)
      site.serving.push(next)
      await sleep(SIDE_BY_SIDE_MS)
      const old = site.serving.shift()!
      await old.stop()
      for (const { name, exited } of old.processes.values()) notes.push(`the old ${name} ended with ${await exited}`)
    })
  },
  // What the old version hands to its queues as it stops waits for its lease, which was thirty seconds then.
  expect: { recovery: 'told' },
}

/** The last commit that knew nothing of the migration, from this repository's history, on the packages installed here. */
function oldVersion(lab: Lab): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim()
  let commit: string
  try {
    const added = git('log', '--diff-filter=A', '--format=%H', '--', MIGRATION).split('\n').at(-1)
    if (!added) throw new Error(`${MIGRATION} is not in its history`)
    commit = git('rev-parse', `${added}^`)
  } catch (error) {
    throw new LeftOut(`the history of this checkout does not reach back far enough (${String(error).split('\n')[0]})`)
  }
  const folder = join(temporaryFolder(lab), 'old-version')
  mkdirSync(folder)
  const archive = execFileSync('git', ['archive', commit], { cwd: ROOT, maxBuffer: 256 * 1024 * 1024 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
