import type { Database } from '../../platform/database/database.ts'
import type { Realtime } from '../../platform/realtime/realtime.ts'
import { channelOf } from '../channels/channel.ts'
import { type ChangeRow, currentPosition, isBehind, type Position, readChanges } from '../messages/changes-store.ts'
import { eventKindOf } from '../messages/status.ts'

export interface Frame {
  readonly type:
    | 'ready'
    | 'message.status'
    | 'notification.created'
    | 'inbound.received'
    | 'campaign.progress'
    | 'stats.tick'
  readonly cursor: string
  readonly at?: Date
  readonly data?: Record<string, unknown>
}

export interface Listener {
  readonly organizationId: string
  /** Set for a subscriber: it hears of this contact only. */
  readonly contactId?: string | undefined
  readonly send: (frame: Frame) => void
  /** Who may do what has changed in the organization: whether this one may still listen has to be asked. */
  readonly recheck: () => void
}

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly realtime: Realtime
  readonly onError: (error: unknown) => void
}

interface Socket extends Listener {
  position: Position
  catchingUp: boolean
}

const TOPIC = 'organizations-changed'
const CAMPAIGN_TOPIC = 'campaign-progress'
const STATISTICS_TOPIC = 'statistics-changed'
const ACCESS_TOPIC = 'access-changed'
/** Changes of many messages become one nudge; a person sees no difference. */
const NUDGE_EVERY_MS = 100
/** A nudge may be lost. */
const LOOK_EVERY_MS = 2_000
const CURSOR = /^(\d{1,20})\.([0-9a-f-]{36})\.(\d{1,15})$/

export type Live = ReturnType<typeof createLive>

/**
 * What happens, told to open sockets of any process. Writers only say which organization changed; a process that has
 * listeners for it reads the rows. Reading on from a cursor is the same read, so a client that comes back misses nothing.
 */
