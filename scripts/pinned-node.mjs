import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** The Node this project is pinned to; npm installs it as a dev dependency. */
export const pinnedNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

/**
 * Runs a program in the repository's root with our own input and output and resolves with its exit code.
 * Ctrl-C reaches it by itself, so this process only stays until it has ended.
 */
export function run(command, args, options = {}) {
  const stay = () => {}
  process.on('SIGINT', stay)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    const forward = () => child.kill('SIGTERM')
    process.on('SIGTERM', forward)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      process.off('SIGINT', stay)
      process.off('SIGTERM', forward)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })
}

/** Runs a TypeScript (or JavaScript) file of this repository on the pinned Node. */
export function runPinned(args, options) {
  if (existsSync(pinnedNode)) return run(pinnedNode, args, options)
  console.error('Nothing is installed yet: run npm start or npm test once (or npm ci).')
  return Promise.resolve(1)
}
