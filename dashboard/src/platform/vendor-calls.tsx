import { Button, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { itemsOf, PagedList } from '../parts/paged-list.tsx'
import { Panel } from '../parts/panel.tsx'
import { toastProblem } from '../parts/problem.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { When } from '../parts/when.tsx'
import { vendorCallsQuery } from './queries.ts'

/** As the forms call it, else as the server does. */
const vendorName = (provider: string): string =>
  i18next.exists(`provider.${provider}`) ? i18next.t(`provider.${provider}` as 'provider.stripe') : provider

/** What vendors told and could not be worked off: payments among it. Nothing is shown where there is nothing. */
export function VendorCalls() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const calls = useInfiniteQuery(vendorCallsQuery)
  const retry = useMutation({
    mutationFn: (id: string) => carillon.platform.vendorCalls.retry(id),
    onSuccess: () => {
      notifications.show({ color: 'green', message: t('vendorCalls.again') })
      void queryClient.invalidateQueries({ queryKey: vendorCallsQuery.queryKey })
    },
    onError: toastProblem,
  })
  if (!calls.error && itemsOf(calls).length === 0) return null
  return (
    <Panel title={t('vendorCalls.title')}>
      <Stack gap="sm">
        <Text fz="sm">{t('vendorCalls.text')}</Text>
        <PagedList list={calls} more={t('team.more')}>
          {(items) => (
            <Rows label={t('vendorCalls.title')}>
              {items.map(({ id, provider, receivedAt, tries, nextAt, problem }) => (
                <Row
                  key={id}
                  name={vendorName(provider)}
                  second={
                    <>
                      {t('vendorCalls.came')} <When at={receivedAt} /> · {t('vendorCalls.tries', { count: tries })}
                      {nextAt && (
                        <>
                          {' '}
                          · {t('vendorCalls.next')} <When at={nextAt} />
                        </>
                      )}
                      <Text fz="sm" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
                        {problem}
                      </Text>
                    </>
                  }
                >
                  <Button
                    size="xs"
                    variant="default"
                    loading={retry.isPending && retry.variables === id}
                    onClick={() => retry.mutate(id)}
                  >
                    {t('vendorCalls.retry')}
                  </Button>
                </Row>
              ))}
            </Rows>
          )}
        </PagedList>
      </Stack>
    </Panel>
  )
}
