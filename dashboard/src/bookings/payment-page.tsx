import type { BookingPayment } from '@carillon/client'
import { Alert, Group, Skeleton, Stack } from '@mantine/core'
import { IconAlertTriangle, IconCreditCardOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { BackLink } from '../parts/back.tsx'
import { Empty } from '../parts/empty.tsx'
import { CopyField, Fact, Facts } from '../parts/facts.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { useMoney } from '../parts/money.ts'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { methodOf, problemOf } from './payment-list.tsx'
import { bookingPaymentQuery } from './queries.ts'
import { Refund } from './refund.tsx'
import { Settle } from './settle.tsx'
import { DisputeState, PaymentStatusBadge } from './status.tsx'

const route = getRouteApi('/inside/bookings/payments/$id')

/** What money has come in of. */
const REFUNDABLE: ReadonlySet<BookingPayment['status']> = new Set(['completed', 'orphaned'])

/** One payment: what came in, and what to do when it fits no booking. */
export function PaymentPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const payment = useQuery(bookingPaymentQuery(id))
  return (
    <Page title={t('payments.one')} back={<BackLink to="/bookings/payments">{t('payments.title')}</BackLink>}>
      {payment.error && <ProblemNotice error={payment.error} onRetry={() => void payment.refetch()} />}
      {payment.isPending && <Skeleton h={200} aria-label={t('app.loading')} />}
      {payment.data === null && <Empty icon={IconCreditCardOff} title={t('payments.missing')} />}
      {payment.data && <Shown payment={payment.data} />}
    </Page>
  )
}

function Shown({ payment }: { payment: BookingPayment }) {
  const { t } = useTranslation()
  const money = useMoney()
  const mayManage = useMay()('bookings.money')
  const isOpen = payment.status === 'orphaned' && !payment.settledAt
  return (
    <Stack maw={720}>
      {isOpen && (
        <Alert
          color="red"
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title={payment.problem ? problemOf(payment.problem) : t('paymentStatus.orphaned')}
        >
          {t('payments.whatToDo')}
        </Alert>
      )}
      {mayManage && isOpen && <Settle payment={payment} />}
      <Panel>
        <Facts>
          <Fact name={t('bookings.amount')}>
            <b>{money(payment.kind === 'refund' ? -payment.amount : payment.amount, payment.currency)}</b>
          </Fact>
          <Fact name={t('bookings.status')}>
            <PaymentStatusBadge payment={payment} />
          </Fact>
          <Fact name={t('payments.about')}>{t(`paymentKind.${payment.kind}`)}</Fact>
          {payment.problem && !isOpen && <Fact name={t('payments.problem')}>{problemOf(payment.problem)}</Fact>}
          {payment.dispute && (
            <Fact name={t('payments.dispute')}>
              <DisputeState dispute={payment.dispute} />
            </Fact>
          )}
          {payment.note && <Fact name={t('payments.noted')}>{payment.note}</Fact>}
          {payment.payerEmail && (
            <Fact name={t('payments.payer')}>
              <CopyField value={payment.payerEmail} />
            </Fact>
          )}
          {payment.method && <Fact name={t('payments.method')}>{methodOf(payment.method)}</Fact>}
          {payment.paymentIntent && (
            <Fact name={t('payments.intent')}>
              <CopyField value={payment.paymentIntent} />
            </Fact>
          )}
          {payment.checkoutSession && (
            <Fact name={t('payments.session')}>
              <CopyField value={payment.checkoutSession} />
            </Fact>
          )}
          <Fact name={t('payments.arrived')}>
            <When at={payment.createdAt} />
          </Fact>
        </Facts>
        <Group mt="md" gap="sm">
          {payment.bookingId && (
            <ButtonLink variant="default" to="/bookings/$id" params={{ id: payment.bookingId }}>
              {t('payments.booking')}
            </ButtonLink>
          )}
          {mayManage && payment.kind === 'payment' && REFUNDABLE.has(payment.status) && <Refund payment={payment} />}
        </Group>
      </Panel>
    </Stack>
  )
}
