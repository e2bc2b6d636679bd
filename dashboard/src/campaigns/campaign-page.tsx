import type { Campaign } from '@carillon/client'
import { Alert, Box, Button, Group, List, Progress, Select, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { BackLink } from '../parts/back.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { eventName } from '../parts/event-name.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { useNumber, usePercent } from '../parts/number.ts'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { StatusBadge, ToneBadge } from '../parts/status-badge.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import type { Status } from '../vocabulary.ts'
import { Estimate } from './estimate.tsx'
import { campaignQuery, everySegmentQuery, recipientsQuery } from './queries.ts'
import { useReasonText } from './reasons.ts'
import { RECIPIENT_STATES, recipientSearch, recipientsAddress } from './search.ts'
import { CampaignStatus, doneOf, RecipientStatusBadge } from './status.tsx'

const route = getRouteApi('/inside/campaigns/$id')

/** One campaign: how far it is, what came of it, and what can be done about it. */
export function CampaignPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const { data: campaign, error, isPending, refetch } = useQuery(campaignQuery(id))
  return (
    <Page
      title={campaign?.name ?? t('campaigns.one')}
      back={<BackLink to="/campaigns">{t('campaigns.title')}</BackLink>}
      actions={campaign && <Actions campaign={campaign} />}
    >
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton h={240} aria-label={t('app.loading')} />}
      {campaign && (
        <Stack>
          <Standing campaign={campaign} />
          {campaign.status === 'draft' && (
            <Panel title={t('campaigns.check')}>
              <Estimate id={id} />
            </Panel>
          )}
          <Words campaign={campaign} />
          {campaign.status !== 'draft' && <Recipients campaign={campaign} />}
        </Stack>
      )}
    </Page>
  )
}

