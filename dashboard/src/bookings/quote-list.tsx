import type { Quote } from '@carillon/client'
import { Group } from '@mantine/core'
import { IconFileInvoice } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { BackLink } from '../parts/back.tsx'
import { Empty } from '../parts/empty.tsx'
import { Choice, NothingMatches } from '../parts/filters.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { useMoney } from '../parts/money.ts'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { given } from '../parts/search.ts'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { longTime } from '../parts/time.ts'
import { useMay } from '../session/session.ts'
import classes from './bookings.module.css'
import { quotesQuery } from './queries.ts'
import { QUOTE_STATUSES, quoteSearch } from './search.ts'
import { useServiceName } from './service-name.ts'
import { QuoteStatusBadge } from './status.tsx'

const route = getRouteApi('/inside/bookings/quotes')

/** What visitors were offered, the newest first, and what became of it. */
export function QuoteList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const may = useMay()
  const list = useInfiniteQuery({ ...quotesQuery(given(search)), placeholderData: keepPreviousData })
  const make = may('bookings.manage') && may('settings.read') && (
    <ButtonLink to="/bookings/quotes/new">{t('bookings.newQuote')}</ButtonLink>
  )
  return (
    <Page
      title={t('quotes.title')}
      intro={t('quotes.intro')}
      back={<BackLink to="/bookings">{t('bookings.title')}</BackLink>}
      actions={make}
    >
      <Group mb="md">
        <Choice
          label={t('bookings.status')}
          any={t('bookings.anyStatus')}
          width={200}
          value={search.status}
          onChange={(status) =>
            void navigate({ to: '/bookings/quotes', search: quoteSearch({ status }), replace: true })
          }
          data={QUOTE_STATUSES.map((value) => ({ value, label: t(`quoteStatus.${value}`) }))}
        />
      </Group>
      <PagedList
        list={list}
        waiting={<WaitingRows count={6} height={64} />}
        empty={
          search.status ? (
            <NothingMatches to="/bookings/quotes" text={t('quotes.none')} />
          ) : (
            <Empty icon={IconFileInvoice} title={t('quotes.empty')} text={t('quotes.emptyText')} />
          )
        }
      >
        {(items) => <Rows items={items} />}
      </PagedList>
    </Page>
  )
}

function Rows({ items }: { items: readonly Quote[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const money = useMoney()
  const serviceName = useServiceName()
  return (
    <Table
      label={t('quotes.title')}
      columns={[t('bookings.client'), t('bookings.status'), t('bookings.service'), t('bookings.amount')]}
      when={t('bookings.begins')}
      className={classes.list}
    >
      {items.map((quote) => (
        <tr key={quote.temporaryId}>
          <td className={cells.recipient}>
            <Link to="/bookings/quotes/$temporaryId" params={{ temporaryId: quote.temporaryId }} className={cells.link}>
              {quote.customer.name ?? quote.customer.email ?? quote.customer.phone ?? t('contacts.nameless')}
            </Link>
            {quote.customer.name && <span className={cells.address}>{quote.customer.email}</span>}
          </td>
          <td className={cells.status}>
            <QuoteStatusBadge status={quote.status} />
          </td>
          <td className={classes.service}>
            {serviceName(quote.service)}
            <span className={cells.address}>{quote.address.city}</span>
          </td>
          <td className={classes.money}>{money(quote.amount, quote.currency)}</td>
          <td className={`${cells.when} ${cells.right}`}>
            {longTime(new Date(quote.wishedAt), format, quote.timeZone)}
          </td>
        </tr>
      ))}
    </Table>
  )
}
