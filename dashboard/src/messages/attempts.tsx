import type { Message } from '@carillon/client'
import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { durationText } from '../parts/time.ts'
import { providersQuery } from '../providers/queries.ts'

/** Each try at a carrier and what it said. */
export function Attempts({ attempts }: { attempts: Message['attempts'] }) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const accounts = useQuery({ ...providersQuery, refetchInterval: false, enabled: attempts.length > 0 })
  const nameOf = (attempt: Message['attempts'][number]) =>
    accounts.data?.items.find(({ id }) => id === attempt.providerAccountId)?.name ?? attempt.provider
  const outcome = (value: string) => (i18n.exists(`outcome.${value}`) ? t(`outcome.${value}` as 'outcome.sent') : value)
  const errorClass = (value: string) =>
    i18n.exists(`errorClass.${value}`) ? t(`errorClass.${value}` as 'errorClass.retry') : value

  if (attempts.length === 0) {
    return (
      <Text fz="sm" c="dimmed">
        {t('message.noAttempts')}
      </Text>
    )
  }
  return (
    <Stack gap="sm">
      {attempts.map((attempt) => (
        <div key={attempt.n}>
          <Group justify="space-between" gap="xs">
            <Text fz="sm" fw={600}>
              {t('message.attempt', { n: attempt.n })}
              {attempt.provider && (
                <Text component="span" fz="sm" c="dimmed">
                  {` · ${nameOf(attempt)}`}
                </Text>
              )}
            </Text>
            <Text fz="sm" c="dimmed">
              {attempt.outcome ? outcome(attempt.outcome) : t('message.underWay')}
              {attempt.settledAt &&
                ` · ${durationText(Date.parse(attempt.settledAt) - Date.parse(attempt.startedAt), format)}`}
            </Text>
          </Group>
          {(attempt.code || attempt.detail || attempt.errorClass) && (
            <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {[attempt.errorClass && errorClass(attempt.errorClass), attempt.code, attempt.detail]
                .filter(Boolean)
                .join(' · ')}
            </Text>
          )}
        </div>
      ))}
    </Stack>
  )
}
