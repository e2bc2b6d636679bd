import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { useFormat } from '../language.ts'
import { useOrganization } from '../session/session.ts'
import { now, onMoved } from './now.ts'
import { exactTime, relativeTime } from './time.ts'

const TICK_MS = 10_000

let shown = now()
let timer: ReturnType<typeof setInterval> | undefined
let stopFollowing = () => {}
const watchers = new Set<() => void>()

function tick(): void {
  shown = now()
  for (const watcher of watchers) watcher()
}

/** One clock for every relative time on the page; it runs only while one is shown. */
function watch(onTick: () => void): () => void {
  if (watchers.size === 0) {
    shown = now()
    timer = setInterval(tick, TICK_MS)
    stopFollowing = onMoved(tick)
  }
  watchers.add(onTick)
  return () => {
    watchers.delete(onTick)
    if (watchers.size > 0) return
    clearInterval(timer)
    stopFollowing()
  }
}

/** The organization's time, every few seconds. */
export const useNow = () => useSyncExternalStore(watch, () => shown)

/** "5 minutes ago"; the exact time in the organization's zone on hover and to screen readers' `time` element. */
export function When({ at }: { at: string }) {
  const format = useFormat()
  const { timeZone } = useOrganization()
  const current = useNow()
  const date = new Date(at)
  // An event younger than the page's last tick is "now", not "in 3 seconds".
  const reference = date > current && date.getTime() - now().getTime() <= 0 ? date : current
  return (
    <Tooltip label={exactTime(date, format, timeZone)} openDelay={200}>
      <time dateTime={at}>{relativeTime(date, reference, format)}</time>
    </Tooltip>
  )
}
