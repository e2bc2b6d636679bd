import type { TimelineEntry } from '@carillon/client'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { PageLink } from '../parts/link.tsx'
import { toneOf } from '../parts/status-badge.tsx'
import { durationText, exactTime } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'
import { type Channel, STATUSES, type Status } from '../vocabulary.ts'
import { useReasonWord } from './reasons.tsx'
import classes from './timeline.module.css'

const isStatus = (kind: string): kind is Status => STATUSES.some((status) => status === kind)

/** All that happened to a message, oldest first. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  const detailText = useDetailText()

  const title = (kind: string) => {
    if (isStatus(kind)) return t(`status.${kind}`)
    return i18n.exists(`event.${kind}`) ? t(`event.${kind}` as 'event.deferred') : kind
  }

  return (
    <ol className={classes.line} aria-label={t('message.timeline')} aria-live="polite">
      {entries.map((entry, index) => {
        const before = entries[index - 1]
        const since = before ? Date.parse(entry.at) - Date.parse(before.at) : 0
        return (
          <li key={entry.id} data-kind={entry.kind} data-tone={toneOfKind(entry.kind)}>
            <b>{title(entry.kind)}</b>
            <small>
              <time dateTime={entry.at}>{exactTime(new Date(entry.at), format, timeZone)}</time>
              {since > 0 && ` · +${durationText(since, format)}`}
            </small>
            {entry.detail && <small>{detailText(entry.detail)}</small>}
            {typeof entry.detail?.messageId === 'string' && (
              <small>
                <PageLink to="/messages/$id" params={{ id: entry.detail.messageId }} fz="inherit">
                  {t('message.thatOne')}
                </PageLink>
              </small>
            )}
          </li>
        )
      })}
    </ol>
  )
}

const toneOfKind = (kind: string) => (isStatus(kind) ? toneOf(kind) : kind === 'accepted' ? 'held' : 'pause')

/** What the engine noted with an event: the try it belongs to, the carrier's code and words, then whatever else. */
function useDetailText(): (detail: Record<string, unknown>) => string {
  const { t } = useTranslation()
  const reasonWord = useReasonWord()
  const format = useFormat()
  const { timeZone } = useOrganization()
  return ({ attempt, reason, code, detail, link, nextTryAt, dueAt, channel, messageId: _, ...rest }) =>
    [
      typeof channel === 'string' && t(`channel.${channel as Channel}`),
      typeof dueAt === 'string' && t('message.leaves', { time: exactTime(new Date(dueAt), format, timeZone) }),
      typeof attempt === 'number' && t('message.attempt', { n: attempt }),
      typeof reason === 'string' && reasonWord(reason),
      code,
      detail,
      typeof link === 'string' && t('message.followed', { link }),
      typeof nextTryAt === 'string' && t('message.nextTry', { time: exactTime(new Date(nextTryAt), format, timeZone) }),
      ...Object.entries(rest).map(([name, value]) => value !== null && `${name}: ${JSON.stringify(value)}`),
    ]
      .filter(Boolean)
      .join(' · ')
}
