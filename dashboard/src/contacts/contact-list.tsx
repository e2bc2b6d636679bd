import type { Contact } from '@carillon/client'
import { Group } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Empty } from '../parts/empty.tsx'
import { SearchField } from '../parts/filters.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { AddContacts } from './add-contacts.tsx'
import { contactsQuery } from './queries.ts'
import { contactFilter, contactSearch } from './search.ts'

const route = getRouteApi('/inside/contacts')

/** Everybody who can be written to. */
export function ContactList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const mayAdd = useMay()('contacts.manage')
  const list = useInfiniteQuery({ ...contactsQuery(contactFilter(search)), placeholderData: keepPreviousData })

  return (
    <Page
      title={t('contacts.title')}
      intro={t('contacts.intro')}
      actions={
        <Group gap="sm">
          <ButtonLink to="/suppressions" variant="default">
            {t('suppressions.title')}
          </ButtonLink>
          {mayAdd && <AddContacts />}
        </Group>
      }
    >
      <SearchField
        label={t('contacts.search')}
        value={search.search}
        onSearch={(typed) =>
          void navigate({ to: '/contacts', search: contactSearch({ search: typed }), replace: true })
        }
        mb="md"
        maw={420}
      />
      <PagedList
        list={list}
        waiting={<WaitingRows count={6} height={56} />}
        empty={
          <Empty
            icon={IconUsers}
            title={t(search.search ? 'contacts.none' : 'contacts.empty')}
            text={t(search.search ? 'contacts.noneText' : 'contacts.emptyText')}
          />
        }
      >
        {(items) => <Rows items={items} />}
      </PagedList>
    </Page>
  )
}

function Rows({ items }: { items: readonly Contact[] }) {
  const { t } = useTranslation()
  return (
    <Table label={t('contacts.title')} columns={[t('contacts.name'), t('contacts.phone')]} when={t('contacts.added')}>
      {items.map((contact) => (
        <tr key={contact.id}>
          <td className={cells.recipient}>
            <Link to="/contacts/$id" params={{ id: contact.id }} className={cells.link}>
              {contact.name || contact.email || contact.phone || t('contacts.nameless')}
            </Link>
            {contact.name && contact.email && <span className={cells.address}>{contact.email}</span>}
          </td>
          <td className={cells.type}>{contact.phone}</td>
          <td className={`${cells.when} ${cells.right}`}>
            <When at={contact.createdAt} />
          </td>
        </tr>
      ))}
    </Table>
  )
}
