import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { NODE, ROOT } from '../../bench/lab/servers.ts'

/** The dashboard, as `npm start` builds it: once, and only when the sources are not those of the last build. */
export default function buildDashboard(): void {
  const build = `import { ensureDashboard } from ${JSON.stringify(join(ROOT, 'scripts/dashboard.mjs'))}; process.exitCode = await ensureDashboard()`
  const { status, stderr } = spawnSync(NODE, ['--input-type=module', '-e', build], { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The dashboard could not be built:\n${stderr}`)
}
