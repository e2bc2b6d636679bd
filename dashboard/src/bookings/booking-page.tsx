import type { Booking, BookingPayment } from '@carillon/client'
import { Alert, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { BackLink } from '../parts/back.tsx'
import columns from '../parts/columns.module.css'
import { Fact, Facts, Reference } from '../parts/facts.tsx'
import { PageLink } from '../parts/link.tsx'
import { useMoney } from '../parts/money.ts'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { longTime } from '../parts/time.ts'
import { When } from '../parts/when.tsx'
import { ReminderState, reasonText, useOffsetText } from '../reminders/reminder-state.tsx'
import { useMay, useOrganization } from '../session/session.ts'
import { Attributions } from './attributions.tsx'
import { BilledTo } from './billed-to.tsx'
import { BookingActions } from './booking-actions.tsx'
import { Marks } from './booking-list.tsx'
import classes from './bookings.module.css'
import { Documents } from './documents-panel.tsx'
import { Flows } from './flows.tsx'
import { InputFacts } from './input-facts.tsx'
import { methodOf, problemOf } from './payment-list.tsx'
import { bookingQuery, bookingRemindersQuery } from './queries.ts'
import { useServiceName } from './service-name.ts'
import { BookingStatusBadge, DisputeBadge, DisputeState, endOf, PaymentStatusBadge } from './status.tsx'

const route = getRouteApi('/inside/bookings/$id')

/** One booking: what it is, who was told, who was asked to do it, and what was paid. */
export function BookingPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const booking = useQuery(bookingQuery(id))
  if (booking.data) return <Shown booking={booking.data} />
  return (
    <Page title={t('bookings.booking')} back={<BackLink to="/bookings">{t('bookings.title')}</BackLink>}>
      {booking.error && <ProblemNotice error={booking.error} onRetry={() => void booking.refetch()} />}
      {booking.isPending && <Skeleton h={320} aria-label={t('app.loading')} />}
    </Page>
  )
}

