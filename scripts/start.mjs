import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { ensureDashboard } from './dashboard.mjs'
import { ensureInstalled } from './install.mjs'
import { pinnedNode, root } from './pinned-node.mjs'

/** `npm start`: installs and builds what is missing or stale, then runs the product on the pinned Node until it ends. */

// npm passes on a Ctrl-C the terminal has already delivered; the same signal within this time is its echo.
const ECHO_MS = 300
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15, SIGKILL: 9, SIGHUP: 1 }

process.exitCode = (await ensureInstalled()) || (await ensureDashboard()) || (await runProduct())

function runProduct() {
  // Its own process group, so that a Ctrl-C reaches it once, from us; the channel tells it when we are gone.
  const child = spawn(pinnedNode, ['src/main.ts', ...process.argv.slice(2)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  let lastSignalAt = 0
  const passOn = (signal) => {
    const now = performance.now()
    if (lastSignalAt && now - lastSignalAt < ECHO_MS) return
    lastSignalAt = now
    child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn)

  // An npm that was killed cannot pass anything on: notice that it, or the shell it put in between, is gone.
  const parents = startedBy()
  const watch = setInterval(() => startedBy() !== parents && passOn('SIGTERM'), 250)
  if (!process.env.npm_lifecycle_event) clearInterval(watch)

  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`The pinned Node could not be run: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code, signal) => {
      clearInterval(watch)
      resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0))
    })
  })
}

function startedBy() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`
  } catch {
    return String(process.ppid)
  }
}
