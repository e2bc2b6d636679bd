export type RealtimeEvent =
  | {
      readonly type: 'message.status'
      readonly cursor: string
      readonly at: string
      readonly data: {
        readonly messageId: string
        readonly notificationId: string
        readonly contactId: string
        readonly type: string
        readonly channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        readonly status: string
      }
    }
  | {
      readonly type: 'notification.created'
      readonly cursor: string
      readonly at: string
      readonly data: { readonly id: string; readonly type: string; readonly contactId: string }
    }
  /** Somebody wrote to one of the organization's accounts. */
  | {
      readonly type: 'inbound.received'
      readonly cursor: string
      readonly at: string
      readonly data: {
        readonly id: string
        readonly contactId: string | null
        readonly channel: 'email' | 'sms' | 'whatsapp'
        readonly kind: string
      }
    }
  /** A campaign is further than it was, at most once a second; its numbers are asked for. Not repeated. */
  | {
      readonly type: 'campaign.progress'
      readonly cursor: string
      readonly data: { readonly id: string; readonly status: string }
    }
  /** The numbers of /v1/stats have changed. It tells nothing else and is not repeated. */
  | { readonly type: 'stats.tick'; readonly cursor: string; readonly data?: undefined }

export interface RealtimeOptions {
  /** Where to go on: the `cursor` of the last event that was handled. Default: from now. */
  readonly cursor?: string
  /** Called once per event, in order. Keep its cursor if events must not be missed across restarts. */
  readonly onEvent: (event: RealtimeEvent) => void
  readonly onState?: (state: 'connecting' | 'live' | 'offline') => void
  /** The cursor was too old or not the server's: events may have been missed, so read again what is on the page. */
  readonly onGap?: () => void
}

export interface RealtimeConnection {
  /** Of the last event; where another connection could go on. */
  readonly cursor: string | undefined
  /** Tries at once instead of after the pause: the network is back, say. */
  retryNow(): void
  close(): void
}

interface Target {
  readonly url: URL
  readonly credentials: () => Promise<string | undefined>
  /** Whether the credentials are an API key, which goes into a header: for servers, whose WebSocket can set one. */
  readonly usesKey: boolean
}

type Frame = RealtimeEvent | { readonly type: 'ready'; readonly cursor: string }
type SocketWithHeaders = new (url: URL, options: { headers: Record<string, string> }) => WebSocket

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
/** The server tells everything at least once; events it may repeat are recent ones. */
const REMEMBERED = 2_000
const UNSUPPORTED_DATA = 1003

export function connectRealtime(
  target: Target,
  { onEvent, onState = () => {}, onGap = () => {}, ...options }: RealtimeOptions,
): RealtimeConnection {
  if (typeof WebSocket === 'undefined')
    throw new TypeError('This runtime has no WebSocket; Node has one from version 22 on')
  const seen = new Set<string>()
  let cursor = options.cursor
  let failures = 0
  let closed = false
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  async function open(): Promise<void> {
    timer = undefined
    let mine: WebSocket
    try {
      mine = await dial()
    } catch {
      return later()
    }
    if (closed) return mine.close()
    socket = mine
    mine.onmessage = ({ data }) => {
      if (socket === mine && !closed) receive(JSON.parse(String(data)) as Frame)
    }
    mine.onclose = ({ code }) => {
      if (socket !== mine) return
      socket = undefined
      if (code === UNSUPPORTED_DATA && cursor !== undefined) {
        cursor = undefined
        onGap()
      }
      later()
    }
  }

  async function dial(): Promise<WebSocket> {
    const secret = await target.credentials()
    const url = new URL(target.url)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    if (cursor !== undefined) url.searchParams.set('cursor', cursor)
    if (secret === undefined) return new WebSocket(url)
    if (target.usesKey)
      return new (WebSocket as unknown as SocketWithHeaders)(url, { headers: { authorization: `Bearer ${secret}` } })
    url.searchParams.set('token', secret)
    return new WebSocket(url)
  }

  function receive(frame: Frame): void {
    if (frame.type === 'ready') {
      failures = 0
      cursor ??= frame.cursor
      onState('live')
      return
    }
    cursor = frame.cursor
    // New numbers stand at the cursor of the event before them.
    if (frame.type !== 'stats.tick' && frame.type !== 'campaign.progress') {
      if (seen.has(frame.cursor)) return
      seen.add(frame.cursor)
      if (seen.size > REMEMBERED) seen.delete(seen.values().next().value as string)
    }
    onEvent(frame)
  }

  function later(): void {
    if (closed || timer) return
    failures += 1
    onState(failures > 1 ? 'offline' : 'connecting')
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
    timer = setTimeout(() => void open(), longest * (0.5 + Math.random() / 2))
  }

  onState('connecting')
  void open()
  return {
    get cursor() {
      return cursor
    },
    retryNow() {
      if (!timer) return
      clearTimeout(timer)
      void open()
    },
    close() {
      closed = true
      clearTimeout(timer)
      timer = undefined
      socket?.close()
    },
  }
}
