import type { BookingPayment } from '@carillon/client'
import { Select } from '@mantine/core'
import { IconCreditCard } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { BackLink } from '../parts/back.tsx'
import { Empty } from '../parts/empty.tsx'
import { useMoney } from '../parts/money.ts'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import classes from './bookings.module.css'
import { bookingPaymentsQuery } from './queries.ts'
import { PAYMENT_STATUSES, paymentFilter, paymentSearch } from './search.ts'
import { DisputeBadge, PaymentStatusBadge, vendorReason } from './status.tsx'

const route = getRouteApi('/inside/bookings/payments')

/** Payments and refunds. */
export function PaymentList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const list = useInfiniteQuery({ ...bookingPaymentsQuery(paymentFilter(search)), placeholderData: keepPreviousData })
  const orphans = search.status === 'orphaned'
  return (
    <Page
      title={t('payments.title')}
      intro={t('payments.intro')}
      back={<BackLink to="/bookings">{t('bookings.title')}</BackLink>}
    >
      <Select
        mb="md"
        w={220}
        allowDeselect={false}
        aria-label={t('payments.which')}
        value={search.status ?? 'all'}
        onChange={(status) =>
          void navigate({ to: '/bookings/payments', search: paymentSearch({ status }), replace: true })
        }
        data={[
          { value: 'all', label: t('payments.all') },
          ...PAYMENT_STATUSES.map((value) => ({ value, label: t(`paymentStatus.${value}`) })),
        ]}
      />
      <PagedList
        list={list}
        waiting={<WaitingRows count={5} height={60} />}
        empty={
          <Empty
            icon={IconCreditCard}
            title={t(orphans ? 'payments.noOrphans' : 'payments.none')}
            text={t(orphans ? 'payments.noOrphansText' : 'payments.noneText')}
          />
        }
      >
        {(items) => <Rows items={items} />}
      </PagedList>
    </Page>
  )
}

function Rows({ items }: { items: readonly BookingPayment[] }) {
  const { t } = useTranslation()
  const money = useMoney()
  return (
    <Table
      label={t('payments.title')}
      columns={[t('bookings.amount'), t('bookings.status'), t('payments.about')]}
      when={t('payments.arrived')}
      className={classes.list}
    >
      {items.map((payment) => (
        <tr key={payment.id}>
          <td className={cells.recipient}>
            <Link to="/bookings/payments/$id" params={{ id: payment.id }} className={cells.link}>
              {money(payment.kind === 'refund' ? -payment.amount : payment.amount, payment.currency)}
            </Link>
            <span className={cells.address}>{payment.payerEmail ?? (payment.method && methodOf(payment.method))}</span>
          </td>
          <td className={cells.status}>
            <PaymentStatusBadge payment={payment} /> {payment.dispute && <DisputeBadge dispute={payment.dispute} />}
          </td>
          <td className={classes.service}>
            {payment.problem ? problemOf(payment.problem) : t(`paymentKind.${payment.kind}`)}
          </td>
          <td className={`${cells.when} ${cells.right}`}>
            <When at={payment.createdAt} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** Why a payment is an orphan, or has failed. */
export const problemOf = (problem: string): string =>
  i18next.exists(`paymentProblem.${problem}`)
    ? i18next.t(`paymentProblem.${problem}` as 'paymentProblem.no_quote')
    : vendorReason(problem)

/** How somebody paid: as the vendor calls it where we have no word. */
export const methodOf = (method: string): string =>
  i18next.exists(`paymentMethod.${method}`) ? i18next.t(`paymentMethod.${method}` as 'paymentMethod.card') : method
