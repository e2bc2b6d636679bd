import type { Suppression } from '@carillon/client'
import { Button, Center, Group, Select, Skeleton, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconMailOff, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import rows from '../messages/message-rows.module.css'
import { ChannelName } from '../parts/channel.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { suppressionsQuery } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { Import } from './import.tsx'
import { Lift } from './lift.tsx'
import { SUPPRESSED_CHANNELS, SUPPRESSION_REASONS, suppressionFilter, suppressionSearch } from './search.ts'

const route = getRouteApi('/inside/suppressions')
const TYPED_MS = 250

/** Addresses that must not be used: why, adding many, and taking one away. */
export function Suppressions() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const may = useMay()
  const navigate = useNavigate()
  const list = useInfiniteQuery({
    ...suppressionsQuery(suppressionFilter(search)),
    placeholderData: (previous) => previous,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/suppressions', search: suppressionSearch({ ...search, ...part }), replace: true })
  const find = useDebouncedCallback((address: string) => change({ address }), TYPED_MS)
  const narrowed = search.channel || search.reason || search.address

  return (
    <Page
      title={t('suppressions.title')}
      intro={t('suppressions.intro')}
      back={
        <PageLink to="/contacts" fz="sm">
          {t('contacts.back')}
        </PageLink>
      }
    >
      {may('contacts.manage') && <Import />}
      <Group gap="sm" my="md">
        <TextInput
          type="search"
          aria-label={t('suppressions.address')}
          placeholder={t('suppressions.address')}
          leftSection={<IconSearch size={16} aria-hidden />}
          defaultValue={search.address ?? ''}
          onChange={(event) => find(event.currentTarget.value)}
          w={{ base: '100%', xs: 280 }}
        />
        <Select
          aria-label={t('messages.channel')}
          placeholder={t('messages.anyChannel')}
          data={SUPPRESSED_CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
          value={search.channel ?? null}
          onChange={(channel) => change({ channel })}
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 158 }}
        />
        <Select
          aria-label={t('suppressions.reason')}
          placeholder={t('suppressions.anyReason')}
          data={SUPPRESSION_REASONS.map((value) => ({ value, label: t(`suppressed.${value}`) }))}
          value={search.reason ?? null}
          onChange={(reason) => change({ reason })}
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 210 }}
        />
      </Group>
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton h={240} />}
      {list.data && items.length === 0 && (
        <Empty
          icon={IconMailOff}
          title={t(narrowed ? 'suppressions.none' : 'suppressions.empty')}
          text={t(narrowed ? 'messages.noneText' : 'suppressions.emptyText')}
        />
      )}
      {items.length > 0 && (
        <div aria-busy={list.isPlaceholderData}>
          <Rows items={items} />
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

function Rows({ items }: { items: readonly Suppression[] }) {
  const { t } = useTranslation()
  const may = useMay()
  return (
    <table className={rows.table} aria-label={t('suppressions.title')}>
      <thead>
        <tr>
          <th scope="col">{t('suppressions.address')}</th>
          <th scope="col">{t('suppressions.reason')}</th>
          <th scope="col">{t('messages.channel')}</th>
          <th scope="col" className={rows.right}>
            {t('contacts.added')}
          </th>
          <th scope="col">
            <VisuallyHidden>{t('suppressions.lift')}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <td className={rows.recipient} style={{ overflowWrap: 'anywhere' }}>
              {item.address ?? (
                <Text span fz="sm" c="dimmed" fs="italic">
                  {t('suppressions.erased')}
                </Text>
              )}
              {item.note && <span className={rows.address}>{item.note}</span>}
            </td>
            <td className={rows.type}>{t(`suppressed.${item.reason}`)}</td>
            <td className={rows.channel}>
              <ChannelName channel={item.channel} />
            </td>
            <td className={`${rows.when} ${rows.right}`}>
              <When at={item.createdAt} />
            </td>
            <td className={rows.right}>{may('settings.manage') && <Lift suppression={item} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
