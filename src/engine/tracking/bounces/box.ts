import { setTimeout as sleep } from 'node:timers/promises'
import { ImapFlow, type MailboxObject } from 'imapflow'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import { tellOnce } from '../../../platform/tell-once.ts'
import { type BoxPosition, holdBox, moveBox, releaseBox } from './box-store.ts'
import type { MailEnvelope } from './mails.ts'
import { LARGEST_MAIL_BYTES } from './parsed-mail.ts'

export interface BoxSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS, without which no password leaves but to this machine itself. */
  readonly secure: boolean
  readonly user: string
  readonly password: string
  readonly folder: string
  /** Mails that were kept go there; unset: they stay, marked as read. */
  readonly doneFolder?: string | undefined
}

interface Deps extends BoxSettings {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly workerId: string
  /** Resolves when the mail is durable. */
  readonly keep: (mail: Buffer, envelope: MailEnvelope) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** What a mailbox says of itself when it is opened. */
type Opened = Pick<MailboxObject, 'uidValidity' | 'uidNext'>

/** How long it waits for news before it asks, and after a failure before it begins anew. */
const EVERY_MS = 20_000
/** Who died holding the mailbox is followed within ten seconds; who lives says so three times meanwhile. */
const HELD_FOR_MS = 9_000
const HOLD_EVERY_MS = 3_000
const LOOPBACK = /^(localhost|127\.|::1$|\[::1\]$)/

/**
 * A mailbox that bounces come to. One process reads it at a time; each mail is kept before it is marked, and the place is
 * remembered after that, so that a mail may be read twice when a process dies between the two (which changes nothing: the
 * same mail is one report) and is never passed over.
 */
export function createBox({ db, clock, workerId, keep, ...settings }: Deps) {
  const { host, port, secure, user, password, folder, doneFolder } = settings
  const name = `${user}@${host}:${port}/${folder}`
  const tell = tellOnce(settings.onError)
  const stopping = new AbortController()
  let client: ImapFlow | undefined
  let news = Promise.withResolvers<void>()
  let running: Promise<void> | undefined

  return {
    start(): void {
      running = loop()
    },
    /** Finishes the mail under way. */
    async stop(): Promise<void> {
      stopping.abort()
      news.resolve()
      await running
    },
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      let pauseMs = HOLD_EVERY_MS
      try {
        const position = await hold()
        if (position) await readWhileHeld(position)
      } catch (error) {
        if (!stopping.signal.aborted) tell(error as Error)
        pauseMs = EVERY_MS
      }
      client?.close()
      client = undefined
      await pause(pauseMs)
    }
    await releaseBox(db.run, name, workerId).catch(() => {})
  }

  function hold(): Promise<BoxPosition | undefined> {
    const now = clock.now()
    return holdBox(db.run, { name, holder: workerId, now, until: new Date(now.getTime() + HELD_FOR_MS) })
  }

  async function readWhileHeld(from: BoxPosition): Promise<void> {
    const open = new ImapFlow({
      host,
      port,
      secure,
      ...(secure || LOOPBACK.test(host) ? {} : { doSTARTTLS: true }),
      auth: { user, pass: password },
      logger: false,
      autoIdleDelay: 300,
    })
    client = open
    open.on('error', (error: Error) => {
      tell(error)
      news.resolve()
    })
    open.on('close', () => news.resolve())
    open.on('exists', () => news.resolve())
    await open.connect()
    if (doneFolder) await open.mailboxCreate(doneFolder)
    const opened = await open.mailboxOpen(folder)

    let position = from
    if (position.uidValidity === opened.uidValidity) await markKept(open, position.lastUid)
    while (!stopping.signal.aborted && open.usable) {
      news = Promise.withResolvers()
      position = await readNew(open, opened, position)
      if (!(await holdUntilNews())) return
    }
    if (open.usable) await open.logout()
  }

  /** Until the mailbox has news or it is time to ask. False: another process has it by now. */
  async function holdUntilNews(): Promise<boolean> {
    const waiting = news.promise.then(() => true)
    for (let leftMs = EVERY_MS; leftMs > 0; leftMs -= HOLD_EVERY_MS) {
      const isNews = await Promise.race([waiting, pause(Math.min(leftMs, HOLD_EVERY_MS))])
      if (!(await hold())) return false
      if (isNews || stopping.signal.aborted) break
    }
    return true
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => {})
  }

  /** Those above the last one, whatever else was done to them; in a mailbox that counts anew, those that are not marked. */
  async function readNew(open: ImapFlow, { uidValidity, uidNext }: Opened, from: BoxPosition): Promise<BoxPosition> {
    const isKnown = from.uidValidity === uidValidity
    const unmarked = doneFolder ? { all: true } : { seen: false }
    const found = await open.search(isKnown ? { uid: `${from.lastUid + 1}:*` } : unmarked, { uid: true })
    if (!found) throw new Error('The mailbox cannot be searched')
    let position = isKnown ? from : { uidValidity, lastUid: 0 }
    for (const uid of found.toSorted((a, b) => a - b)) {
      // `n:*` always names the last one, also below n.
      if (uid <= position.lastUid) continue
      if (stopping.signal.aborted || !(await hold())) return isKnown ? position : from
      const mail = await open.fetchOne(`${uid}`, { source: { maxLength: LARGEST_MAIL_BYTES } }, { uid: true })
      if (mail !== false && mail.source) await keep(mail.source, { via: 'imap' })
      position = { uidValidity, lastUid: uid }
      // Until all that is not marked has been read once, the marks tell how far it came.
      if (isKnown && !(await moveBox(db.run, { name, holder: workerId, ...position }))) return position
      await mark(open, `${uid}`)
    }
    if (isKnown) return position
    position = { uidValidity, lastUid: Math.max(position.lastUid, uidNext - 1) }
    await moveBox(db.run, { name, holder: workerId, ...position })
    return position
  }

  /** What was kept by a process that died before it could mark it. */
  async function markKept(open: ImapFlow, lastUid: number): Promise<void> {
    if (lastUid === 0) return
    const left = await open.search({ uid: `1:${lastUid}`, ...(doneFolder ? {} : { seen: false }) }, { uid: true })
    if (left && left.length > 0) await mark(open, left.join(','))
  }

  async function mark(open: ImapFlow, uids: string): Promise<void> {
    if (doneFolder) await open.messageMove(uids, doneFolder, { uid: true })
    else await open.messageFlagsAdd(uids, ['\\Seen'], { uid: true })
  }
}
