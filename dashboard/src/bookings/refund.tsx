import type { BookingPayment } from '@carillon/client'
import { Button, NumberInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons, RISKY } from '../parts/dialog.tsx'
import { faultAt } from '../parts/faults.ts'
import { minorPer, useMoney } from '../parts/money.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { bookingQuery } from './queries.ts'

/** Gives a payment back, or a part of it, after asking. Nothing is shown where nothing is left. */
export function Refund({ payment }: { payment: BookingPayment }) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState(false)
  const booking = useQuery({ ...bookingQuery(payment.bookingId ?? ''), enabled: payment.bookingId !== null })
  if (payment.bookingId !== null && !booking.data) return null
  const left = leftOf(payment, booking.data?.payments ?? [])
  if (left <= 0) return null
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        {t('payments.refund')}
      </Button>
      <Dialog opened={asked} title={t('payments.refundTitle')} onClose={() => setAsked(false)}>
        <Form payment={payment} left={left} onClose={() => setAsked(false)} />
      </Dialog>
    </>
  )
}

/** What has not gone back of it, nor is on its way. */
const leftOf = ({ amount, paymentIntent }: BookingPayment, all: readonly BookingPayment[]): number =>
  all
    .filter((one) => one.kind === 'refund' && one.paymentIntent === paymentIntent && one.status !== 'failed')
    .reduce((left, refund) => left - refund.amount, amount)

function Form({ payment, left, onClose }: { payment: BookingPayment; left: number; onClose(): void }) {
  const { t } = useTranslation()
  const money = useMoney()
  const queryClient = useQueryClient()
  const unit = minorPer(payment.currency)
  const [amount, setAmount] = useState<number | string>(left / unit)
  const minor = Math.round(Number(amount) * unit)
  const refund = useMutation({
    mutationFn: () => carillon.bookings.payments.refund(payment.id, { amount: minor }),
    onSuccess: () => {
      for (const key of ['booking-payments', 'booking-payment', 'bookings', 'booking'])
        void queryClient.invalidateQueries({ queryKey: [key] })
      notifications.show({ color: 'green', message: t('payments.refundBegun') })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    refund.mutate()
  }
  const fault = faultAt(refund.error, 'amount')
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text fz="sm">{t('payments.refundText')}</Text>
        <NumberInput
          data-autofocus
          label={t('bookings.amount')}
          description={t('payments.refundMost', { amount: money(left, payment.currency) })}
          suffix={` ${payment.currency}`}
          min={0}
          max={left / unit}
          decimalScale={Math.round(Math.log10(unit))}
          value={amount}
          onChange={setAmount}
          error={fault && t('payments.refundTooMuch')}
        />
        {refund.error && !fault && <ProblemNotice error={refund.error} />}
        <DialogButtons onBack={onClose}>
          <Button type="submit" color={RISKY} disabled={!(minor > 0)} loading={refund.isPending}>
            {t('payments.refundConfirm', { amount: money(minor || 0, payment.currency) })}
          </Button>
        </DialogButtons>
      </Stack>
    </form>
  )
}
