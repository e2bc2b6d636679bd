import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startTestApp } from '../../../test/app.ts'

test('an import goes on where a dead process left it, and its file is deleted; the end is the end, though nobody wrote it down', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'carillon-import-'))
  const files = async () =>
    (await readdir(join(dataFolder, 'files'), { recursive: true })).filter((name) => name.includes('imports'))
  const front = await startTestApp({ roles: { api: true, worker: false }, dataFolder })
  const rows = Array.from({ length: 2_500 }, (_, row) => ({ address: `resumed-${row}@example.org` }))
  const { body } = await front.post('/v1/suppressions/import', { rows })
  expect(await files()).toHaveLength(1)
  const left = (state: object) =>
    front.database.query(
      `update automation_run set state = $2, attempt = attempt + 1, lease_until = null, offered_at = now() - interval '1 minute', outcome = null, finished_at = null,
        started_at = now(), counts = case when finished_at is null then '{"added":1000}' else counts end where id = $1`,
      [body.id, JSON.stringify(state)],
    )
  const ended = () =>
    front.eventually(async () => {
      const { body: run } = await front.get(`/v1/suppressions/imports/${body.id}`)
      return run.finishedAt && run
    })
  await left({ rows: 1_000, errors: [] })
  const worker = await startTestApp({ database: front.database, dataFolder })
  const done = { status: 'done', counts: { added: 2_500, known: 0, repeated: 0, refused: 0 } }
  expect(await ended()).toMatchObject(done)
  expect(await front.database.query('select 1 from suppression')).toHaveLength(1_500)
  expect(await files()).toEqual([])

  await left({ rows: 2_500, errors: [] })
  expect(await ended()).toMatchObject({ ...done, error: null })
  await worker.stop()
  await front.stop()
  await rm(dataFolder, { recursive: true })
})
