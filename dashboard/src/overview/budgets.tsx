import { Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useMoney } from '../parts/money.ts'
import { ToneBadge } from '../parts/status-badge.tsx'
import { budgetsQuery } from './queries.ts'

/** What of each channel's budget this month is spent; nothing where there is none. */
export function Budgets() {
  const { t } = useTranslation()
  const amount = useMoney()
  const { data } = useQuery(budgetsQuery)
  if (!data || data.items.length === 0) return null
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} component="section" aria-label={t('overview.budgets')}>
      {data.items.map(({ channel, spent, budget, currency, stopped }) => (
        <Stack key={channel} gap={4}>
          <Group gap="xs">
            <Text fz="sm" fw={500}>
              {t('overview.budgetOf', { channel: t(`channel.${channel}`) })}
            </Text>
            {stopped && <ToneBadge tone="bad">{t('overview.budgetStopped')}</ToneBadge>}
          </Group>
          <Progress
            size="sm"
            value={Math.min(100, (100 * spent) / budget)}
            color={spent >= budget ? 'red' : 'petrol'}
            aria-label={t('overview.budgetOf', { channel: t(`channel.${channel}`) })}
          />
          <Text fz="sm" c="dimmed">
            {t('overview.budgetSpent', { spent: amount(spent, currency), budget: amount(budget, currency) })}
          </Text>
        </Stack>
      ))}
    </SimpleGrid>
  )
}
