import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNumber } from '../parts/number.ts'
import { Page } from '../parts/page.tsx'
import { PagedList } from '../parts/paged-list.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { When } from '../parts/when.tsx'
import { useChooseOrganization, useSession } from '../session/session.ts'
import { platformOrganizationsQuery } from './queries.ts'
import { VendorCalls } from './vendor-calls.tsx'

/** For those who operate the platform: which organizations there are, and into which they may look. */
export function Platform() {
  const { t } = useTranslation()
  const number = useNumber()
  const { organizations: own } = useSession()
  const choose = useChooseOrganization()
  const organizations = useInfiniteQuery(platformOrganizationsQuery)

  return (
    <Page title={t('platform.title')} intro={t('platform.intro')}>
      <Stack>
        <VendorCalls />
        <PagedList list={organizations} waiting={<Skeleton h={180} />} more={t('team.more')}>
          {(items) => (
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
        </PagedList>
      </Stack>
    </Page>
  )
}
