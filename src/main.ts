import { existsSync } from 'node:fs'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { createApp } from './app.ts'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { type DemoAccess, demoAccess } from './demo.ts'
import { rotateSecrets } from './engine/accounts/rotation.ts'
import { beginAgain } from './engine/audit/begin-again.ts'
import { verifyAll } from './engine/audit/verify.ts'
import { settleRestored } from './engine/messages/restored.ts'
import { encryptSecondFactorsAgain } from './engine/organizations/second-factor-rotation.ts'
import { systemClock } from './platform/clock.ts'
import { type Crypto, createCrypto } from './platform/crypto.ts'
import { type Database, openDatabase } from './platform/database/database.ts'
import { prepareDataDir } from './platform/database/embedded/data-dir.ts'
import { serverUser } from './platform/database/embedded/server-user.ts'
import { startEmbedded } from './platform/database/embedded.ts'
import { awaitDatabase } from './platform/database/external.ts'
import { migrate } from './platform/database/migrate.ts'
import { assertPortFree } from './platform/listening.ts'
import { createLogger } from './platform/logging.ts'
import { prepareQueue } from './platform/queue/postgres-backend.ts'
import { ownSecret } from './platform/secret-file.ts'
import { StartError } from './platform/start-error.ts'

const LEAST_NODE = 24
const DASHBOARD = fileURLToPath(new URL('../dashboard/dist', import.meta.url))
/** What is under way gets this long to finish after a signal. */
const STOP_TIMEOUT_MS = 15_000
const WORKER_NICENESS = 10

type Keys = Parameters<typeof encryptSecondFactorsAgain>[0]

/** What is done once, with the database and the secrets, instead of serving. */
const COMMANDS: Partial<Record<Config['role'], (run: Database['run'], crypto: Crypto, keys: Keys) => Promise<void>>> = {
  'rotate-secrets': sealAgain,
  'audit-verify': verifyAudit,
  'audit-begin-again': beginAuditAgain,
}

/** What has been opened so far, to be closed in the opposite order. */
const opened: (() => Promise<void>)[] = []
const asked = Promise.withResolvers<void>()
let stopping = false

process.on('SIGINT', askToStop)
process.on('SIGTERM', askToStop)
process.on('disconnect', askToStop) // the script that started us is gone
process.channel?.unref()

process.exit(await run())

/** The whole life of the process; its exit code. */
async function run(): Promise<number> {
  let code = 0
  try {
    if ((await start()) === 'running') await asked.promise
  } catch (error) {
    if (!stopping) {
      console.error(error instanceof StartError || error instanceof ConfigError ? error.message : error)
      code = 1
    }
  }
  setTimeout(() => {
    console.error(`Not everything had finished after ${STOP_TIMEOUT_MS / 1000} s; ending anyway`)
    process.exit(1)
  }, STOP_TIMEOUT_MS).unref()
  for (const close of opened.reverse()) {
    await close().catch((error) => {
      console.error(error)
      code = 1
    })
  }
  return code
}

/** Whoever calls waits for an answer; nobody waits for a worker's next millisecond. On a machine of its own it makes no difference. */
function giveWay(): void {
  try {
    setPriority(WORKER_NICENESS)
  } catch {
    // Not everywhere may a process do that.
  }
}

/** Finishes what is under way first; asked a second time, it ends at once. */
function askToStop(): void {
  if (stopping) process.exit(130)
  stopping = true
  asked.resolve()
}

async function start(): Promise<'running' | 'done'> {
  if (Number(process.versions.node.split('.')[0]) < LEAST_NODE) {
    throw new StartError(
      `Carillon runs on Node ${LEAST_NODE} or newer (this is ${process.version}): npm start brings its own.`,
    )
  }
  const config = loadConfig()
  for (const warning of config.warnings) console.error(warning)
  const serves = config.role === 'all' || config.role === 'api' || config.role === 'worker'
  if (config.role === 'worker') giveWay()
  if (serves) await assertPortFree(config.host, config.port)

  const dataDir = prepareDataDir(config.dataDir, config.databaseUrl ? undefined : serverUser())
  if (dataDir.note) console.log(dataDir.note)
  const databaseUrl = await openDatabaseServer(config, dataDir.path)
  const applied = await migrate(databaseUrl)
  if (await settleRestored(databaseUrl))
    console.log('This database was restored from a dump: its webhooks go on where they stopped')
  if (!config.redisUrl) await prepareQueue(databaseUrl)
  goOn()
  if (config.role === 'migrate') {
    console.log(applied.length ? `Migrated: ${applied.join(', ')}` : 'The database is up to date')
    return 'done'
  }

  const secret = config.secret ?? ownSecret(dataDir.path)
  const command = COMMANDS[config.role]
  if (command) {
    const db = openDatabase({ url: databaseUrl })
    opened.push(() => db.close())
    const { oldSecrets } = config
    await command(db.run, createCrypto(secret, oldSecrets), { databaseUrl, secret, oldSecrets })
    return 'done'
  }
  const demo = config.demo && config.role !== 'worker' ? demoAccess(secret, config.demoApiKey) : undefined
  const app = await createApp({
    databaseUrl,
    redisUrl: config.redisUrl,
    roles: { api: config.role !== 'worker', worker: config.role !== 'api' },
    secret,
    oldSecrets: config.oldSecrets,
    publicUrl: config.publicUrl,
    dataFolder: dataDir.path,
    ...(existsSync(DASHBOARD) ? { dashboardFolder: DASHBOARD } : {}),
    smtp: config.smtp,
    smtpPerSecond: config.smtpPerSecond,
    smtpBackup: config.smtpBackup,
    sendgrid: config.sendgrid,
    ses: config.ses,
    sms: config.sms,
    whatsapp: config.whatsapp,
    oidc: config.oidc,
    vendors: { stripe: config.stripe },
    sandboxCheckout: config.sandboxCheckout,
    geocoders: config.geocoders,
    storage: config.storage,
    bounceListener: config.bounceListener,
    bounceBox: config.bounceBox,
    allowPrivateHosts: config.allowPrivateHosts,
    ...(demo ? { demo: { ...demo, empty: !config.demoSamples } } : {}),
    isSandbox: config.demo,
    admins: config.admins,
    cronSecret: config.cronSecret,
    slackWebhookUrl: config.slackWebhookUrl,
    trustedProxies: config.trustedProxies,
    clock: systemClock,
    log: createLogger({ level: config.logLevel, pretty: process.stdout.isTTY }),
    version: manifest.version,
  })
  opened.push(() => app.stop())
  goOn()
  await app.start()
  // A crowd that comes at once waits to be let in; the system's own bound is lower or as high.
  await app.http.listen({ host: config.host, port: config.port, backlog: 4096 })
  console.log(greeting(config, demo))
  return 'running'
}

