import type { Booking, Notification } from '@carillon/client'
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { ChannelName } from '../parts/channel.tsx'
import { PageLink } from '../parts/link.tsx'
import { toastProblem } from '../parts/problem.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import classes from './bookings.module.css'
import { bookingNotificationsQuery, bookingQuery } from './queries.ts'
import { type Flow, FlowState } from './status.tsx'

const ORDER = ['client', 'professionals', 'staff'] as const

/** Worked off, and nobody found to tell. */
const isNobody = (detail: string | null) => detail === 'nobody' || detail === 'no_place'

/** Whom each of the three flows has told so far. */
export function Flows({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const mayRead = useMay()('messages.read')
  const told = useQuery({ ...bookingNotificationsQuery(booking), enabled: mayRead }).data ?? []
  const flows = ORDER.flatMap((name) => booking.flows.filter(({ flow }) => flow === name))
  return (
    <ol className={classes.flows}>
      {flows.map(({ flow, state, detail }) => (
        <li key={flow} className={classes.flow} data-state={isNobody(detail) ? 'failed' : state}>
          <div className={classes.head}>
            {t(`flow.${flow}`)}
            <FlowState state={state} nobody={isNobody(detail)} />
            {(state === 'failed' || isNobody(detail)) && <Retry bookingId={booking.id} flow={flow} />}
          </div>
          <div className={classes.second}>{detail === null ? t(`flowText.${flow}`) : detailText(detail)}</div>
          <ul className={classes.told}>{told.filter((notification) => isOf(flow, notification, booking)).map(Told)}</ul>
        </li>
      ))}
    </ol>
  )
}

const isOf = (flow: Flow['flow'], { type, contactId }: Notification, booking: Booking): boolean =>
  type === 'booking.confirmed'
    ? (flow === 'client') === (contactId === booking.contactId) && flow !== 'professionals'
    : flow === 'professionals'

/** Known ways to fail in words; whatever went wrong otherwise as the server says it. */
const detailText = (detail: string): string =>
  i18next.exists(`flowDetail.${detail}`) ? i18next.t(`flowDetail.${detail}` as 'flowDetail.nobody') : detail

function Told({ id, type, contactName, messages, createdAt }: Notification) {
  return (
    <li key={id}>
      <PageLink to="/notifications/$id" params={{ id }} fz="sm">
        {contactName ?? i18next.t('contacts.nameless')}
      </PageLink>
      {type === 'mission.accepted' && <span className={classes.second}>{i18next.t('bookings.acceptedMission')}</span>}
      {messages.map(({ id: message, channel, status }) => (
        <span key={message} className={classes.channel}>
          <ChannelName channel={channel} iconOnly />
          <StatusBadge status={status} />
        </span>
      ))}
      <span className={classes.second}>
        <When at={createdAt} />
      </span>
    </li>
  )
}

/** Tells an audience again that could not be told, or asks for professionals when there was nobody. */
function Retry({ bookingId, flow }: { bookingId: string; flow: Flow['flow'] }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const mayManage = useMay()('bookings.manage')
  const retry = useMutation({
    mutationFn: () => carillon.bookings.retryFlow(bookingId, flow),
    onSuccess: (now) => {
      queryClient.setQueryData(bookingQuery(bookingId).queryKey, now)
      notifications.show({ color: 'green', message: t('bookings.retried') })
    },
    onError: toastProblem,
  })
  if (!mayManage) return null
  return (
    <Button size="compact-xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
      {t('bookings.retry')}
    </Button>
  )
}
