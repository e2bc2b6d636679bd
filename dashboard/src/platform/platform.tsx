import { Button, Group, Skeleton, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { platformOrganizationsQuery } from '../queries.ts'
import { useChooseOrganization, useSession } from '../session/session.ts'
import { Row, Rows } from '../team/rows.tsx'

/** For those who operate the platform: which organizations there are, and into which they may look. */
export function Platform() {
  const { t } = useTranslation()
  const format = useFormat()
  const { organizations: own } = useSession()
  const choose = useChooseOrganization()
  const organizations = useInfiniteQuery(platformOrganizationsQuery)
  const items = organizations.data?.pages.flatMap((page) => page.items)
  const number = (value: number) => new Intl.NumberFormat(format).format(value)

  return (
    <Page title={t('platform.title')} intro={t('platform.intro')}>
      {organizations.error && (
        <ProblemNotice error={organizations.error} onRetry={() => void organizations.refetch()} />
      )}
      {organizations.isPending && <Skeleton h={180} />}
      {items && (
        <Rows label={t('platform.title')}>
          {items.map(({ id, name, createdAt, members, sentIn30Days, supportUntil }) => (
            <Row
              key={id}
              name={name}
              second={
                <>
                  {t('platform.since')} <When at={createdAt} /> · {t('team.countOf', { count: members })} ·{' '}
                  {t('platform.sent', { sent: number(sentIn30Days) })}
                </>
              }
            >
              {supportUntil && !own.some((one) => one.id === id && one.supportUntil === null) && (
                <Group gap="sm">
                  <Text fz="sm">
                    {t('support.isOpen')} <When at={supportUntil} />
                  </Text>
                  <Button size="xs" variant="default" onClick={() => void choose(id)}>
                    {t('platform.look')}
                  </Button>
                </Group>
              )}
            </Row>
          ))}
        </Rows>
      )}
      {organizations.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={organizations.isFetchingNextPage}
          onClick={() => void organizations.fetchNextPage()}
        >
          {t('team.more')}
        </Button>
      )}
    </Page>
  )
}
