export interface StatusFrame {
  readonly type: 'message.status'
  readonly cursor: string
  readonly at: string
  readonly data: {
    readonly messageId: string
    readonly notificationId: string
    readonly contactId: string
    readonly channel: string
    readonly status: string
  }
}

export interface CreatedFrame {
  readonly type: 'notification.created'
  readonly cursor: string
  readonly at: string
  readonly data: { readonly id: string; readonly type: string; readonly contactId: string }
}

export type Frame = StatusFrame | CreatedFrame
export type Connection = 'connecting' | 'live' | 'offline'

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15_000
const REMEMBERED_CURSORS = 2_000

/**
 * Keeps one WebSocket to the server open and hands over its frames, each once. After a break it resumes from the last
 * cursor, so nothing is missed. Returns how to stop.
 */
export function connectRealtime(handlers: {
  onFrame(frame: Frame): void
  onConnection(state: Connection): void
}): () => void {
  const seen = new Set<string>()
  let cursor: string | undefined
  let failures = 0
  let stopped = false
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const open = () => {
    const url = new URL('/v1/realtime', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    if (cursor) url.searchParams.set('cursor', cursor)
    socket = new WebSocket(url)
    socket.onmessage = ({ data }) =>
      receive(JSON.parse(String(data)) as Frame | { type: 'ready'; cursor: string | null })
    socket.onclose = retry
  }

  const receive = (frame: Frame | { type: 'ready'; cursor: string | null }) => {
    if (frame.type === 'ready') {
      failures = 0
      cursor ??= frame.cursor ?? undefined
      handlers.onConnection('live')
      return
    }
    cursor = frame.cursor
    if (seen.has(frame.cursor)) return
    seen.add(frame.cursor)
    if (seen.size > REMEMBERED_CURSORS) seen.delete(seen.values().next().value as string)
    handlers.onFrame(frame)
  }

  const retry = () => {
    if (stopped) return
    failures += 1
    handlers.onConnection(failures > 1 ? 'offline' : 'connecting')
    const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1))
    timer = setTimeout(open, pause * (0.75 + Math.random() / 2))
  }

  const retryNow = () => {
    if (stopped || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return
    clearTimeout(timer)
    open()
  }

  window.addEventListener('online', retryNow)
  handlers.onConnection('connecting')
  open()

  return () => {
    stopped = true
    clearTimeout(timer)
    window.removeEventListener('online', retryNow)
    socket?.close()
  }
}
