import type { Notification } from '@carillon/client'
import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLanguageName } from '../language.ts'
import { BackLink } from '../parts/back.tsx'
import columns from '../parts/columns.module.css'
import { eventName } from '../parts/event-name.ts'
import { Fact, Facts, Reference } from '../parts/facts.tsx'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { Actions, isWaiting } from './actions.tsx'
import classes from './content.module.css'
import { MessageRows } from './message-rows.tsx'
import { notificationQuery } from './queries.ts'
import { Reasons } from './reasons.tsx'

const route = getRouteApi('/inside/notifications/$id')

/** One event for one contact: every message it became, and how each channel was decided. */
export function NotificationPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const notification = useQuery(notificationQuery(id))
  if (notification.data) return <Shown notification={notification.data} />
  return (
    <Page title={t('notification.title')}>
      {notification.error ? (
        <ProblemNotice error={notification.error} onRetry={() => void notification.refetch()} />
      ) : (
        <Skeleton h={320} />
      )}
    </Page>
  )
}

const CATEGORIES = ['tx', 'rem', 'mkt', 'ops'] as const

function Shown({ notification }: { notification: Notification }) {
  const { t } = useTranslation()
  const languageName = useLanguageName()
  const category = CATEGORIES.find((name) => name === notification.category)
  return (
    <Page
      back={<BackLink to="/messages">{t('messages.title')}</BackLink>}
      title={notification.contactName ? t('message.to', { name: notification.contactName }) : t('notification.title')}
      actions={
        <Actions
          notificationId={notification.id}
          statuses={notification.messages.map(({ status }) => status)}
          dueAt={notification.messages.find(({ status }) => isWaiting(status))?.dueAt}
        />
      }
    >
      <div className={columns.columns}>
        <Stack>
          <MessageRows items={notification.messages} label={t('notification.messages')} />
          <Panel title={t('notification.payload')} flush>
            <pre className={classes.text}>{JSON.stringify(notification.payload, null, 2)}</pre>
          </Panel>
        </Stack>
        <Stack>
          <Panel title={t('notification.reasons')}>
            <Reasons reasons={notification.reasons} />
          </Panel>
          <Panel title={t('message.details')}>
            <Facts>
              <Fact name={t('message.type')}>{eventName(notification.type)}</Fact>
              <Fact name={t('notification.category')}>
                {category ? t(`category.${category}`) : notification.category}
              </Fact>
              <Fact name={t('message.lane')}>{t(`lane.${notification.lane}`)}</Fact>
              <Fact name={t('message.language')}>{languageName(notification.locale)}</Fact>
              <Fact name={t('message.accepted')}>
                <When at={notification.createdAt} />
              </Fact>
              <Fact name={t('message.reference')}>
                <Reference id={notification.id} />
              </Fact>
            </Facts>
          </Panel>
        </Stack>
      </div>
    </Page>
  )
}