async function openDatabaseServer(config: Config, dataDir: string): Promise<string> {
  if (config.databaseUrl) {
    await awaitDatabase(config.databaseUrl, console.log)
    return config.databaseUrl
  }
  const embedded = await startEmbedded({ dataDir, log: console.error })
  opened.push(() => embedded.stop())
  if (embedded.recovered) console.log('The last run was cut short: its Postgres was still there and has been restarted')
  goOn()
  return embedded.url
}

async function sealAgain(run: Database['run'], crypto: Crypto, keys: Keys): Promise<void> {
  const boxes = await rotateSecrets(run, crypto)
  const factors = await encryptSecondFactorsAgain(keys)
  const unreadable = boxes.unreadable + factors.unreadable
  console.log(
    `Secrets of provider accounts, webhook endpoints and audit logs that were sealed again: ${boxes.sealedAgain} of ${boxes.sealed}`,
  )
  console.log(`Second factors that were sealed again: ${factors.sealedAgain} of ${factors.sealed}`)
  if (unreadable > 0) {
    throw new StartError(
      `${unreadable} could not be opened: put the secret they were sealed with into CARILLON_OLD_SECRETS, or save their settings again (of a second factor: switch it off)`,
    )
  }
  console.log('CARILLON_OLD_SECRETS is no longer needed for them')
}

async function beginAuditAgain(run: Database['run'], crypto: Crypto): Promise<void> {
  const count = await beginAgain(run, crypto)
  console.log(`Audit logs that no known secret opens, and that now go on with a new key: ${count}`)
}

async function verifyAudit(run: Database['run'], crypto: Crypto): Promise<void> {
  let chains = 0
  let entries = 0
  let broken = 0
  for await (const verdict of verifyAll({ run, crypto, now: systemClock.now() })) {
    chains++
    entries += verdict.entries
    const { organizationId, last, faults } = verdict
    const end = last ? `${verdict.entries} entries, the last is ${last.n} ${last.hash}` : 'no record of where it ends'
    console.log(`${organizationId}  ${faults.length === 0 ? 'whole' : 'NOT WHOLE'}  ${end}`)
    for (const { what, from, to } of faults) console.log(`  ${what}: ${from === to ? from : `${from} to ${to}`}`)
    if (faults.length > 0) broken++
  }
  if (broken > 0) throw new StartError(`${broken} of ${chains} audit logs are not whole`)
  console.log(`All ${chains} audit logs are whole: ${entries} entries`)
}

function greeting(config: Config, demo: DemoAccess | undefined): string {
  if (config.role === 'worker')
    return `Carillon ${manifest.version} works; its health is at ${config.publicUrl}/health/ready`
  const lines: [name: string, value: string][] = [['Dashboard', config.publicUrl]]
  if (demo) lines.push(['Sign in', `${demo.email}  ${demo.password}`], ['API key', demo.apiKey])
  lines.push(['API', `${config.publicUrl}/docs`])
  const mailers = [
    ...[config.smtp, config.smtpBackup].flatMap((smtp) => (smtp ? [`${smtp.host}:${smtp.port}`] : [])),
    ...(config.sendgrid ? ['SendGrid'] : []),
    ...(config.ses ? ['Amazon SES'] : []),
  ]
  const ways: [channel: string, by: string | undefined][] = [
    ['Mail', mailers.length ? mailers.join(', then ') : undefined],
    ['SMS', config.sms?.title],
    ['WhatsApp', config.whatsapp && 'Meta’s Cloud API'],
  ]
  const isLive = ways.some(([, by]) => by !== undefined)
  for (const [channel, by] of ways)
    if (by !== undefined) lines.push([channel, `through ${by}`])
    else if (isLive && !config.demo) lines.push([channel, 'not used, but by accounts of an organization’s own'])
    else if (isLive || channel === 'Mail') lines.push([channel, 'to the sandbox; nothing leaves this machine'])
  return `\nCarillon ${manifest.version} is ready. Ctrl-C stops it.\n\n${lines.map(([name, value]) => `  ${name.padEnd(11)}${value}`).join('\n')}\n`
}

/** Between two steps of the start: not if we have been told to stop. */
function goOn(): void {
  if (stopping) throw new StartError('Stopped before it was ready')
}
