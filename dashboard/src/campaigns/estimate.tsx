import { Alert, Group, List, Loader, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Fact, Facts } from '../parts/facts.tsx'
import { useAmount } from '../parts/money.ts'
import { useNumber } from '../parts/number.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { estimateQuery } from './queries.ts'
import { useReasonText } from './reasons.ts'

/** What a campaign would come to now: whom it reaches, whom not and why, and what that costs. */
export function Estimate({ id }: { id: string }) {
  const { t } = useTranslation()
  const number = useNumber()
  const amount = useAmount()
  const reason = useReasonText()
  const { data, error, isPending, refetch } = useQuery(estimateQuery(id))
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (isPending)
    return (
      <Group gap="sm">
        <Loader size="sm" aria-label={t('app.loading')} />
        <Text fz="sm">{t('campaigns.estimating')}</Text>
      </Group>
    )
  const refusals = Object.entries(data.refusals)
  return (
    <Stack gap="sm">
      {data.reachable === 0 && (
        <Alert color="red" variant="light" role="note">
          {t('campaigns.nobody')}
        </Alert>
      )}
      <Facts>
        <Fact name={t('campaigns.reachable')}>
          {t('campaigns.reachableOf', {
            count: data.reachable,
            shown: number(data.reachable),
            total: number(data.recipients),
          })}
        </Fact>
        {data.duplicates > 0 && <Fact name={t('campaigns.duplicates')}>{number(data.duplicates)}</Fact>}
        {data.deferred > 0 && <Fact name={t('campaigns.deferred')}>{number(data.deferred)}</Fact>}
        {refusals.length > 0 && (
          <Fact name={t('campaigns.refused')}>
            <List size="sm">
              {refusals.map(([why, n]) => (
                <List.Item key={why}>{t('table.of', { label: reason(why), value: number(n) })}</List.Item>
              ))}
            </List>
          </Fact>
        )}
        {data.channels.map(({ channel, messages, parts }) => (
          <Fact key={channel} name={t(`channel.${channel}`)}>
            {t('campaigns.messages', { count: messages, shown: number(messages) })}
            {parts > messages && ` · ${t('campaigns.parts', { count: parts, shown: number(parts) })}`}
          </Fact>
        ))}
        <Fact name={t('campaigns.cost')}>
          {data.cost.length === 0
            ? t('campaigns.noPrice')
            : data.cost.map(({ micros, currency }) => amount(micros, currency)).join(' + ')}
        </Fact>
      </Facts>
      {!data.exact && (
        <Text fz="sm" c="dimmed">
          {t('campaigns.sampled', { count: data.lookedAt, shown: number(data.lookedAt) })}
        </Text>
      )}
    </Stack>
  )
}
