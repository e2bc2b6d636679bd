import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pinnedNode, root, run } from './pinned-node.mjs'

const LOCK = join(root, '.install.lock')

/** Installs what package-lock.json names unless exactly that is there already; nothing is fetched then. Resolves with an exit code. */
export async function ensureInstalled() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    return fail(`Carillon needs Node 20 or newer to start (this is ${process.version}).`)
  if (isInstalled()) return 0
  if (!isWritable())
    return fail(`${root} is not installed yet and this user may not write there: run npm ci as a user who may.`)

  await takeTurn()
  try {
    if (isInstalled()) return 0 // somebody else's turn did it
    console.log('Installing (only this once; a minute or so)…')
    const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'])
    if (code !== 0) return fail('The installation failed; npm says why above.', code)
    if (!isInstalled())
      return fail(
        'The pinned Node is missing after the installation: npm must be allowed to run install scripts (is ignore-scripts set?).',
      )
    return 0
  } finally {
    rmSync(LOCK, { force: true })
  }
}

function isInstalled() {
  if (!existsSync(pinnedNode)) return false
  try {
    const wanted = packagesOf('package-lock.json')
    const installed = packagesOf('node_modules/.package-lock.json')
    return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
      if (path === '') return true
      const found = installed[path]
      return found ? found.version === version : optional || devOptional
    })
  } catch {
    return false
  }
}

const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages

function isWritable() {
  try {
    accessSync(root, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Two commands started at once on a fresh clone must not install into each other's folders. */
async function takeTurn() {
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (!isRunning(LOCK)) rmSync(LOCK, { force: true })
      await sleep(200)
    }
  }
}

function isRunning(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function fail(line, code = 1) {
  console.error(line)
  return code
}