export function createLive({ db, realtime, onError }: Deps) {
  const organizations = new Map<
    string,
    { sockets: Set<Socket>; position: Position; reading: boolean; again: boolean }
  >()
  const touched = new Set<string>()
  const followers = new Set<(organizationId: string) => void>()
  let nudging: NodeJS.Timeout | undefined
  let looking: NodeJS.Timeout | undefined
  let unsubscribe = () => {}

  return {
    /** Says that something of this organization changed. Cheap; call it for every row. */
    changed(organizationId: string): void {
      touched.add(organizationId)
      nudging ??= setTimeout(() => {
        nudging = undefined
        const ids = [...touched]
        touched.clear()
        realtime.publish(TOPIC, { ids }).catch(onError)
      }, NUDGE_EVERY_MS)
    },

    /** The statistics of these organizations have new numbers: their pages may ask again. A hint, that may be lost. */
    counted(organizationIds: readonly string[]): void {
      realtime.publish(STATISTICS_TOPIC, { ids: [...organizationIds] }).catch(onError)
    },

    /** How far a campaign is. It may be lost: the next one says as much. */
    campaign(organizationId: string, progress: Record<string, unknown>): void {
      realtime.publish(CAMPAIGN_TOPIC, { organizationId, progress }).catch(onError)
    },

    /** Who may do what has changed in this organization: its sockets, of any process, are looked at anew. A hint, that may be lost. */
    accessChanged(organizationId: string): void {
      realtime.publish(ACCESS_TOPIC, { ids: [organizationId] }).catch(onError)
    },

    start(): void {
      const stopFollowing = [
        realtime.subscribe(TOPIC, ({ ids }) => {
          if (!Array.isArray(ids)) return
          for (const id of ids.map(String)) {
            look(id)
            for (const follower of followers) follower(id)
          }
        }),
        realtime.subscribe(STATISTICS_TOPIC, ({ ids }) => {
          if (Array.isArray(ids)) for (const id of ids) tick(String(id))
        }),
        realtime.subscribe(CAMPAIGN_TOPIC, ({ organizationId, progress }) => {
          for (const socket of organizations.get(String(organizationId))?.sockets ?? [])
            if (socket.contactId === undefined)
              socket.send({
                type: 'campaign.progress',
                cursor: formatCursor(socket.position),
                data: progress as Record<string, unknown>,
              })
        }),
        realtime.subscribe(ACCESS_TOPIC, ({ ids }) => {
          if (!Array.isArray(ids)) return
          for (const id of ids) for (const socket of organizations.get(String(id))?.sockets ?? []) socket.recheck()
        }),
      ]
      unsubscribe = () => {
        for (const stop of stopFollowing) stop()
      }
      looking = setInterval(() => {
        for (const id of organizations.keys()) look(id)
      }, LOOK_EVERY_MS)
    },

    stop(): void {
      unsubscribe()
      clearTimeout(nudging)
      clearInterval(looking)
    },

    /** Tells `listener` of every organization that says it changed, in any process. A hint, that may be lost. */
    follow(listener: (organizationId: string) => void): void {
      followers.add(listener)
    },

    /** Sockets of this process that listen. */
    open: (): number => [...organizations.values()].reduce((sum, { sockets }) => sum + sockets.size, 0),

    /** Begins to listen, from `cursor` on or from now. Undefined for a cursor that is not one. */
    async listen(listener: Listener, cursor: string | undefined): Promise<(() => void) | undefined> {
      const asked = cursor === undefined ? undefined : parseCursor(cursor)
      if (cursor !== undefined && !asked) return undefined
      const now = await currentPosition(db.run)
      // A cursor from the future is from before the database was restored from a copy: begin again.
      const position = asked && isBehind(asked, now) ? asked : now
      const socket: Socket = { ...listener, position, catchingUp: false }
      const organization = organizations.get(listener.organizationId) ?? {
        sockets: new Set(),
        position: now,
        reading: false,
        again: false,
      }
      organizations.set(listener.organizationId, organization)
      organization.sockets.add(socket)
      listener.send({ type: 'ready', cursor: formatCursor(position) })
      void catchUp(socket)
      return () => {
        organization.sockets.delete(socket)
        if (organization.sockets.size === 0) organizations.delete(listener.organizationId)
      }
    },
  }

  function look(organizationId: string): void {
    const organization = organizations.get(organizationId)
    if (!organization) return
    organization.again = true
    if (organization.reading) return
    organization.reading = true
    void (async () => {
      try {
        while (organization.again) {
          organization.again = false
          const from = organization.position
          const { rows, to, more } = await readChanges(db.run, organizationId, from)
          organization.position = to
          if (more) organization.again = true
          for (const socket of organization.sockets) {
            // One that has not come this far yet reads for itself until it has.
            if (isBehind(socket.position, from)) void catchUp(socket)
            else hand(socket, rows, to)
          }
        }
      } catch (error) {
        onError(error)
      } finally {
        organization.reading = false
      }
    })()
  }

  function tick(organizationId: string): void {
    for (const socket of organizations.get(organizationId)?.sockets ?? [])
      if (socket.contactId === undefined) socket.send({ type: 'stats.tick', cursor: formatCursor(socket.position) })
  }

  async function catchUp(socket: Socket): Promise<void> {
    if (socket.catchingUp) return
    socket.catchingUp = true
    try {
      for (let more = true; more; ) {
        const page = await readChanges(db.run, socket.organizationId, socket.position)
        hand(socket, page.rows, page.to)
        more = page.more
      }
    } catch (error) {
      onError(error)
    } finally {
      socket.catchingUp = false
    }
  }
}

function hand(socket: Socket, rows: readonly ChangeRow[], to: Position): void {
  for (const row of rows) {
    const position = { xid: BigInt(row.xid), id: row.id, since: socket.position.since }
    if (!isBehind(socket.position, position)) continue
    socket.position = position
    if (socket.contactId === undefined || socket.contactId === row.contact_id) socket.send(frameOf(row, position))
  }
  if (isBehind(socket.position, to)) socket.position = to
}

function frameOf(row: ChangeRow, position: Position): Frame {
  const cursor = formatCursor(position)
  if (row.notification_id === null)
    return {
      type: 'inbound.received',
      cursor,
      at: row.at,
      data: { id: row.id, contactId: row.contact_id, channel: channelOf(row.channel ?? 0), kind: row.type },
    }
  if (row.kind === null)
    return {
      type: 'notification.created',
      cursor,
      at: row.at,
      data: { id: row.notification_id, type: row.type, contactId: row.contact_id },
    }
  return {
    type: 'message.status',
    cursor,
    at: row.at,
    data: {
      messageId: row.message_id,
      notificationId: row.notification_id,
      contactId: row.contact_id,
      type: row.type,
      channel: channelOf(row.channel ?? 0),
      status: eventKindOf(row.kind),
    },
  }
}

const formatCursor = ({ xid, id, since }: Position): string => `${xid}.${id}.${since}`

function parseCursor(cursor: string): Position | undefined {
  const [, xid, id, since] = CURSOR.exec(cursor) ?? []
  return xid && id && since ? { xid: BigInt(xid), id, since: Number(since) } : undefined
}
