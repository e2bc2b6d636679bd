import { Button, Center, Menu, Skeleton, Stack } from '@mantine/core'
import { IconDownload, IconFilterOff, IconListCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { isFiltered } from '../messages/search.ts'
import { Empty } from '../parts/empty.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { auditQuery } from '../queries.ts'
import { EntryRows } from './entry-rows.tsx'
import { Filters } from './filters.tsx'
import { type AuditFilter, auditFilter, exportAddress } from './search.ts'
import { Verdict } from './verdict.tsx'

const route = getRouteApi('/inside/audit')

/** Who changed what, who looked at whom; and whether all of it is still as it was written. */
export function AuditPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const filter = useMemo(() => auditFilter(search, new Date()), [search])
  const list = useInfiniteQuery({ ...auditQuery(filter), placeholderData: (previous) => previous })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []

  return (
    <Page title={t('audit.title')} intro={t('audit.intro')} actions={<Export filter={filter} />}>
      <Verdict />
      <Filters search={search} actorName={items.find(({ actor }) => actor.id === search.actor)?.actor.name} />
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <Stack gap={1}>
          {[1, 2, 3, 4, 5].map((row) => (
            <Skeleton key={row} h={62} radius="sm" />
          ))}
        </Stack>
      )}
      {list.data && items.length === 0 && (isFiltered(search) ? <NothingMatches /> : <NothingYet />)}
      {items.length > 0 && (
        <div
          style={{ opacity: list.isPlaceholderData ? 0.55 : 1, transition: 'opacity 120ms' }}
          aria-busy={list.isPlaceholderData}
        >
          <EntryRows items={items} search={search} />
          {list.hasNextPage && (
            <Center mt="md">
              <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t('messages.more')}
              </Button>
            </Center>
          )}
        </div>
      )}
    </Page>
  )
}

/** What is shown, as a file: the browser fetches it, however long it is. */
function Export({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t('audit.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={exportAddress(filter, 'csv')} download>
          {t('audit.exportCsv')}
        </Menu.Item>
        <Menu.Item component="a" href={exportAddress(filter, 'ndjson')} download>
          {t('audit.exportNdjson')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const NothingMatches = () => {
  const { t } = useTranslation()
  return (
    <Empty icon={IconFilterOff} title={t('messages.none')} text={t('audit.none')}>
      <ButtonLink to="/audit" variant="default" mt="sm">
        {t('messages.clear')}
      </ButtonLink>
    </Empty>
  )
}

const NothingYet = () => {
  const { t } = useTranslation()
  return <Empty icon={IconListCheck} title={t('audit.empty')} text={t('audit.emptyText')} />
}
