import { Alert, Button, Group, List, Loader, Text } from '@mantine/core'
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { clockTime } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'
import { auditVerdictQuery } from './queries.ts'

/** Whether the log is whole: every entry is read for it. */
export function Verdict() {
  const { t } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  const { data, error, isFetching, refetch } = useQuery(auditVerdictQuery)
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (!data)
    return (
      <Group gap="xs" mb="md" role="status">
        <Loader size="xs" aria-hidden />
        <Text fz="sm">{t('audit.checking')}</Text>
      </Group>
    )

  const again = (
    <Button size="compact-sm" variant="subtle" loading={isFetching} onClick={() => void refetch()}>
      {t('audit.check')}
    </Button>
  )
  if (!data.complete)
    return (
      <Alert
        color="red"
        variant="light"
        mb="md"
        icon={<IconAlertTriangle aria-hidden />}
        title={t('audit.broken')}
        role="alert"
      >
        <Text fz="sm">{t('audit.brokenText')}</Text>
        <List size="sm" my="xs">
          {data.faults.map(({ what, from, to }) => (
            <List.Item key={`${what} ${from}`}>{t(`auditFault.${what}`, { from, to })}</List.Item>
          ))}
        </List>
        {again}
      </Alert>
    )
  const date =
    data.beganAt && new Intl.DateTimeFormat(format, { dateStyle: 'long', timeZone }).format(new Date(data.beganAt))
  return (
    <Group gap="xs" mb="md">
      <IconShieldCheck size={20} aria-hidden color="var(--mantine-color-green-7)" style={{ flexShrink: 0 }} />
      <Text fz="sm" role="status" flex={{ base: '1 1 240px', xs: '0 1 auto' }}>
        {t('audit.whole', { count: data.entries, when: clockTime(new Date(data.checkedAt), format, timeZone) })}{' '}
        {date && t('audit.since', { date })}
      </Text>
      {again}
    </Group>
  )
}
