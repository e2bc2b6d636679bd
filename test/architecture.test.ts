import { globSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the rooms on one storey of the engine may see beside platform/ and errors.ts. Rooms of one storey do not see each other. */
const BELOW_MESSAGES = ['channels', 'organizations']
const MESSAGES_SEES = [...BELOW_MESSAGES, 'catalogue', 'templates', 'links', 'documents', 'contacts', 'prices']
const ABOVE_MESSAGES = [...MESSAGES_SEES, 'messages']
const ROOMS: Record<string, readonly string[]> = {
  channels: [],
  providers: ['channels'],
  organizations: ['channels'],
  accounts: ['channels', 'organizations', 'providers'],
  prices: BELOW_MESSAGES,
  contacts: BELOW_MESSAGES,
  templates: BELOW_MESSAGES,
  documents: BELOW_MESSAGES,
  audit: BELOW_MESSAGES,
  catalogue: [...BELOW_MESSAGES, 'templates'],
  links: [...BELOW_MESSAGES, 'catalogue', 'templates'],
  messages: MESSAGES_SEES,
  'in-app': ABOVE_MESSAGES,
  live: ABOVE_MESSAGES,
  preferences: ABOVE_MESSAGES,
  reminders: ABOVE_MESSAGES,
  tracking: ABOVE_MESSAGES,
  statistics: [...ABOVE_MESSAGES, 'automations'],
  campaigns: ABOVE_MESSAGES,
  imports: [...ABOVE_MESSAGES, 'automations', 'campaigns'],
  automations: ABOVE_MESSAGES,
  suppressions: [...ABOVE_MESSAGES, 'automations'],
  privacy: [...ABOVE_MESSAGES, 'automations', 'reminders', 'campaigns'],
  inbox: ABOVE_MESSAGES,
  packs: [...ABOVE_MESSAGES, 'automations', 'reminders', 'audit', 'preferences', 'privacy'],
  webhooks: [...ABOVE_MESSAGES, 'providers'],
  alerts: [...ABOVE_MESSAGES, 'accounts', 'automations'],
}

/** Beside what a surface gives them: the words to declare events and templates with. Types they may name from anywhere. */
const PACKS_SEE = ['packs', 'catalogue', 'templates', 'channels']

const ANYWHERE = /^src\/errors\.ts$/
const ROOTS = /^src\/((main|app|alerting|campaigning|carriers|people|reporting|routes|config|demo)\.ts$|config\/)/
/** What writes the SDK's generated files; not part of what is published. */
const SDK_GENERATORS = /^sdk\/(generate|openapi-document)\.ts$/

/** Why this file may not import that one; undefined when it may. Paths are from the repository's root. */
function fault(from: string, to: string, typeOnly: boolean): string | undefined {
  if (!to.startsWith('src/'))
    return from.startsWith('src/') && to !== 'package.json' ? 'src/ stands on its own' : undefined
  if (from.startsWith('dashboard/')) return 'the dashboard talks to the server through sdk/ only'
  if (from.startsWith('testing/')) return 'the test kit talks to the server through sdk/ only'
  if (from.startsWith('sdk/')) return SDK_GENERATORS.test(from) ? undefined : 'the SDK is used without the server'
  if (ROOTS.test(from) || ANYWHERE.test(to)) return undefined
  if (to === 'src/config.ts') return typeOnly ? undefined : 'only main.ts and app.ts read settings'
  if (ROOTS.test(to)) return 'nothing imports main.ts, app.ts or what they wire'

  if (from === 'src/packs/packs.ts') return undefined
  const [, floor, room = ''] = from.split('/')
  const [, toFloor, toRoom = ''] = to.split('/')
  if (floor === 'packs') {
    if (toFloor === 'packs') return toRoom === room ? undefined : 'packs do not know each other'
    return toFloor !== 'engine' || typeOnly || PACKS_SEE.includes(toRoom)
      ? undefined
      : 'a pack uses what the surface gives it'
  }
  if (toFloor === 'packs') return 'only app.ts knows the packs'
  if (floor === 'platform') return toFloor === 'platform' ? undefined : 'the platform has never heard of a message'
  if (floor !== 'engine') return `src/${floor} is no floor of this house`
  if (room === 'channels') return toRoom === room ? undefined : 'channels/ is a vocabulary without I/O'
  if (toFloor === 'platform') {
    const vendor = room === 'providers' && !from.startsWith('src/engine/providers/sandbox/')
    return vendor && toRoom === 'database' ? 'a vendor has never heard of the database' : undefined
  }
  const seen = ROOMS[room]
  if (!seen) return `engine/${room} is not in the table of rooms`
  return toRoom === room || seen.includes(toRoom) ? undefined : `engine/${room} does not see engine/${toRoom}`
}

const isTest = (file: string): boolean => /\.(test|contract)\.ts$/.test(file)
const sources = globSync('{src,sdk,testing,dashboard/src}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => name.includes('node_modules'),
}).filter((file) => !isTest(file))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

