import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runPinned } from './pinned-node.mjs'

const MARK = join(root, 'dashboard', 'dist', '.built-from')
const SOURCES = ['dashboard', 'sdk']
const LEFT_OUT = new Set(['dist', 'node_modules'])

/** Builds the dashboard when its sources are not the ones of the last build. Resolves with an exit code. */
export async function ensureDashboard() {
  if (!existsSync(join(root, 'dashboard', 'index.html'))) return 0
  const hash = hashOf(SOURCES)
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === hash) return 0
  console.log('Building the dashboard…')
  const code = await runPinned(['node_modules/vite/bin/vite.js', 'build', 'dashboard', '--logLevel', 'warn'], {
    // Whatever it is here: under a test runner's Vite would take the development build of React, 70 kB more to fetch.
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (code === 0) writeFileSync(MARK, hash)
  else console.error('The dashboard could not be built; the reason is above.')
  return code
}

function hashOf(folders) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = `${folder}/${entry.name}`
      if (LEFT_OUT.has(entry.name)) continue
      if (entry.isDirectory()) visit(path)
      else hash.update(path).update(readFileSync(join(root, path)))
    }
  }
  folders.forEach(visit)
  return hash.digest('hex')
}
