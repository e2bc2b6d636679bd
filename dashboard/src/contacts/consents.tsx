import { Group, List, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PlainList } from '../parts/plain-list.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { ToneBadge } from '../parts/status-badge.tsx'
import { When } from '../parts/when.tsx'
import { consentsQuery } from './queries.ts'

const TONES = { granted: 'good', withdrawn: 'held', requested: 'waiting' } as const

/** The log of what they said yes or no to, newest first. */
export function Consents({ contactId }: { contactId: string }) {
  const { t } = useTranslation()
  const { data, error, isPending, refetch } = useQuery(consentsQuery(contactId))
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (isPending || !data) return <Skeleton h={60} />
  if (data.items.length === 0)
    return (
      <Text fz="sm" c="dimmed">
        {t('contacts.noConsents')}
      </Text>
    )
  return (
    <PlainList>
      {data.items.map((consent) => (
        <List.Item key={consent.id}>
          <Group gap={8} justify="space-between">
            <Group gap={8}>
              <ToneBadge tone={TONES[consent.state]}>{t(`consent.${consent.state}`)}</ToneBadge>
              <Text fz="sm">
                {t(`channel.${consent.channel}`)}
                {', '}
                {consent.category === 'mkt' || consent.category === 'rem'
                  ? t(`news.${consent.category}`)
                  : t('news.all')}
              </Text>
            </Group>
            <Text fz="xs" c="dimmed">
              <When at={consent.at} />
            </Text>
          </Group>
          <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {t(`consentSource.${consent.source}`)}
            {consent.basis === 'existing_customer' && ` · ${t('consent.existingCustomer')}`}
            {consent.wording && ` · ${t('consent.quoted', { words: consent.wording })}`}
          </Text>
        </List.Item>
      ))}
    </PlainList>
  )
}
