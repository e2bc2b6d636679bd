import { join } from 'node:path'
import { sleep } from '../../bench/lab/processes.ts'
import type { Scenario } from './frame/scenario.ts'
import { anEmail } from './frame/send.ts'
import { fillDisk, mountSmallDisk } from './frame/small-disk.ts'

const MEGABYTE = 1024 * 1024
const FULL_MS = 5_000

/** Postgres has no room left, for rows or for its log: it refuses, or gives up and is started again once there is room. */
export const databaseDiskFull: Scenario = {
  name: 'database-disk-full',
  what: 'the disk under Postgres (a tmpfs) is full for five seconds',
  plan: { messages: 3_000, perSecond: 250, layout: 'redis' },
  site: {
    prepareFolder: (lab, folder) => mountSmallDisk(lab, join(folder, 'postgres'), 400 * MEGABYTE),
    postgresSettings: { min_wal_size: '32MB', max_wal_size: '64MB' },
  },
  async strike({ at, fault, site, notes }) {
    await at(0.25)
    await fault('no room under Postgres', async () => {
      const makeRoom = fillDisk(join(site.folder, 'postgres'))
      await sleep(FULL_MS)
      makeRoom()
      if (site.postgres!.process.alive()) {
        notes.push('Postgres went on, refusing what needed room')
      } else {
        notes.push('Postgres gave up for want of room and was started again')
        await site.postgres!.startAgain()
      }
    })
  },
}

const ATTACHMENT_BYTES = 20 * 1024

/** Files have no room: messages that bring one are refused until there is, the others go on. */
export const filesDiskFull: Scenario = {
  name: 'files-disk-full',
  what: 'the disk of attachments (a tmpfs) is full for five seconds',
  plan: { messages: 1_500, perSecond: 150, layout: 'redis' },
  site: { prepareFolder: (lab, folder) => mountSmallDisk(lab, join(folder, 'data'), 64 * MEGABYTE) },
  request: (n) => ({
    ...anEmail(n),
    ...(n % 2 === 0
      ? {
          attachments: [
            {
              filename: 'invoice.pdf',
              contentType: 'application/pdf',
              content: Buffer.alloc(ATTACHMENT_BYTES, n).toString('base64'),
            },
          ],
        }
      : {}),
  }),
  async strike({ at, fault, site }) {
    await at(0.25)
    await fault('no room for files', async () => {
      const makeRoom = fillDisk(site.dataDir)
      await sleep(FULL_MS)
      makeRoom()
    })
  },
  expect: { doubles: 'none' },
}
