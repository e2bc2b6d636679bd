import type { BookingItem } from '@carillon/client'
import { Group, Switch, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCalendarEvent } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { Empty } from '../parts/empty.tsx'
import { Choice, ClearFilters, FilterPill } from '../parts/filters.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { useMoney } from '../parts/money.ts'
import { Page } from '../parts/page.tsx'
import { itemsOf, PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { isFiltered } from '../parts/search.ts'
import { ToneBadge } from '../parts/status-badge.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { longTime, startOfDay } from '../parts/time.ts'
import { useMay, useOrganization } from '../session/session.ts'
import classes from './bookings.module.css'
import { bookingPaymentsQuery, bookingsQuery, serviceTypesQuery } from './queries.ts'
import { BOOKING_STATUSES, type BookingSearch, bookingFilter, bookingSearch, ORPHANS } from './search.ts'
import { useServiceName } from './service-name.ts'
import { BookingStatusBadge } from './status.tsx'

const route = getRouteApi('/inside/bookings')

/** Every booking, the newest first: when it is, where it stands, and what is odd about its money. */
export function BookingList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const may = useMay()
  const { timeZone } = useOrganization()
  const filter = bookingFilter(search, startOfDay(timeZone))
  const list = useInfiniteQuery({ ...bookingsQuery(filter), placeholderData: keepPreviousData })
  const narrowed = isFiltered(search)
  const show = (change: Partial<BookingSearch>) =>
    void navigate({
      to: '/bookings',
      search: bookingSearch({ ...search, ...change }),
      replace: true,
      resetScroll: false,
    })
  const mayQuote = may('bookings.manage') && may('settings.read')

  return (
    <Page
      title={t('bookings.title')}
      intro={t('bookings.intro')}
      actions={
        <Group gap="sm">
          <ButtonLink to="/bookings/quotes" variant="default">
            {t('quotes.title')}
          </ButtonLink>
          <ButtonLink to="/bookings/payments" variant="default">
            {t('bookings.payments')}
          </ButtonLink>
          <ButtonLink to="/bookings/professionals" variant="default">
            {t('bookings.professionals')}
          </ButtonLink>
          {may('settings.read') && (
            <ButtonLink to="/bookings/settings" variant="default">
              {t('bookings.settings')}
            </ButtonLink>
          )}
          {mayQuote && <ButtonLink to="/bookings/quotes/new">{t('bookings.newQuote')}</ButtonLink>}
        </Group>
      }
    >
      <Orphans />
      <Group mb="md" gap="sm" align="flex-end">
        <Choice
          label={t('bookings.status')}
          any={t('bookings.anyStatus')}
          width={190}
          value={search.status}
          onChange={(status) => show(bookingSearch({ ...search, status }))}
          data={BOOKING_STATUSES.map((value) => ({ value, label: t(`bookingStatus.${value}`) }))}
        />
        <Group gap={6} wrap="nowrap">
          <TextInput
            type="date"
            aria-label={t('bookings.from')}
            value={search.from ?? ''}
            onChange={(event) => show({ from: event.currentTarget.value || undefined })}
          />
          <Text fz="sm" c="dimmed" aria-hidden>
            –
          </Text>
          <TextInput
            type="date"
            aria-label={t('bookings.to')}
            value={search.to ?? ''}
            onChange={(event) => show({ to: event.currentTarget.value || undefined })}
          />
        </Group>
        <Switch
          label={t('bookings.onlyMismatch')}
          checked={search.priceMismatch === true}
          onChange={(event) => show({ priceMismatch: event.currentTarget.checked || undefined })}
          mb={6}
        />
        {search.contactId !== undefined && (
          <FilterPill
            label={itemsOf(list)[0]?.customer.name ?? t('reminders.oneContact')}
            onRemove={() => show({ contactId: undefined })}
          />
        )}
        {narrowed && <ClearFilters onClear={() => void navigate({ to: '/bookings', search: {}, replace: true })} />}
      </Group>
      <PagedList
        list={list}
        waiting={<WaitingRows count={6} height={64} />}
        empty={narrowed ? <Empty icon={IconCalendarEvent} title={t('bookings.none')} /> : <Nothing />}
      >
        {(items) => <Rows items={items} />}
      </PagedList>
    </Page>
  )
}

/** What to do first: sell something, then have it paid. */
function Nothing() {
  const { t } = useTranslation()
  const may = useMay()
  const services = useQuery({ ...serviceTypesQuery, enabled: may('settings.read') })
  const sells = (services.data?.items.length ?? 0) > 0
  return (
    <Empty
      icon={IconCalendarEvent}
      title={t('bookings.empty')}
      text={t(sells ? 'bookings.emptyText' : 'bookings.emptyService')}
    >
      {may('settings.read') && may('bookings.manage') && (
        <ButtonLink to={sells ? '/bookings/quotes/new' : '/bookings/settings'} mt="sm">
          {t(sells ? 'bookings.newQuote' : 'bookings.addService')}
        </ButtonLink>
      )}
    </Empty>
  )
}

/** Money that fits no booking must not be overlooked. */
function Orphans() {
  const { t } = useTranslation()
  const list = useInfiniteQuery(bookingPaymentsQuery(ORPHANS))
  const count = itemsOf(list).length
  if (count === 0) return null
  return (
    <div className={classes.warning} role="status">
      <IconAlertTriangle size={18} aria-hidden />
      <span>{t(list.hasNextPage ? 'bookings.manyOrphans' : 'bookings.orphans', { count })}</span>
      <ButtonLink to="/bookings/payments" search={{ status: 'orphaned' }} size="compact-sm" variant="default">
        {t('bookings.seeOrphans')}
      </ButtonLink>
    </div>
  )
}

function Rows({ items }: { items: readonly BookingItem[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const money = useMoney()
  const serviceName = useServiceName()
  return (
    <Table
      label={t('bookings.title')}
      columns={[t('bookings.booking'), t('bookings.status'), t('bookings.service'), t('bookings.amount')]}
      when={t('bookings.begins')}
      className={classes.list}
    >
      {items.map((item) => (
        <tr key={item.id}>
          <td className={cells.recipient}>
            <Link to="/bookings/$id" params={{ id: item.id }} className={cells.link}>
              {item.reference}
            </Link>
            <span className={cells.address}>{item.customer.name ?? item.customer.email ?? item.customer.phone}</span>
          </td>
          <td className={cells.status}>
            <BookingStatusBadge status={item.status} />
            {item.dispute && <ToneBadge tone="bad">{t(`dispute.${item.dispute}`)}</ToneBadge>}
          </td>
          <td className={classes.service}>
            {serviceName(item.service)}
            <span className={cells.address}>{item.address.city}</span>
          </td>
          <td className={classes.money}>
            {money(item.paid, item.paidCurrency)}
            <Marks booking={item} />
          </td>
          <td className={`${cells.when} ${cells.right}`}>{longTime(new Date(item.startsAt), format, item.timeZone)}</td>
        </tr>
      ))}
    </Table>
  )
}

/** What is odd about its money. */
export function Marks({ booking }: { booking: Pick<BookingItem, 'priceMismatch' | 'paidLate'> }) {
  const { t } = useTranslation()
  if (!booking.priceMismatch && !booking.paidLate) return null
  return (
    <span className={classes.marks}>
      {booking.priceMismatch && <Mark>{t('bookings.mismatch')}</Mark>}
      {booking.paidLate && <Mark>{t('bookings.paidLate')}</Mark>}
    </span>
  )
}