test('imports point downwards only', () => {
  const faults = sources.flatMap((file) =>
    relativeImports(read(file)).flatMap(({ path, typeOnly }) => {
      const to = normalize(join(file, '..', path))
      const why =
        to.split('/')[0] === file.split('/')[0] && !file.startsWith('src/') ? undefined : fault(file, to, typeOnly)
      return why ? [`${file} imports ${to}: ${why}`] : []
    }),
  )
  expect(faults).toEqual([])
})

describe('the table notices', () => {
  test.each([
    ['src/platform/queue/queue.ts', 'src/engine/channels/channel.ts'],
    ['src/engine/channels/channel.ts', 'src/platform/clock.ts'],
    ['src/engine/messages/accept.ts', 'src/engine/tracking/reports.ts'],
    ['src/engine/messages/deliver.ts', 'src/engine/providers/smtp/smtp.ts'],
    ['src/engine/tracking/reports.ts', 'src/engine/inbox/inbox.ts'],
    ['src/engine/contacts/contacts.ts', 'src/engine/messages/accept.ts'],
    ['src/engine/providers/smtp/smtp.ts', 'src/platform/database/database.ts'],
    ['src/engine/providers/smtp/smtp.ts', 'src/engine/messages/message.ts'],
    ['src/engine/alerts/alerts.ts', 'src/packs/shop/events.ts'],
    ['src/packs/shop/events.ts', 'src/packs/bookings/events.ts'],
    ['src/packs/shop/orders.ts', 'src/engine/messages/accept.ts'],
    ['src/engine/messages/accept.ts', 'src/config.ts'],
    ['src/engine/messages/accept.ts', 'src/config/carriers.ts'],
    ['src/engine/messages/accept.ts', 'src/app.ts'],
    ['src/engine/messages/accept.ts', 'test/database.ts'],
    ['src/engine/new-room/thing.ts', 'src/engine/channels/channel.ts'],
    ['sdk/src/client.ts', 'src/errors.ts'],
    ['testing/src/server.ts', 'src/main.ts'],
    ['dashboard/src/main.tsx', 'src/errors.ts'],
  ])('%s importing %s', (from, to) => {
    expect(fault(from, to, false)).toBeTruthy()
  })
})

test('only config.ts reads the environment', () => {
  expect(
    sources.filter((file) => file.startsWith('src/') && file !== 'src/config.ts' && /process\.env\b/.test(read(file))),
  ).toEqual([])
})

test('only clock.ts asks what time it is', () => {
  expect(
    sources.filter(
      (file) =>
        file.startsWith('src/') && file !== 'src/platform/clock.ts' && /Date\.now\(|new Date\(\)/.test(read(file)),
    ),
  ).toEqual([])
})

test('no file only passes on what others export, and none is a bucket', () => {
  expect(
    sources.filter(
      (file) => /(^|\/)(index|utils?|common|misc|manager|service|types)\.tsx?$/.test(file) && file.startsWith('src/'),
    ),
  ).toEqual([])
})

/** Of a partitioned table: named by a parameter and by another row at once. See docs/decisions.md, “Rows of partitioned tables”. */
const PRUNED_TWICE =
  /\b([amne])\.(id|message_id|notification_id) (?:= any\(\$|[<>]=? ?\$)[^;`]{0,40}? and \1\.\2 (?:= [a-z_]+\.|in \()/
test('no statement that writes names rows of a partitioned table in two ways', () => {
  expect(
    sources.filter(
      (file) =>
        file.startsWith('src/') && /\b(update|delete|for update)\b/.test(read(file)) && PRUNED_TWICE.test(read(file)),
    ),
  ).toEqual([])
  expect('update message m from i where m.id = any($1::uuid[]) and m.id = i.message_id').toMatch(PRUNED_TWICE)
  expect('update message m where m.id = any($1::uuid[]) and m.id in (select id from mine)').toMatch(PRUNED_TWICE)
})

function relativeImports(source: string): { path: string; typeOnly: boolean }[] {
  const found = source.matchAll(
    /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/gm,
  )
  return [...found].map(([, type, path, dynamic]) => ({ path: (path ?? dynamic)!, typeOnly: Boolean(type) }))
}
