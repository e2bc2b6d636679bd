import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { useFormat } from '../language.ts'
import { useOrganization } from '../session/session.ts'
import { exactTime, relativeTime } from './time.ts'

const TICK_MS = 10_000

let now = new Date()
let timer: ReturnType<typeof setInterval> | undefined
const watchers = new Set<() => void>()

/** One clock for every relative time on the page; it runs only while one is shown. */
function watch(onTick: () => void): () => void {
  if (watchers.size === 0) {
    now = new Date()
    timer = setInterval(() => {
      now = new Date()
      for (const watcher of watchers) watcher()
    }, TICK_MS)
  }
  watchers.add(onTick)
  return () => {
    watchers.delete(onTick)
    if (watchers.size === 0) clearInterval(timer)
  }
}

const useNow = () => useSyncExternalStore(watch, () => now)

/** "5 minutes ago"; the exact time in the organization's zone on hover and to screen readers' `time` element. */
export function When({ at }: { at: string }) {
  const format = useFormat()
  const { timeZone } = useOrganization()
  const current = useNow()
  const date = new Date(at)
  // An event younger than the page's last tick is "now", not "in 3 seconds".
  const reference = date > current && date.getTime() - Date.now() <= 0 ? date : current
  return (
    <Tooltip label={exactTime(date, format, timeZone)} openDelay={200}>
      <time dateTime={at}>{relativeTime(date, reference, format)}</time>
    </Tooltip>
  )
}
