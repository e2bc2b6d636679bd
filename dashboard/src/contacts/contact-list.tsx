import type { Contact } from '@carillon/client'
import { Button, Center, Skeleton, Stack, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconUsers } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import rows from '../messages/message-rows.module.css'
import { Empty } from '../parts/empty.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { contactsQuery } from '../queries.ts'
import { contactFilter } from './search.ts'

const route = getRouteApi('/inside/contacts')
const TYPED_MS = 250

/** Everybody who can be written to. */
export function ContactList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const list = useInfiniteQuery({ ...contactsQuery(contactFilter(search)), placeholderData: (previous) => previous })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const find = useDebouncedCallback(
    (text: string) => void navigate({ to: '/contacts', search: { search: text.trim() || undefined }, replace: true }),
    TYPED_MS,
  )

  return (
    <Page
      title={t('contacts.title')}
      intro={t('contacts.intro')}
      actions={
        <ButtonLink to="/suppressions" variant="default">
          {t('suppressions.title')}
        </ButtonLink>
      }
    >
      <TextInput
        type="search"
        aria-label={t('contacts.search')}
        placeholder={t('contacts.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        defaultValue={search.search ?? ''}
        onChange={(event) => find(event.currentTarget.value)}
        mb="md"
        maw={420}
      />
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <Stack gap={1}>
          {[1, 2, 3, 4, 5, 6].map((row) => (
            <Skeleton key={row} h={56} radius="sm" />
          ))}
        </Stack>
      )}
      {list.data && items.length === 0 && (
        <Empty
          icon={IconUsers}
          title={t(search.search ? 'contacts.none' : 'contacts.empty')}
          text={t(search.search ? 'contacts.noneText' : 'contacts.emptyText')}
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

function Rows({ items }: { items: readonly Contact[] }) {
  const { t } = useTranslation()
  return (
    <table className={rows.table} aria-label={t('contacts.title')}>
      <thead>
        <tr>
          <th scope="col">{t('contacts.name')}</th>
          <th scope="col">{t('contacts.phone')}</th>
          <th scope="col" className={rows.right}>
            {t('contacts.added')}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((contact) => (
          <tr key={contact.id}>
            <td className={rows.recipient}>
              <Link to="/contacts/$id" params={{ id: contact.id }} className={rows.link}>
                {contact.name || contact.email || contact.phone || t('contacts.nameless')}
              </Link>
              {contact.name && contact.email && <span className={rows.address}>{contact.email}</span>}
            </td>
            <td className={rows.type}>{contact.phone}</td>
            <td className={`${rows.when} ${rows.right}`}>
              <When at={contact.createdAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