function Actions({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation()
  const may = useMay()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [asked, ask] = useState<'start' | 'cancel' | 'remove'>()
  const { id, status } = campaign
  const act = useMutation({
    mutationFn: async (what: 'start' | 'pause' | 'resume' | 'cancel' | 'remove') => {
      if (what !== 'remove') return void (await carillon.campaigns[what](id))
      await carillon.campaigns.remove(id)
      await navigate({ to: '/campaigns' })
    },
    onError: toastProblem,
    onSettled: () => {
      ask(undefined)
      void queryClient.invalidateQueries({ queryKey: ['campaign', id] })
      void queryClient.invalidateQueries({ queryKey: ['campaigns'] })
    },
  })
  const test = useMutation({
    mutationFn: () => carillon.campaigns.testSend(id),
    onSuccess: () => notifications.show({ color: 'green', message: t('campaigns.tested') }),
    onError: toastProblem,
  })
  if (!may('campaigns.manage')) return null
  const goes = ['scheduled', 'preparing', 'running', 'deciding'].includes(status)
  return (
    <Group gap="sm">
      {status === 'draft' && (
        <>
          <Button variant="default" onClick={() => ask('remove')}>
            {t('campaigns.remove')}
          </Button>
          <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
            {t('campaigns.test')}
          </Button>
          <Button loading={act.isPending} onClick={() => ask('start')}>
            {t('campaigns.start')}
          </Button>
        </>
      )}
      {goes && (
        <Button variant="default" loading={act.isPending} onClick={() => act.mutate('pause')}>
          {t('campaigns.pause')}
        </Button>
      )}
      {status === 'paused' && (
        <Button loading={act.isPending} onClick={() => act.mutate('resume')}>
          {t('campaigns.resume')}
        </Button>
      )}
      {(goes || status === 'paused') && (
        <Button variant="default" onClick={() => ask('cancel')}>
          {t('campaigns.cancel')}
        </Button>
      )}
      {(['start', 'cancel', 'remove'] as const).map((what) => (
        <Confirm
          key={what}
          opened={asked === what}
          title={t(`campaigns.${what}Title`)}
          text={t(`campaigns.${what}Text`)}
          confirm={t(`campaigns.${what}`)}
          risky={what !== 'start'}
          pending={act.isPending}
          onClose={() => ask(undefined)}
          onConfirm={() => act.mutate(what)}
        />
      ))}
    </Group>
  )
}

const NUMBERS = ['sent', 'delivered', 'opened', 'clicked', 'bounced', 'failed', 'uncertain'] as const

function Standing({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation()
  const number = useNumber()
  const reason = useReasonText()
  const { progress, status, startAt, startLocal, decideAt, channels, segmentId } = campaign
  const segments = useQuery({ ...everySegmentQuery, enabled: segmentId !== null }).data
  const segmentName =
    segmentId === null ? t('campaigns.everybody') : (segments?.find(({ id }) => id === segmentId)?.name ?? '–')
  const refusals = Object.entries(progress.refusals)
  return (
    <Panel>
      <Stack gap="sm">
        <Group justify="space-between">
          <CampaignStatus campaign={campaign} />
          {progress.recipients > 0 && (
            <Text fz="sm" role="status">
              {t('campaigns.doneOf', {
                done: number(progress.accepted + progress.refused),
                total: number(progress.recipients),
              })}
            </Text>
          )}
        </Group>
        {progress.recipients > 0 && <Progress value={doneOf(campaign)} aria-label={t('campaigns.progress')} />}
        {status === 'deciding' && decideAt && (
          <Alert variant="light" role="note">
            {t('campaigns.deciding')} <When at={decideAt} />
          </Alert>
        )}
        {campaign.problem && (
          <Alert variant="light" color="red" role="alert">
            {t(`campaignProblem.${campaign.problem}`)}
          </Alert>
        )}
        {status !== 'draft' && (
          <SimpleGrid cols={{ base: 2, xs: 3, md: 4 }} spacing="sm">
            <Figure label={t('campaigns.recipients')} value={progress.recipients} />
            <Figure label={t('recipientStatus.pending')} value={progress.pending} />
            <Figure label={t('recipientStatus.refused')} value={progress.refused} />
            {progress.cancelled > 0 && <Figure label={t('recipientStatus.cancelled')} value={progress.cancelled} />}
            {NUMBERS.filter(
              (name) => progress.messages[name] > 0 || ['sent', 'delivered', 'opened'].includes(name),
            ).map((name) => (
              <Figure
                key={name}
                label={name === 'uncertain' ? t('campaigns.uncertain') : t(`status.${name}`)}
                value={progress.messages[name]}
                of={name === 'sent' ? undefined : progress.messages.sent}
              />
            ))}
          </SimpleGrid>
        )}
        <Facts>
          <Fact name={t('campaigns.segment')}>{segmentName}</Fact>
          <Fact name={t('campaigns.channels')}>
            {('all' in channels ? channels.all : channels.firstOf).map((channel) => t(`channel.${channel}`)).join(', ')}
          </Fact>
          {startAt && (status === 'scheduled' || status === 'draft') && (
            <Fact name={t('campaigns.starts')}>
              <When at={startAt} />
            </Fact>
          )}
          {startLocal && (
            <Fact name={t('campaigns.starts')}>{t('campaigns.localTime', { time: startLocal.replace('T', ' ') })}</Fact>
          )}
          {campaign.throttle && (
            <Fact name={t('campaigns.throttle')}>
              {t(`campaignPer.${campaign.throttle.per}`, {
                count: campaign.throttle.count,
                shown: number(campaign.throttle.count),
              })}
            </Fact>
          )}
          {progress.duplicates > 0 && <Fact name={t('campaigns.duplicates')}>{number(progress.duplicates)}</Fact>}
          {refusals.length > 0 && (
            <Fact name={t('recipientStatus.refused')}>
              <List size="sm">
                {refusals.map(([why, n]) => (
                  <List.Item key={why}>{t('table.of', { label: reason(why), value: number(n) })}</List.Item>
                ))}
              </List>
            </Fact>
          )}
        </Facts>
      </Stack>
    </Panel>
  )
}

function Figure({ label, value, of }: { label: string; value: number; of?: number | undefined }) {
  const number = useNumber()
  const percent = usePercent()
  return (
    <div>
      <Text fz="xs" c="dimmed">
        {label}
      </Text>
      <Text fz={22} fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {number(value)}
        {of ? (
          <Text span fz="sm" c="dimmed" fw={400}>
            {` ${percent(value / of)}`}
          </Text>
        ) : null}
      </Text>
    </div>
  )
}

function Words({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation()
  const may = useMay()
  const number = useNumber()
  const percent = usePercent()
  const queryClient = useQueryClient()
  const { id, variants, winner, status } = campaign
  const [asked, ask] = useState<'A' | 'B'>()
  const choose = useMutation({
    mutationFn: (variant: 'A' | 'B') => carillon.campaigns.choose(id, variant),
    onError: toastProblem,
    onSettled: () => {
      ask(undefined)
      void queryClient.invalidateQueries({ queryKey: ['campaign', id] })
    },
  })
  const compares = variants.length > 1
  const open = compares && winner === null && !['draft', 'done', 'cancelled'].includes(status)
  const rate = (n: number, of: number) => percent(of > 0 ? n / of : null)
  return (
    <SimpleGrid cols={{ base: 1, sm: compares ? 2 : 1 }}>
      <Confirm
        opened={asked !== undefined}
        title={t('campaigns.choose', { label: asked ?? '' })}
        text={t('campaigns.chooseText')}
        confirm={t('campaigns.chooseConfirm')}
        pending={choose.isPending}
        onClose={() => ask(undefined)}
        onConfirm={() => asked && choose.mutate(asked)}
      />
      {variants.map(({ label, payload, messages }) => (
        <Panel
          key={label}
          title={compares ? t('campaigns.version', { label }) : t('campaigns.words')}
          actions={winner === label && <ToneBadge tone="best">{t('campaigns.winner')}</ToneBadge>}
        >
          <Text fw={600}>{String(payload.subject ?? eventName(campaign.type))}</Text>
          {typeof payload.body === 'string' && (
            <Text fz="sm" mt={4} style={{ whiteSpace: 'pre-wrap' }} lineClamp={8}>
              {payload.body}
            </Text>
          )}
          {compares && status !== 'draft' && (
            <Box mt="sm">
              <Facts>
                <Fact name={t('status.sent')}>{number(messages.sent)}</Fact>
                <Fact name={t('status.delivered')}>{number(messages.delivered)}</Fact>
                <Fact name={t('status.opened')}>{rate(messages.opened, messages.sent - messages.bounced)}</Fact>
                <Fact name={t('status.clicked')}>{rate(messages.clicked, messages.sent - messages.bounced)}</Fact>
              </Facts>
            </Box>
          )}
          {open && may('campaigns.manage') && (
            <Button mt="sm" variant="default" loading={choose.isPending} onClick={() => ask(label)}>
              {t('campaigns.choose', { label })}
            </Button>
          )}
        </Panel>
      ))}
    </SimpleGrid>
  )
}

const STATES = ['all', ...RECIPIENT_STATES] as const

function Recipients({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation()
  const may = useMay()
  const reason = useReasonText()
  const navigate = useNavigate()
  const { recipients: state } = route.useSearch()
  const list = useInfiniteQuery({
    ...recipientsQuery(campaign.id, state),
    placeholderData: keepPreviousData,
    enabled: may('contacts.read'),
  })
  if (!may('contacts.read')) return null
  return (
    <Panel
      title={t('campaigns.recipients')}
      actions={
        <Button
          component="a"
          href={recipientsAddress(campaign.id, state)}
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t('campaigns.export')}
        </Button>
      }
    >
      <Select
        mb="md"
        w={220}
        allowDeselect={false}
        aria-label={t('campaigns.which')}
        value={state ?? 'all'}
        onChange={(recipients) =>
          void navigate({
            to: '/campaigns/$id',
            params: { id: campaign.id },
            search: recipientSearch({ recipients }),
            replace: true,
            resetScroll: false,
          })
        }
        data={STATES.filter((value) => value !== 'cancelled' || campaign.status === 'cancelled').map((value) => ({
          value,
          label: value === 'all' ? t('campaigns.all') : t(`recipientStatus.${value}`),
        }))}
      />
      <PagedList
        list={list}
        waiting={<WaitingRows count={4} height={50} />}
        empty={<Text fz="sm">{t('campaigns.noRecipients')}</Text>}
      >
        {(items) => (
          <Table
            label={t('campaigns.recipients')}
            columns={[t('contacts.name'), t('campaigns.status'), t('campaigns.outcome')]}
          >
            {items.map((one) => (
              <tr key={one.id}>
                <td className={cells.recipient}>
                  <Link to="/contacts/$id" params={{ id: one.contactId }} className={cells.link}>
                    {one.contactName || t('contacts.nameless')}
                  </Link>
                  {campaign.variants.length > 1 && one.variant && (
                    <span className={cells.address}>{t('campaigns.version', { label: one.variant })}</span>
                  )}
                </td>
                <td className={cells.status}>
                  <RecipientStatusBadge status={one.status} />
                </td>
                <td className={cells.type}>
                  {one.messages.length > 0 && one.status === 'accepted' ? (
                    <Group gap={6}>
                      {one.messages.map((message) => (
                        <Link key={message.id} to="/messages/$id" params={{ id: message.id }} className={cells.link}>
                          <StatusBadge status={message.status as Status} reason={message.reason} />
                        </Link>
                      ))}
                    </Group>
                  ) : (
                    one.reason && reason(one.reason)
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </PagedList>
    </Panel>
  )
}
