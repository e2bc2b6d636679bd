import type { Suppression } from '@carillon/client'
import { Group, Skeleton, Text } from '@mantine/core'
import { IconMailOff } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { BackLink } from '../parts/back.tsx'
import { ChannelName } from '../parts/channel.tsx'
import { Empty } from '../parts/empty.tsx'
import { ChannelChoice, Choice, SearchField } from '../parts/filters.tsx'
import { Page } from '../parts/page.tsx'
import { PagedList } from '../parts/paged-list.tsx'
import { isFiltered } from '../parts/search.ts'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { Add } from './add.tsx'
import { Import } from './import.tsx'
import { Lift } from './lift.tsx'
import { suppressionsQuery } from './queries.ts'
import { SUPPRESSED_CHANNELS, SUPPRESSION_REASONS, suppressionFilter, suppressionSearch } from './search.ts'

const route = getRouteApi('/inside/suppressions')

/** Addresses that must not be used: why, adding many, and taking one away. */
export function Suppressions() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const may = useMay()
  const navigate = useNavigate()
  const list = useInfiniteQuery({
    ...suppressionsQuery(suppressionFilter(search)),
    placeholderData: keepPreviousData,
  })
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/suppressions', search: suppressionSearch({ ...search, ...part }), replace: true })
  const narrowed = isFiltered(search)

  return (
    <Page
      title={t('suppressions.title')}
      intro={t('suppressions.intro')}
      back={<BackLink to="/contacts">{t('contacts.title')}</BackLink>}
      actions={may('contacts.manage') && <Add />}
    >
      {may('contacts.manage') && <Import />}
      <Group gap="sm" my="md">
        <SearchField
          label={t('suppressions.address')}
          value={search.address}
          onSearch={(address) => change({ address })}
          w={{ base: '100%', xs: 280 }}
        />
        <ChannelChoice
          channels={SUPPRESSED_CHANNELS}
          value={search.channel}
          onChange={(channel) => change({ channel })}
        />
        <Choice
          label={t('suppressions.reason')}
          any={t('suppressions.anyReason')}
          data={SUPPRESSION_REASONS.map((value) => ({ value, label: t(`suppressed.${value}`) }))}
          value={search.reason}
          onChange={(reason) => change({ reason })}
          width={210}
        />
      </Group>
      <PagedList
        list={list}
        waiting={<Skeleton h={240} />}
        empty={
          <Empty
            icon={IconMailOff}
            title={t(narrowed ? 'suppressions.none' : 'suppressions.empty')}
            text={t(narrowed ? 'messages.noneText' : 'suppressions.emptyText')}
          />
        }
      >
        {(items) => <Rows items={items} />}
      </PagedList>
    </Page>
  )
}

function Rows({ items }: { items: readonly Suppression[] }) {
  const { t } = useTranslation()
  const may = useMay()
  return (
    <Table
      label={t('suppressions.title')}
      columns={[t('suppressions.address'), t('suppressions.reason'), t('messages.channel')]}
      when={t('contacts.added')}
      actions={t('suppressions.lift')}
    >
      {items.map((item) => (
        <tr key={item.id}>
          <td className={cells.recipient} style={{ overflowWrap: 'anywhere' }}>
            {item.address ?? (
              <Text span fz="sm" c="dimmed" fs="italic">
                {t('suppressions.erased')}
              </Text>
            )}
            {item.note && <span className={cells.address}>{item.note}</span>}
          </td>
          <td className={cells.type}>{t(`suppressed.${item.reason}`)}</td>
          <td className={cells.channel}>
            <ChannelName channel={item.channel} />
          </td>
          <td className={`${cells.when} ${cells.right}`}>
            <When at={item.createdAt} />
          </td>
          <td className={cells.right}>{may('settings.manage') && <Lift suppression={item} />}</td>
        </tr>
      ))}
    </Table>
  )
}
