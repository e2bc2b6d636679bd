import { Button, Menu } from '@mantine/core'
import { IconDownload, IconListCheck } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../parts/empty.tsx'
import { NothingMatches } from '../parts/filters.tsx'
import { Page } from '../parts/page.tsx'
import { itemsOf, PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { isFiltered } from '../parts/search.ts'
import { EntryRows } from './entry-rows.tsx'
import { Filters } from './filters.tsx'
import { auditQuery } from './queries.ts'
import { type AuditFilter, auditFilter, exportAddress } from './search.ts'
import { Verdict } from './verdict.tsx'

const route = getRouteApi('/inside/audit')

/** Who changed what, who looked at whom; and whether all of it is still as it was written. */
export function AuditPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const filter = useMemo(() => auditFilter(search, new Date()), [search])
  const list = useInfiniteQuery({ ...auditQuery(filter), placeholderData: keepPreviousData })
  const actorName = itemsOf(list).find(({ actor }) => actor.id === search.actor)?.actor.name

  return (
    <Page title={t('audit.title')} intro={t('audit.intro')} actions={<Export filter={filter} />}>
      <Verdict />
      <Filters search={search} actorName={actorName} />
      <PagedList
        list={list}
        waiting={<WaitingRows count={5} height={62} />}
        empty={
          isFiltered(search) ? (
            <NothingMatches to="/audit" text={t('audit.none')} />
          ) : (
            <Empty icon={IconListCheck} title={t('audit.empty')} text={t('audit.emptyText')} />
          )
        }
      >
        {(items) => <EntryRows items={items} search={search} />}
      </PagedList>
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
