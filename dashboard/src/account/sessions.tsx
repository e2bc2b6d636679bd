import type { OwnSession } from '@carillon/client'
import { Button, Group, Skeleton, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Mark } from '../parts/mark.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { When } from '../parts/when.tsx'
import { sessionsQuery } from '../session/queries.ts'

/** Where they are signed in; what they do not know, they end. */
export function Sessions() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const sessions = useQuery(sessionsQuery)
  const act = useMutation({
    mutationFn: (deed: () => Promise<unknown>) => deed(),
    onError: toastProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
  const items = sessions.data?.items ?? []
  const deviceName = ({ browser, system }: OwnSession) =>
    browser && system ? t('account.device', { browser, system }) : (browser ?? system ?? t('account.unknownDevice'))

  return (
    <Panel title={t('account.sessions')}>
      <Text fz="sm" c="dimmed" mb="sm">
        {t('account.sessionsText')}
      </Text>
      {sessions.isPending && <Skeleton h={90} />}
      {sessions.error && <ProblemNotice error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {items.length > 0 && (
        <Rows label={t('account.sessions')}>
          {items.map((session) => (
            <Row
              key={session.id}
              name={
                <Group gap="xs">
                  <span>{deviceName(session)}</span>
                  {session.current && <Mark>{t('account.here')}</Mark>}
                </Group>
              }
              second={
                <>
                  {t('account.lastUsed')} <When at={session.lastUsedAt} /> · {t('account.begun')}{' '}
                  <When at={session.createdAt} />
                  {session.ip && ` · ${session.ip}`}
                </>
              }
            >
              {!session.current && (
                <Button
                  variant="default"
                  size="xs"
                  disabled={act.isPending}
                  aria-label={t('account.endOf', { device: deviceName(session) })}
                  onClick={() => act.mutate(() => carillon.sessions.end(session.id))}
                >
                  {t('account.end')}
                </Button>
              )}
            </Row>
          ))}
        </Rows>
      )}
      {items.length > 1 && (
        <Button
          variant="default"
          mt="md"
          loading={act.isPending}
          onClick={() => act.mutate(() => carillon.sessions.endOthers())}
        >
          {t('account.endOthers')}
        </Button>
      )}
    </Panel>
  )
}
