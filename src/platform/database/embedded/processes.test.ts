import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isZombie, processIdentity, servesCluster } from './processes.ts'

test('a process is told from a later one with its number', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const identity = processIdentity(child.pid!)
  expect(identity).toBeTruthy()
  expect(processIdentity(child.pid!)).toBe(identity)
  expect(servesCluster(child.pid!, '/anything')).toBe(false)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(processIdentity(child.pid!)).toBeUndefined()
})

test('a killed process nobody has collected yet counts as gone', async () => {
  // The shell becomes the second sleep, which never collects the first.
  const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'])
  const [line] = await once(parent.stdout!, 'data')
  const pid = Number(String(line))
  while (!isZombie(pid)) await sleep(10)
  expect(() => process.kill(pid, 0)).not.toThrow()
  expect(processIdentity(pid)).toBeUndefined()
  parent.kill('SIGKILL')
  await once(parent, 'exit')
})
