import type { Message } from '@carillon/client'
import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLanguageName } from '../language.ts'
import { BackLink } from '../parts/back.tsx'
import { ChannelName } from '../parts/channel.tsx'
import columns from '../parts/columns.module.css'
import { eventName } from '../parts/event-name.ts'
import { Fact, Facts, Reference } from '../parts/facts.tsx'
import { PageLink } from '../parts/link.tsx'
import { useAmount } from '../parts/money.ts'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { When } from '../parts/when.tsx'
import { Actions, isWaiting } from './actions.tsx'
import { Attempts } from './attempts.tsx'
import { Content } from './content.tsx'
import { messageQuery, notificationQuery } from './queries.ts'
import { Reasons, useFailureSentence, useReasonWord } from './reasons.tsx'
import { Timeline } from './timeline.tsx'

const route = getRouteApi('/inside/messages/$id')

/** One message: what was sent, what became of it, and why. */
export function MessagePage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const message = useQuery(messageQuery(id))

  return (
    <>
      {message.error && (
        <Page title={t('messages.title')}>
          <ProblemNotice error={message.error} onRetry={() => void message.refetch()} />
        </Page>
      )}
      {message.isPending && <Waiting />}
      {message.data && <Shown message={message.data} />}
    </>
  )
}

function Shown({ message }: { message: Message }) {
  const { t } = useTranslation()
  const languageName = useLanguageName()
  const reasonWord = useReasonWord()
  const failureSentence = useFailureSentence()
  const amount = useAmount()
  const { cost } = message
  const notification = useQuery(notificationQuery(message.notificationId))
  const name = message.contactName || (message.channel === 'in_app' ? t('channel.in_app') : message.address)
  const reasons = message.reasons.filter(({ channel }) => channel === message.channel)
  const heldBack = message.status === 'suppressed' || message.status === 'cancelled' || message.status === 'failed'
  const statuses = notification.data?.messages.map(({ id, status }) =>
    id === message.id ? message.status : status,
  ) ?? [message.status]

  return (
    <Page
      back={<BackLink to="/messages">{t('messages.title')}</BackLink>}
      title={t('message.to', { name })}
      actions={<Actions notificationId={message.notificationId} statuses={statuses} dueAt={message.dueAt} />}
    >
      <Group gap="sm" mt={-8} mb="lg" fz="sm" c="dimmed">
        <StatusBadge status={message.status} reason={message.reason} />
        <ChannelName channel={message.channel} />
        {message.channel !== 'in_app' && <span>{message.address}</span>}
      </Group>
      <div className={columns.columns}>
        <Content message={message} />
        <Stack>
          <Panel title={t('message.timeline')}>
            <Timeline entries={message.timeline} />
          </Panel>
          <Panel
            title={t(heldBack ? 'message.whyNot' : isWaiting(message.status) ? 'message.whyWaiting' : 'message.why')}
          >
            {message.reason && heldBack && (
              <Text fz="sm" fw={500} mb="xs">
                {message.status === 'failed' ? failureSentence(message.reason) : reasonWord(message.reason)}
              </Text>
            )}
            <Reasons reasons={reasons} />
          </Panel>
          <Panel title={t('message.attempts')}>
            <Attempts attempts={message.attempts} />
          </Panel>
          <Panel title={t('message.details')}>
            <Facts>
              <Fact name={t('message.type')}>
                <PageLink to="/messages" search={{ type: message.type }} fz="sm">
                  {eventName(message.type)}
                </PageLink>
              </Fact>
              <Fact name={t('message.lane')}>{t(`lane.${message.lane}`)}</Fact>
              <Fact name={t('message.language')}>{languageName(message.locale)}</Fact>
              <Fact name={t('message.accepted')}>
                <When at={message.createdAt} />
              </Fact>
              {message.dueAt > message.createdAt && (
                <Fact name={t('message.due')}>
                  <When at={message.dueAt} />
                </Fact>
              )}
              {cost?.parts != null && <Fact name={t('message.parts')}>{cost.parts}</Fact>}
              {cost?.micros != null && cost.currency && (
                <Fact name={t('message.cost')}>
                  {amount(cost.micros, cost.currency)}
                  {cost.source && ` (${t(`amount.${cost.source}`)})`}
                </Fact>
              )}
              <Fact name={t('message.reference')}>
                <Reference id={message.id} />
              </Fact>
            </Facts>
            <Stack gap={6} mt="md" align="flex-start">
              {message.digestId && (
                <PageLink to="/messages/$id" params={{ id: message.digestId }} fz="sm">
                  {t('message.digest')}
                </PageLink>
              )}
              {message.resendOf && (
                <PageLink to="/messages/$id" params={{ id: message.resendOf }} fz="sm">
                  {t('message.resendOf')}
                </PageLink>
              )}
              <PageLink to="/notifications/$id" params={{ id: message.notificationId }} fz="sm">
                {t('message.notification')}
              </PageLink>
              <PageLink to="/messages" search={{ contactId: message.contactId }} fz="sm">
                {t('message.contact')}
              </PageLink>
            </Stack>
          </Panel>
        </Stack>
      </div>
    </Page>
  )
}

function Waiting() {
  const { t } = useTranslation()
  return (
    <div style={{ maxWidth: 1200, margin: '0 auto', padding: 28 }} role="status" aria-label={t('app.loading')}>
      <Skeleton h={30} w={280} mb="sm" />
      <Skeleton h={24} w={360} mb="lg" />
      <div className={columns.columns}>
        <Skeleton h={520} />
        <Stack>
          <Skeleton h={220} />
          <Skeleton h={90} />
          <Skeleton h={90} />
        </Stack>
      </div>
    </div>
  )
}
