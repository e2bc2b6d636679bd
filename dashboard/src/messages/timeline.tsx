import { Timeline as Line, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { STATUSES, type Status, type TimelineEntry } from '../api.ts'
import { toneOf } from '../parts/status-badge.tsx'
import { durationText, exactTime } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'

const COLORS = { waiting: 'violet', moving: 'blue', good: 'green', best: 'teal', bad: 'red', held: 'gray' } as const

const isStatus = (kind: string): kind is Status => STATUSES.some((status) => status === kind)

/** All that happened to a message, oldest first. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t, i18n } = useTranslation()
  const { timeZone } = useOrganization()

  const title = (kind: string) => {
    if (isStatus(kind)) return t(`status.${kind}`)
    return i18n.exists(`event.${kind}`) ? t(`event.${kind}` as 'event.deferred') : kind
  }

  return (
    <Line
      active={entries.length - 1}
      bulletSize={14}
      lineWidth={2}
      component="ol"
      aria-label={t('message.timeline')}
      style={{ listStyle: 'none' }}
    >
      {entries.map((entry, index) => {
        const before = entries[index - 1]
        const since = before ? Date.parse(entry.at) - Date.parse(before.at) : 0
        return (
          <Line.Item
            key={entry.id}
            component="li"
            color={isStatus(entry.kind) ? COLORS[toneOf(entry.kind)] : 'orange'}
            title={title(entry.kind)}
            data-kind={entry.kind}
          >
            <Text fz="xs" c="dimmed">
              <time dateTime={entry.at}>{exactTime(new Date(entry.at), i18n.language, timeZone)}</time>
              {since > 0 && ` · +${durationText(since, i18n.language)}`}
            </Text>
            {entry.detail && <DetailText detail={entry.detail} />}
          </Line.Item>
        )
      })}
    </Line>
  )
}

function DetailText({ detail }: { detail: Record<string, unknown> }) {
  const parts = Object.entries(detail).filter(([, value]) => value !== null && value !== undefined && value !== '')
  if (parts.length === 0) return null
  return (
    <Text fz="xs" c="dimmed" mt={2} style={{ overflowWrap: 'anywhere' }}>
      {parts
        .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
        .join(' · ')}
    </Text>
  )
}