function Shown({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const serviceName = useServiceName()
  const mayReadMessages = useMay()('messages.read')
  return (
    <Page
      title={booking.reference}
      intro={t('bookings.head', {
        service: serviceName(booking.service),
        city: booking.address.city,
      })}
      back={<BackLink to="/bookings">{t('bookings.title')}</BackLink>}
      actions={
        <Group gap="xs">
          <Marks booking={booking} />
          <BookingStatusBadge status={booking.status} />
          <BookingActions booking={booking} />
        </Group>
      }
    >
      <Disputes payments={booking.payments} />
      <div className={columns.columns}>
        <Stack>
          <Panel title={t('bookings.flows')}>
            <Flows booking={booking} />
          </Panel>
          <Attributions booking={booking} />
          {mayReadMessages && <Reminders booking={booking} />}
        </Stack>
        <Stack>
          <Details booking={booking} />
          <Documents booking={booking} />
          <Payments payments={booking.payments} />
        </Stack>
      </div>
    </Page>
  )
}

/** That money may go back, or has: before all else. */
function Disputes({ payments }: { payments: readonly BookingPayment[] }) {
  const { t } = useTranslation()
  const disputed = payments.filter(({ dispute }) => dispute && endOf(dispute) !== 'won')
  return disputed.map(({ id, dispute }) => (
    <Alert
      key={id}
      mb="md"
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={t(endOf(dispute!) === 'lost' ? 'dispute.bannerLost' : 'dispute.bannerOpen')}
    >
      <DisputeState dispute={dispute!} />
    </Alert>
  ))
}

function Details({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const format = useFormat()
  const money = useMoney()
  const may = useMay()
  const { timeZone } = useOrganization()
  const { customer, address } = booking
  const name = customer.name ?? customer.email ?? customer.phone ?? t('contacts.nameless')
  return (
    <Panel title={t('message.details')}>
      <Facts>
        <Fact name={t('bookings.begins')}>
          {longTime(new Date(booking.startsAt), format, booking.timeZone)}
          <div className={classes.second}>
            <When at={booking.startsAt} />
            {booking.timeZone !== timeZone && ` · ${booking.timeZone}`}
          </div>
        </Fact>
        <Fact name={t('bookings.client')}>
          {may('contacts.read') ? (
            <PageLink to="/contacts/$id" params={{ id: booking.contactId }} fz="sm">
              {name}
            </PageLink>
          ) : (
            name
          )}
          {[customer.email, customer.phone]
            .filter((one) => one !== null && one !== name)
            .map((one) => (
              <div key={one} className={classes.second}>
                {one}
              </div>
            ))}
        </Fact>
        <BilledTo customer={customer} />
        <Fact name={t('bookings.address')}>
          {address.line}
          <div>
            {address.postalCode} {address.city}
          </div>
        </Fact>
        <Fact name={t('bookings.amount')}>
          <b>{money(booking.amount, booking.currency)}</b>
          {booking.insurance && <div className={classes.second}>{t('bookings.insured')}</div>}
          {booking.priceMismatch && (
            <Text component="div" fz="sm" c="var(--mantine-color-error)">
              {t('bookings.mismatchText', {
                paid: money(booking.paid, booking.paidCurrency),
                due: money(booking.amount, booking.currency),
              })}
            </Text>
          )}
          {booking.refunded > 0 && (
            <div className={classes.second}>
              {t('bookings.refunded', { amount: money(booking.refunded, booking.paidCurrency) })}
            </div>
          )}
          {booking.paidLate && <div className={classes.second}>{t('bookings.paidLateText')}</div>}
        </Fact>
        <InputFacts service={booking.service} inputs={booking.inputs} />
        {booking.notes && <Fact name={t('bookings.notes')}>{booking.notes}</Fact>}
        {booking.cancelReason && <Fact name={t('bookings.cancelReason')}>{booking.cancelReason}</Fact>}
        <Fact name={t('bookings.made')}>
          <When at={booking.createdAt} />
        </Fact>
      </Facts>
    </Panel>
  )
}

function Payments({ payments }: { payments: readonly BookingPayment[] }) {
  const { t } = useTranslation()
  const money = useMoney()
  return (
    <Panel title={t('bookings.payments')}>
      {payments.length === 0 && <Text fz="sm">{t('bookings.noPayments')}</Text>}
      <Stack gap="md">
        {payments.map((payment) => (
          <div key={payment.id}>
            <div className={classes.head}>
              <PageLink to="/bookings/payments/$id" params={{ id: payment.id }}>
                {money(payment.kind === 'refund' ? -payment.amount : payment.amount, payment.currency)}
              </PageLink>
              <PaymentStatusBadge payment={payment} />
              {payment.dispute && <DisputeBadge dispute={payment.dispute} />}
            </div>
            <div className={classes.second}>
              {t(`paymentKind.${payment.kind}`)}
              {payment.method && ` · ${methodOf(payment.method)}`} · <When at={payment.createdAt} />
            </div>
            {payment.problem && <div className={classes.second}>{problemOf(payment.problem)}</div>}
            {payment.note && <div className={classes.second}>{payment.note}</div>}
            {payment.paymentIntent && <Reference id={payment.paymentIntent} />}
          </div>
        ))}
      </Stack>
    </Panel>
  )
}

/** What the client is reminded of, and when. */
function Reminders({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const format = useFormat()
  const offsetText = useOffsetText()
  const { data: plan, error, refetch } = useQuery(bookingRemindersQuery(booking.id))
  const reminders = plan?.reminders.filter(({ at }) => at === plan.at) ?? []
  return (
    <Panel
      title={t('bookings.reminders')}
      actions={
        plan && (
          <PageLink to="/reminders/$subject" params={{ subject: plan.subject }} fz="sm">
            {t('bookings.allReminders')}
          </PageLink>
        )
      }
    >
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {plan === null && <Text fz="sm">{t('bookings.noReminders')}</Text>}
      <ul className={classes.answers}>
        {reminders.map((reminder) => (
          <li key={reminder.id} className={classes.answer}>
            <span className={classes.company}>
              {reminder.notificationId ? (
                <PageLink to="/notifications/$id" params={{ id: reminder.notificationId }} fz="sm">
                  {offsetText(reminder.offset)}
                </PageLink>
              ) : (
                offsetText(reminder.offset)
              )}
              <div className={classes.second}>
                {longTime(new Date(reminder.dueAt), format, booking.timeZone)}
                {reasonText(reminder) && ` · ${reasonText(reminder)}`}
              </div>
            </span>
            <ReminderState status={reminder.status} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
