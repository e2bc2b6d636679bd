import { expect, inject, test } from 'vitest'
import { freePort } from '../../../test/database-server.ts'
import { awaitDatabase } from './external.ts'

const silent = () => {}

test('a database that answers is taken', async () => {
  await awaitDatabase(inject('testServerUrl'), silent)
})

test('one that cannot be reached is waited for, then named, without its password', async () => {
  const port = await freePort()
  const said: string[] = []
  const error = await awaitDatabase(`postgres://u:canary@127.0.0.1:${port}/shop`, (line) => said.push(line), 600).catch(
    (caught) => caught,
  )
  expect(said).toEqual([`Waiting for the database at 127.0.0.1:${port}/shop (ECONNREFUSED)`])
  expect(error.message).toContain(`DATABASE_URL: 127.0.0.1:${port}/shop cannot be used: `)
  expect(error.message).not.toContain('canary')
})

test('a wrong password or database is said at once', async () => {
  const url = new URL(inject('testServerUrl'))
  const { host } = url
  url.pathname = '/nowhere'
  await expect(awaitDatabase(url.href, silent)).rejects.toThrow(
    `DATABASE_URL: ${host}/nowhere cannot be used: it has no database of that name.`,
  )
  url.password = 'canary'
  await expect(awaitDatabase(url.href, silent)).rejects.toThrow(
    `DATABASE_URL: ${host}/nowhere cannot be used: it refuses the user or password.`,
  )
})
